// How does a stranger's text become safe to print? Takes out everything that could move a cursor, set a
// title, ring, hide or reorder text. It does not know about widths or colors.

// Operating-system commands and other strings up to their terminator or the end of the line (one that is never
// closed must not swallow the evidence below it), then CSI sequences, then lone escapes.
const SEQUENCE =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\r\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const BREAK = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
// Controls, zero-width characters, marks that change the direction of text, and lone surrogates.
const INVISIBLE = /\p{Cc}|\p{Cf}|\p{Cs}|\u034f|\u115f|\u1160|\u3164/gu;

/** One line of visible characters: line breaks and tabs become one space each run. */
export function plain(text: string): string {
  return text.replace(SEQUENCE, "").replace(BREAK, " ").replace(INVISIBLE, "");
}

/** The lines of a text, each of them plain, without empty lines at the end. */
export function plainLines(text: string): string[] {
  const lines = text.replace(SEQUENCE, "").split(/\r\n|[\n\r\u2028\u2029]/);
  const clean = lines.map((line) => plain(line.replaceAll("\t", "  ")).trimEnd());
  while (clean.at(-1) === "") clean.pop();
  return clean;
}

/** A name in double quotes with everything invisible spelled out, for when the invisible part is the point. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(INVISIBLE, unitEscape);
}

/** `\u` notation of each code unit, as JSON and JavaScript spell it. */
export function unitEscape(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}

/** At most `bytes` bytes of UTF-8, cut between characters, with `…` where something was cut. */
export function cutToBytes(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= bytes) return text;
  let kept = "";
  let room = bytes - encoder.encode("…").length;
  for (const character of text) {
    room -= encoder.encode(character).length;
    if (room < 0) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}
