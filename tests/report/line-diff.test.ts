import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineDiff, shortDiff } from "../../src/report/line-diff.ts";

const text = fc
  .array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 12 })
  .map((lines) => lines.join("\n"));

describe("a line diff", () => {
  it("keeps the common lines and marks the others", () => {
    expect(lineDiff("a\nb\nc", "a\nx\nc\nd").map(({ sign, text }) => sign + text)).toEqual([
      " a",
      "-b",
      "+x",
      " c",
      "+d",
    ]);
  });

  it("gives back both texts", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = lineDiff(before, after);
        const side = (sign: "-" | "+"): string =>
          diff
            .filter((line) => line.sign !== sign)
            .map((line) => line.text)
            .join("\n");
        expect(side("+")).toBe(before);
        expect(side("-")).toBe(after);
      }),
    );
  });

  it("gives back both texts where they are too long to be compared line by line", () => {
    const before = Array.from({ length: 600 }, (_, index) => `a${index}`).join("\n");
    const after = before.replaceAll("a", "b");
    const diff = lineDiff(before, after);
    expect(diff.filter((line) => line.sign === "-")).toHaveLength(600);
    expect(diff.filter((line) => line.sign === "+")).toHaveLength(600);
  });

  it("says how much it leaves out", () => {
    const after = Array.from({ length: 40 }, (_, index) => `line ${index}`).join("\n");
    const short = shortDiff("", after, 10);
    expect(short).toHaveLength(10);
    expect(short.at(-1)).toEqual({ sign: " ", text: "(32 more lines)" });
  });
});
