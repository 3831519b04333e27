// What is a word at one place of a text: a part of a path, a name in code, or prose? The spellings of a single word look
// alike, and where the next feature's name has two words they differ.

import type { Style } from "./spellings.ts";
import { isEscaped } from "./word-boundary.ts";

/** How a document is read: which of its stretches are names in code. */
export type Language = "prose" | "code" | "path";

/** Spellings by preference; what a list leaves out comes after it. */
export type Preference = readonly Style[];

const PATH: Preference = ["kebab", "snake", "flat", "camel"];
const SNAKE: Preference = ["snake", "constant"];
const NAME: Preference = ["camel", "pascal", "constant", "snake", "flat"];
const PROSE: Preference = ["article", "Article", "phrase", "sentence", "title", "shout"];

type PreferenceAt = (start: number, end: number) => Preference;

const FILE =
  /^(?:\.[A-Za-z0-9]+)*\.(?:[cm]?[jt]sx?|json|md|ya?ml|html?|css|py|go|rs|java|rb|sh|sql|txt|toml)\b(?!\()/;
const WORD = /[\p{L}\p{N}]/u;

export function preferences(text: string, language: Language): PreferenceAt {
  const names = language === "prose" ? codeSpans(text) : language === "code" ? codeStretches(text) : [];
  return (start, end) => {
    const before = isEscaped(text, start) ? "" : text.charAt(start - 1);
    const after = text.charAt(end);
    if (before === "_" || after === "_") return SNAKE;
    if (language === "path" || before === "/" || after === "/" || FILE.test(text.slice(end, end + 40)))
      return PATH;
    if (isJoined(text, start, end)) return PATH;
    if (WORD.test(before) || WORD.test(after)) return NAME;
    if (isWithin(names, start)) return NAME;
    // A text that is nothing but the word is a key or a name that a program compares.
    if (language === "code" && before === after && /["'`]/.test(before)) return PATH;
    return PROSE;
  };
}

/** `product-store`, `new-product`: a hyphen with a word beyond it. */
function isJoined(text: string, start: number, end: number): boolean {
  return (
    (text.charAt(start - 1) === "-" && WORD.test(text.charAt(start - 2))) ||
    (text.charAt(end) === "-" && WORD.test(text.charAt(end + 1)))
  );
}

type Span = readonly [start: number, end: number];

/** The spans are in order. */
function isWithin(spans: readonly Span[], offset: number): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle] as Span)[1] <= offset) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  return span !== undefined && span[0] <= offset;
}

/** What stands between backticks. */
function codeSpans(text: string): Span[] {
  return [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map((found) => [
    found.index,
    found.index + found[0].length,
  ]);
}

/** Comments and texts, roughly as most languages write them; what an odd one hides is only spelled less aptly. */
const PROSE_IN_CODE =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?:^|(?<=\s))#(?![{[!])[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

function codeStretches(text: string): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const found of text.matchAll(PROSE_IN_CODE)) {
    spans.push([from, found.index]);
    from = found.index + found[0].length;
    if (found[0].startsWith("`")) {
      for (const inner of found[0].matchAll(/\$\{[^}]*\}/g)) {
        spans.push([found.index + inner.index, found.index + inner.index + inner[0].length]);
      }
    }
  }
  return [...spans, [from, text.length]];
}
