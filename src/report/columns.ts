// How many columns of a terminal does a text take? Errs on the wide side, because a line that is a little
// short looks fine and a line that wraps destroys the live view. Expects plain text.

// The East Asian wide blocks of the basic plane, and emoji.
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NARROW = /^[\u0020-\u007e]*$/;

export function columns(text: string): number {
  if (NARROW.test(text)) return text.length;
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
}

/** Combining marks count as one column, and everything beyond the basic plane as two: never too few. */
function columnsOf(character: string): number {
  if (character.length > 1) return 2;
  return WIDE.test(character) ? 2 : 1;
}

/** The text itself, or its beginning and `…` in at most `width` columns. */
export function clip(text: string, width: number): string {
  if (columns(text) <= width) return text;
  if (width <= 0) return "";
  let kept = "";
  let room = width - 1;
  for (const character of text) {
    room -= columnsOf(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Fills up with spaces on the right. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}
