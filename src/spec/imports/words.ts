// How much do two texts speak of the same? By the words that they share, with names of code taken apart, and without
// those words that all specs are full of.

const USUAL = new Set(
  (
    "system shall must should user users able allow allows with that this when then given from into have each implement " +
    "create creates write writes test tests testing unit integration contract file files support provide provides using " +
    "data following where while which than them they their also only same such other"
  )
    .split(" ")
    .map(stem),
);

export function wordsOf(text: string): ReadonlySet<string> {
  const apart = text.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase();
  const words = apart.match(/\p{L}{3,}/gu) ?? [];
  return new Set(words.map(stem).filter((word) => !USUAL.has(word)));
}

/** What a word weighs that not all texts have: the fewer have it, the more. */
export function rarity(texts: readonly ReadonlySet<string>[]): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const text of texts) for (const word of text) weights.set(word, (weights.get(word) ?? 0) + 1);
  for (const [word, count] of weights) weights.set(word, 1 / count);
  return weights;
}

export function sharedWords(
  some: ReadonlySet<string>,
  others: ReadonlySet<string>,
  weights: ReadonlyMap<string, number> = new Map(),
): number {
  let shared = 0;
  for (const word of some) if (others.has(word)) shared += weights.get(word) ?? 1;
  return shared;
}

/** Near enough for `albums` and `album`, `sorting` and `sorted`. */
function stem(word: string): string {
  return word.replace(/(?:ies|es|s|ing|ed)$/, "").slice(0, 6);
}
