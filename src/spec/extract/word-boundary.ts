// Does a text begin and end where a word does? A word ends at whatever is no letter and no digit, and where a name in
// code grows a hump: `productId` holds the word product, `byproduct` and `productive` do not.

const WORD = /[\p{L}\p{N}\p{M}]/u;
const UPPER = /\p{Lu}/u;
const LOWER = /\p{Ll}/u;
const DIGIT = /\d/;
/** In code the letter after a backslash is part of a sign, such as the end of a line. */
const ESCAPED = /(?:^|[^\\])(?:\\\\)*\\[nrtbfv0]$/;

export function isWhole(text: string, start: number, end: number): boolean {
  return beginsWord(text, start) && endsWord(text, end);
}

function beginsWord(text: string, start: number): boolean {
  const before = signBefore(text, start);
  const first = text.charAt(start);
  if (DIGIT.test(first) && continuesNumber(before, text.charAt(start - 2))) return false;
  if (!WORD.test(before) || !WORD.test(signAt(text, start))) return true;
  if (isEscaped(text, start)) return true;
  if (!UPPER.test(first)) return false;
  return UPPER.test(before) ? LOWER.test(text.charAt(start + 1)) : LOWER.test(before) || DIGIT.test(before);
}

/** Whether the letter before the offset is part of an escaped sign. */
export function isEscaped(text: string, offset: number): boolean {
  return ESCAPED.test(text.slice(Math.max(0, offset - 8), offset));
}

function endsWord(text: string, end: number): boolean {
  const after = signAt(text, end);
  const last = text.charAt(end - 1);
  if (DIGIT.test(last) && continuesNumber(after, text.charAt(end + 1))) return false;
  if (!WORD.test(after) || !WORD.test(signBefore(text, end))) return true;
  if (DIGIT.test(after)) return !DIGIT.test(last);
  if (!UPPER.test(after)) return false;
  return UPPER.test(last) ? LOWER.test(text.charAt(end + 1)) : true;
}

/** `1.5` and `1_000` are one number each. */
function continuesNumber(next: string, beyond: string): boolean {
  return DIGIT.test(next) || ((next === "." || next === "_") && DIGIT.test(beyond));
}

function signAt(text: string, offset: number): string {
  const code = text.codePointAt(offset);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function signBefore(text: string, offset: number): string {
  const low = text.charCodeAt(offset - 1);
  const isTail = low >= 0xdc00 && low <= 0xdfff;
  return isTail ? signAt(text, offset - 2) : text.charAt(offset - 1);
}
