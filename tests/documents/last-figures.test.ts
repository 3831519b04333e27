// Does the bench tell what got worse, and nothing that is noise?

import { expect, test } from "vitest";

interface Figure {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

type Figures = Readonly<Record<string, Figure>>;

const { comparison } = (await import(new URL("../../bench/last-figures.mjs", import.meta.url).href)) as {
  comparison: (before: { readonly at: string; readonly figures: Figures }, now: Figures) => readonly string[];
};

const figure = (least: number, median: number, most: number): Figure => ({ least, median, most });

test("what got worse or better is told with both ranges, and what overlaps is noise", () => {
  const before = {
    at: "2026-01-31T07:05:00.000Z",
    figures: {
      slower: figure(1, 2, 3),
      quicker: figure(5, 6, 7),
      overlapping: figure(1, 2, 3),
      close: figure(1, 1.001, 1.002),
      gone: figure(1, 1, 1),
    },
  };
  const now = {
    slower: figure(3.5, 4, 5),
    quicker: figure(1, 2, 3),
    overlapping: figure(2.5, 4, 5),
    close: figure(1.003, 1.004, 1.005),
    fresh: figure(9, 9, 9),
  };
  expect(comparison(before, now)).toEqual([
    "worse: slower: 4.000 (3.500 to 5.000), was 2.000 (1.000 to 3.000)",
    "better: quicker: 2.000 (1.000 to 3.000), was 6.000 (5.000 to 7.000)",
    "2 of 4 figures are within the noise of the run of 2026-01-31T07:05:00.000Z.",
  ]);
});
