// Do inserted lines come out of a file again just as they went in, whatever the file looks like?

import fc from "fast-check";
import { expect, it } from "vitest";
import { linesOf, linesOfText, withInserted, withoutInserted } from "../../src/model/inserted-lines.ts";
import { mergeInserted } from "../../src/workspaces/merge-inserted.ts";
import { takeOutLines } from "../../src/workspaces/take-out-lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(content);

const word = fc.constantFrom("a", "b", "}", "", "ä");
/** Files with every kind of line end, with and without a mark and a last line end. */
const file = fc
  .record({
    mark: fc.constantFrom("", "\ufeff"),
    words: fc.array(word, { maxLength: 8 }),
    end: fc.constantFrom("\n", "\r\n"),
    isOpen: fc.boolean(),
  })
  .map(({ mark, words, end, isOpen }) => {
    const closed = words.map((one) => `${one}${end}`).join("");
    const isEmpty = (words.at(-1) ?? "") === "";
    return bytes(mark + (isOpen && !isEmpty ? closed.slice(0, -end.length) : closed));
  });
const run = fc.array(fc.constantFrom("x", "}", "y"), { minLength: 1, maxLength: 3 });

it("takes out what it inserted", () => {
  fc.assert(
    fc.property(file, fc.array(fc.tuple(fc.nat(8), run), { maxLength: 3 }), (below, runs) => {
      const most = linesOf(below).length;
      const insertions = runs.map(([at, lines]) => ({
        at: Math.min(at, most),
        lines: linesOfText(lines.join("\n")),
      }));
      const { content, inserted } = withInserted(below, insertions);
      expect(linesOf(content)).toHaveLength(most + runs.flatMap(([, lines]) => lines).length);
      expect(text(withoutInserted(content, inserted))).toBe(text(below));
      expect(takeOutLines(content, content, inserted)).toEqual(below);
    }),
  );
});

it("composes what unordered tasks inserted as if one after the other had", () => {
  fc.assert(
    fc.property(file, fc.array(fc.tuple(fc.nat(8), run), { minLength: 1, maxLength: 4 }), (below, runs) => {
      const most = linesOf(below).length;
      const insertions = runs.map(([at, lines], index) => ({
        at: Math.min(at, most),
        lines: linesOfText(lines.map((line) => `${line}${index}`).join("\n")),
      }));
      const writers = insertions.map((insertion, index) => {
        const { content, inserted } = withInserted(below, [insertion]);
        return { task: `f:T0${index}` as const, bytes: content, inserted, saw: [] };
      });
      const merged = mergeInserted(below, writers);
      if (!("content" in merged)) throw new Error("a place is gone");
      const whole = withInserted(below, insertions);
      expect(text(merged.content)).toBe(text(whole.content));
      expect(text(withoutInserted(merged.content, merged.inserted))).toBe(text(below));
    }),
  );
});

it.each([
  ["beside a run", "a\nx\ny\nmine\nb\n", "a\nmine\nb\n"],
  ["before a run", "a\nmine\nx\ny\nb\n", "a\nmine\nb\n"],
  ["elsewhere", "mine\na\nx\ny\nB\n", "mine\na\nB\n"],
  ["within a run", "a\nx\nmine\ny\nb\n", null],
  ["in place of a line of it", "a\nx\nmine\nb\n", null],
  ["over all of it", "a\nb\n", null],
])("knows what people wrote %s", (_, current, expected) => {
  const taken = takeOutLines(bytes("a\nx\ny\nb\n"), bytes(current), [{ line: 2, lines: 2 }]);
  expect(taken === null ? null : text(taken)).toBe(expected);
});

it("finds the place again where people changed the file, and has lines that two tasks want once", () => {
  const below = bytes("a\nb\nc\n");
  const writer = (task: "f:T01" | "f:T02", lines: string) => {
    const { content, inserted } = withInserted(below, [{ at: 2, lines: linesOfText(lines) }]);
    return { task, bytes: content, inserted, saw: [] };
  };
  const writers = [writer("f:T01", "import x\n"), writer("f:T02", "import x\n")];
  const merged = mergeInserted(bytes("new\na\nb\nC\n"), writers);
  expect("content" in merged && text(merged.content)).toBe("new\na\nb\nimport x\nC\n");
  expect(mergeInserted(bytes("quite\nother\n"), writers)).toEqual({ lost: 0 });
});
