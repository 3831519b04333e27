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

export function sharedWords(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of some) if (others.has(word)) shared++;
  return shared;
}

/** Near enough for `albums` and `album`, `sorting` and `sorted`. */
function stem(word: string): string {
  return word.replace(/(?:ies|es|s|ing|ed)$/, "").slice(0, 6);
}
