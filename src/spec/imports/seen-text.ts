// What of a stranger's text does a screen show? Our own readers refuse what it does not, and whoever reviews an import cannot
// see it, though a model reads it: so none of it comes along.

export interface SeenText {
  readonly text: string;
  /** Of signs that were left out. */
  readonly unseen: number;
  /** Of them those that stand in no text at all, and in many a program or picture. */
  readonly controls: number;
  /** Null where nothing was. */
  readonly first: { readonly name: string; readonly at: number } | null;
}

/** Colors and the like that a terminal was told, with their signs: what is between them is text. */
const STYLE = "\\u001b\\[[0-?]*[ -/]*[@-~]";
const CONTROL = "(?![\\t\\n])\\p{Cc}|\\p{Cs}";
/** Scripts and emoji join signs by these two; between other signs they only make two words look alike. */
const JOINED = "[\\u200c\\u200d](?<=[^\\p{ASCII}\\p{C}\\s][\\u200c\\u200d])(?=[^\\p{ASCII}\\p{C}\\s])";
const VARIANT = "[\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]";
const BLANK = ["034f", "115f", "1160", "17b4", "17b5", "2800", "3164", "ffa0"]
  .map((code) => `\\u${code}`)
  .join("|");
/** A variant belongs to the sign before it. More of them say something that nobody sees. */
const NOTHING = `(?!${JOINED})\\p{Cf}|${BLANK}|${VARIANT}(?<=${VARIANT}{2})`;
const UNSEEN = new RegExp(`(?<control>${STYLE}|${CONTROL})|${NOTHING}`, "gu");
const ANY = new RegExp(`${CONTROL}|${NOTHING}`, "u");

/** Without all that is not shown; a space stands where two words would meet. `text` has no carriage returns. */
export function seenText(text: string): SeenText {
  let unseen = 0;
  let controls = 0;
  let first: SeenText["first"] = null;
  const seen = text.replace(UNSEEN, (sign, control: string | undefined, at: number) => {
    unseen += 1;
    first ??= { name: nameOf(sign), at };
    if (control === undefined || sign.length > 1) return "";
    controls += 1;
    return " ";
  });
  return { text: seen, unseen, controls, first };
}

/** Whether a text holds what `seenText` leaves out. */
export function hidesSigns(text: string): boolean {
  return ANY.test(text);
}

function nameOf(sign: string): string {
  return `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
