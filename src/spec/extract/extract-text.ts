// How does a text become the source of a template? Every place where a value stands, in one of its spellings and as a
// whole word, becomes an expression; all else stays, byte for byte. It knows nothing of files, features or YAML.

import { type Piece, sourceOf } from "./handlebars-source.ts";
import type { Lexicon, Spelling } from "./spellings.ts";
import { type Language, type Preference, preferences } from "./text-place.ts";
import { isWhole } from "./word-boundary.ts";

/** A stretch of the text that is not looked into. */
export interface Fixed {
  readonly start: number;
  readonly end: number;
  /** What takes its place, or the stretch itself. */
  readonly parts: readonly FixedPart[];
}

export interface FixedPart {
  /** What the instance has there. */
  readonly text: string;
  /** What the template has there; null where that is the text. */
  readonly expression: string | null;
}

/** How the expression over a stretch is written; as it is where nobody minds. */
export type Wrap = (start: number, end: number, expression: string) => string;

export interface ExtractedText {
  /** The Handlebars source. */
  readonly source: string;
  /** What it renders with the original values: the original with its fixed stretches replaced. */
  readonly text: string;
  /** Names of the subjects that were extracted, with how often. */
  readonly found: ReadonlyMap<string, number>;
  /** Words that hold a value in a way that nothing was extracted from; each once, in order. */
  readonly kept: readonly string[];
}

export function extractText(
  text: string,
  lexicon: Lexicon,
  options: { readonly language: Language; readonly fixed?: readonly Fixed[]; readonly wrap?: Wrap },
): ExtractedText {
  const fixed = [...(options.fixed ?? [])].sort((a, b) => a.start - b.start);
  const found = new Map<string, number>();
  const pieces: Piece[] = [];
  const rendered: string[] = [];
  const literals: string[] = [];
  const keep = (literal: string) => {
    pieces.push({ literal });
    rendered.push(literal);
  };
  let at = 0;
  const preferenceAt = preferences(text, options.language);
  const pattern = patternOf(lexicon);
  for (const { start, end, parts } of [...fixed, endOf(text)]) {
    for (const match of matchesIn(text, { from: at, to: start, lexicon, pattern })) {
      const best = chosen(match.candidates, lexicon, preferenceAt(match.start, match.end));
      const { text: spelled, expression: plain, subject } = best;
      literals.push(text.slice(at, match.start));
      keep(text.slice(at, match.start));
      pieces.push({ expression: options.wrap?.(match.start, match.end, plain) ?? plain });
      rendered.push(spelled);
      const name = lexicon.subjects[subject]?.name ?? "";
      found.set(name, (found.get(name) ?? 0) + 1);
      at = match.end;
    }
    literals.push(text.slice(at, start));
    keep(text.slice(at, start));
    for (const part of parts) {
      pieces.push(part.expression === null ? { literal: part.text } : { expression: part.expression });
      rendered.push(part.text);
    }
    at = end;
  }
  return { source: sourceOf(pieces), text: rendered.join(""), found, kept: keptIn(literals, lexicon) };
}

function endOf(text: string): Fixed {
  return { start: text.length, end: text.length, parts: [] };
}

interface Match {
  readonly start: number;
  readonly end: number;
  /** Spellings of this very text. */
  readonly candidates: readonly Spelling[];
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly lexicon: Lexicon;
  readonly pattern: RegExp | null;
}

/** Leftmost first, and of those the longest that is a whole word. */
function* matchesIn(text: string, { from, to, lexicon, pattern }: Stretch): Generator<Match> {
  if (pattern === null) return;
  let at = from;
  while (at < to) {
    pattern.lastIndex = at;
    const start = pattern.exec(text)?.index ?? to;
    if (start >= to) return;
    const spelling = lexicon.spellings.find(({ text: spelled }) => {
      const end = start + spelled.length;
      return end <= to && text.startsWith(spelled, start) && isWhole(text, start, end);
    });
    if (spelling === undefined) {
      at = start + 1;
      continue;
    }
    at = start + spelling.text.length;
    yield { start, end: at, candidates: lexicon.spellings.filter((other) => other.text === spelling.text) };
  }
}

function patternOf({ spellings }: Lexicon): RegExp | null {
  const texts = [...new Set(spellings.map(({ text }) => text))].map(escaped);
  return texts.length === 0 ? null : new RegExp(texts.join("|"), "g");
}

/** The text as a regular expression that matches it alone; with the flag u a hyphen may not be escaped. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Of the earliest subject; of its spellings the one that fits the place best. */
function chosen(candidates: readonly Spelling[], { subjects }: Lexicon, preference: Preference): Spelling {
  const [first] = candidates as readonly [Spelling, ...Spelling[]];
  const own = candidates.filter(({ subject }) => subject === first.subject);
  const isName = subjects[first.subject]?.kind === "feature";
  const rank = ({ style }: Spelling) => {
    // A feature's name is a name already, and its own spelling of it is what every path and address has.
    if (style === "verbatim") return isName && preference.includes("kebab") ? -1 : preference.length + 1;
    const place = preference.indexOf(style);
    return place < 0 ? preference.length : place;
  };
  return own.reduce((best, one) => (rank(one) < rank(best) ? one : best), first);
}

/** Shorter ones are found by chance in too many words. */
const TELLING = 4;
const LONGEST_WORD = 60;

/** `byproducts` holds a product that stays what it is: a person may want to know. */
function keptIn(literals: readonly string[], { subjects, spellings }: Lexicon): string[] {
  const telling = spellings.filter(
    ({ text, style, subject }) =>
      text.length >= TELLING &&
      (style === "flat" || style === "verbatim") &&
      subjects[subject]?.kind !== "title",
  );
  if (telling.length === 0) return [];
  const words = [...new Set(telling.map(({ text }) => escaped(text)))].join("|");
  const pattern = new RegExp(words, "gi");
  const kept = literals.flatMap((literal) =>
    [...literal.matchAll(pattern)].map(({ index, 0: word }) => {
      const before = /[\p{L}\p{N}\p{M}_$-]*$/u.exec(literal.slice(Math.max(0, index - LONGEST_WORD), index));
      const end = index + word.length;
      const after = /^[\p{L}\p{N}\p{M}_$-]*/u.exec(literal.slice(end, end + LONGEST_WORD));
      return `${before?.[0] ?? ""}${word}${after?.[0] ?? ""}`;
    }),
  );
  return [...new Set(kept)];
}
