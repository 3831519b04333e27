// Where does a pointer point in the text of now, and which texts of a window may be made shorter?

import { expect, test } from "vitest";
import { compressible, leastRoom, sparedBytes } from "../../src/context/compressible.ts";
import { pointerFault, pointerText } from "../../src/context/pointer-text.ts";
import { symbolLines } from "../../src/context/symbol-lines.ts";
import { pointerIn } from "../../src/model/pointer.ts";
import type { Segment } from "../../src/model/window.ts";

const TS = `import { x } from "x";

/** Opens. */
export const open = (): number => {
  return x;
};

export abstract class Queue<T> {
  #items: T[] = [];
  constructor(readonly limit: number) {}
  get size(): number {
    return this.#items.length;
  }
}

export interface Options {
  size?: number;
}
module.exports.late = function late() {};
`;

test.each([
  ["src/a.ts", TS, "open", [4, 6]],
  ["src/a.ts", TS, "Queue", [8, 14]],
  ["src/a.ts", TS, "size", [11, 13]],
  ["src/a.ts", TS, "Options.size", [17, 17]],
  ["src/a.ts", TS, "Queue.constructor", [10, 10]],
  ["src/a.ts", TS, "late", [19, 19]],
  ["src/a.ts", TS, "ope", null],
  [
    "a.py",
    "import os\n\nclass Box:\n    def get(self):\n        return 1\n\n    x = 2\n\ny = 3\n",
    "Box",
    [3, 7],
  ],
  ["a.py", "class Box:\n    def get(self):\n        return 1\n\n    x = 2\n", "Box.get", [2, 3]],
  ["a.go", "package a\n\nfunc (q *Queue) Clear() {\n\tq.n = 0\n}\n", "Clear", [3, 5]],
  ["a.rb", "def old\n  1\nend\n\nputs old\n", "old", [1, 3]],
  ["README.md", "# A\n\n## Getting started\n\ntext\n\n### Deep\n\n## Next\n", "getting-started", [3, 8]],
  ["a.yaml", "x: 1\nport: 80\n", "port", [2, 2]],
  ["a.yaml", "", "port", null],
] as const)("%#: in %s a symbol has its lines", async (path, text, symbol, lines) => {
  const found = await symbolLines(path, text, symbol);
  expect(found && [found.first, found.last]).toEqual(lines);
});

test("a pointer is read by its form, and a path may hold a #", () => {
  expect(pointerIn("./src/a.ts#Queue.size")).toEqual({ path: "src/a.ts", symbol: "Queue.size", lines: null });
  expect(pointerIn("src/c#/a.cs")).toEqual({ path: "src/c#/a.cs", symbol: null, lines: null });
  expect(pointerIn("src/a.ts:7")).toMatchObject({ path: "src/a.ts", lines: { first: 7, last: 7 } });
});

test("no pointer of a window passes the end of its file, whatever was written", async () => {
  const told = (pointer: string, text: string | null) => pointerText(pointer, text);
  expect(await told("a.txt:2-40", "1\n2\n3\n")).toBe("a.txt:2-3");
  expect(await told("a.txt:5-9", "1\n2\n3")).toBe("a.txt");
  expect(await told("a.txt:5-9", null)).toBe("a.txt");
  expect(await told("a.ts#gone", TS)).toBe("a.ts (gone)");
  expect((await pointerFault("a.txt:2-4", "1\n2\n3\n"))?.message).toContain("has 3 lines.");
  expect((await pointerFault("a.txt:2", "1\n"))?.message).toContain("has 1 line.");
  expect(await pointerFault("a.txt:2-3", "1\n2\n3\n")).toBeNull();
});

const segment = (kind: Segment["kind"], name: string, bytes: number): Segment => {
  return { kind, name, text: "x".repeat(bytes), place: null };
};

test("prose of the planner is shortened first, then the author's constraints, by half at most, and nothing else ever", () => {
  const segments = [
    segment("requirement", "R1", 900),
    segment("acceptance", "A1", 800),
    segment("constraint", "C1", 700),
    segment("constraint", "task 1", 101),
    segment("task", "description", 300),
    segment("task", "title", 600),
    segment("interface", "a.ts", 900),
  ];
  expect(compressible(segments).map(({ name }) => name)).toEqual(["description", "task 1", "C1"]);
  expect(leastRoom(segment("constraint", "task 1", 101))).toBe(51);
  expect(sparedBytes(segments)).toBe(150 + 50 + 350);
});
