// What does a map of a repository tell, at every length that it may have?

import fc from "fast-check";
import { expect, test } from "vitest";
import { mapGround } from "../../src/context/map-ground.ts";
import { kindOf, wordsIn } from "../../src/context/map-order.ts";
import { outerSymbols } from "../../src/context/outer-symbols.ts";
import { repoMap } from "../../src/context/repo-map.ts";
import { sketchSource } from "../../src/context/sketch-source.ts";
import { SketchedNames } from "../../src/context/sketched-names.ts";
import type { SketchedCode, SketchedFile } from "../../src/model/sketch.ts";
import { Grammars, hasGrammars } from "../../src/platform/grammars.ts";

const GRAMMARS = new Grammars();

async function sketched(sources: Readonly<Record<string, string>>): Promise<SketchedCode> {
  const files: SketchedFile[] = [];
  const names = new SketchedNames();
  for (const [path, text] of Object.entries(sources)) {
    const { sketch } = await sketchSource(path, Buffer.from(text), GRAMMARS);
    files.push({ path, sketch: names.sketch(sketch) });
  }
  return { names: names.all, files };
}

const map = (files: SketchedCode, limit: number, request = "", lines = false) =>
  repoMap(mapGround(files), { limit, request, lines });

const SHOP = {
  "src/main.ts": 'import { priceOf } from "./price.ts";\npriceOf(1);\n',
  "src/price.ts":
    "export class PriceList {\n  add(cents: number): void {\n    this.x = 1;\n  }\n}\nexport function priceOf(cents: number): string {\n  return String(cents);\n}\nfunction hidden() {}\n",
  "tests/price.test.ts": 'import { priceOf } from "../src/price.ts";\nfunction helper() {}\npriceOf(2);\n',
  "README.md": "# Shop\n",
};

test("a small repository is told whole: folders, files, what they declare, and lines where they are asked for", async () => {
  const files = await sketched(SHOP);
  expect(map(files, 51_200).split("\n").slice(0, 9)).toEqual([
    "4 files in 2 folders, 2 with declarations",
    "README.md",
    "src/ (2 files)",
    "  main.ts",
    "  price.ts",
    "    class PriceList",
    "      add(cents: number): void",
    "    function priceOf(cents: number): string",
    "tests/ (1 file)",
  ]);
  expect(map(files, 51_200, "", true)).toContain("function priceOf(cents: number): string  [6-8]");
});

/** Modules that use those before them, in folders of which half are tests. */
function many(count: number): SketchedCode {
  const names = new SketchedNames();
  const files = Array.from({ length: count }, (_, index): SketchedFile => {
    const folder = index % 2 === 0 ? `src/part${index % 14}` : `tests/suite${index % 90}`;
    const name = `makeThing${index}`;
    const symbols = [0, 1, 2].map((one) => ({
      name: one === 0 ? name : `step${one}Of${index}`,
      text: `function ${one === 0 ? name : `step${one}Of${index}`}(order: Order, index: number): Promise<Thing>`,
      ...{ exported: true, within: null, first: one * 10 + 1, last: one * 10 + 8 },
    }));
    const uses = [index >> 1, index >> 2].map((one) => `makeThing${one}`);
    return {
      path: `${folder}/module${index}.ts`,
      sketch: names.sketch({ symbols, uses, imports: [], entries: [] }),
    };
  });
  return { names: names.all, files };
}

test("at every length a map uses its room, tells all that a shorter one tells, and is the same in any order", () => {
  const files = many(1500);
  const words = (text: string) => new Set(text.match(/[\w/]+/g) ?? []);
  fc.assert(
    fc.property(fc.integer({ min: 2048, max: 51_200 }), fc.integer({ min: 0, max: 4000 }), (limit, more) => {
      const text = map(files, limit);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
      expect(Buffer.byteLength(text)).toBeGreaterThanOrEqual(limit * 0.9);
      expect(text).toContain("function makeThing");
      expect(map({ ...files, files: files.files.toReversed() }, limit)).toBe(text);
      const longer = words(map(files, limit + more));
      expect([...words(text)].filter((word) => !longer.has(word))).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

test("no map passes its limit, however short", () => {
  const files = many(40);
  for (let limit = 0; limit < 600; limit += 7)
    expect(Buffer.byteLength(map(files, limit))).toBeLessThanOrEqual(limit);
});

test("what the request names comes first, and sources before tests", () => {
  const files = many(1500);
  expect(map(files, 2048, "Mend step2Of1388, please")).toContain("module1388.ts");
  expect(map(files, 2048, "Look into `src/part4/module1362.ts`")).toContain("module1362.ts");
  expect(map(files, 2048)).not.toMatch(/module\d*[13579]\.ts/);
});

test.skipIf(!hasGrammars())("other languages are told by their declarations, too", async () => {
  const files = await sketched({
    "a/b.py": "class Book:\n    def read(self, page: int) -> str:\n        return ''\n",
  });
  expect(map(files, 51_200)).toContain("def read(self, page: int) -> str");
});

test("a sentence names code by the words of its names", () => {
  expect(wordsIn("HTTPServer.softDeletes_v2, ÜberMaß1Tag of boxes")).toEqual([
    ...["http", "server", "soft", "delet"],
    ...["über", "maß1", "tag", "box"],
  ]);
  for (const [one, more] of [
    ["cache", "caches"],
    ["match", "matches"],
    ["query", "queries"],
    ["class", "classes"],
    ["price", "prices"],
  ] as const)
    expect(wordsIn(more)).toEqual(wordsIn(one));
  const files = many(1500);
  const { sketch } = files.files[1498] as SketchedFile;
  const asked = { path: "src/part4/soft-removal.ts", sketch };
  const all = { ...files, files: [...files.files, asked] };
  expect(map(all, 2048, "Soft removals are undone")).toContain("soft-removal.ts");
  expect(map(all, 2048, "Prices are rounded")).not.toContain("soft-removal.ts");
});

test("where a program starts, and what it imports from there, comes before all else that nobody names", async () => {
  const used = "export function once(): void {}\n";
  const named = await sketched({
    "package.json": '{"main": "./dist/run.js"}',
    "src/run.ts": 'import "./orders";\nimport "../lib/far/away.js";\nimport "src/part2/module2";\n',
    "src/orders/index.ts": used,
    "lib/far/away.ts": used,
    "zoo/unused.ts":
      "export function a() {}\nexport function b() {}\nexport function c() {}\nexport function d() {}\n",
  });
  // They use nothing, and nobody uses them.
  const others = many(1500).files.map(({ path, sketch }) => ({
    path: `zoo/${path}`,
    sketch: sketch === null ? null : { ...sketch, uses: [] },
  }));
  const text = map({ ...named, files: [...named.files, ...others] }, 1024);
  expect(text).toContain("\n  run.ts");
  for (const path of ["index.ts", "away.ts"])
    expect(text).toContain(`\n  ${path}\n    function once(): void`);
  expect(text).not.toContain("unused.ts");
});

test("a file with a thousand names leaves room for those of others", () => {
  const files = many(300);
  const names = new SketchedNames(files.names);
  const symbols = Array.from({ length: 1000 }, (_, index) => {
    const name = `constantNumber${index}`;
    return { name, text: `const ${name}: number`, exported: true, within: null, first: index, last: index };
  });
  const uses = symbols.map(({ name }) => name);
  const long = { symbols, uses: [], imports: [], entries: [] };
  const all = [
    ...files.files.map(({ path, sketch }) => ({
      path,
      sketch: sketch === null ? null : { ...sketch, uses: names.sketch({ ...long, uses }).uses },
    })),
    { path: "src/constants.ts", sketch: long },
  ];
  const text = map({ names: names.all, files: all }, 6144, "", true);
  expect(text).toContain("\n  constants.ts");
  expect(text.match(/constantNumber/g)?.length).toBeLessThan(90);
  expect(text.match(/module\d+\.ts/g)?.length).toBeGreaterThan(40);
});

test("what is left out of the names of files is left out of their numbers, too", () => {
  const names = new SketchedNames();
  const sketch = (...uses: string[]) => names.sketch({ symbols: [], uses, imports: [], entries: [] });
  const [first, second] = [sketch("apple", "pear"), sketch("plum", "pear")];
  const left = new SketchedNames();
  const [kept] = names.renumbered([second], left);
  expect(kept?.uses.map((id) => left.all[id])).toEqual(["plum", "pear"]);
  expect(left.all).toEqual(["plum", "pear"]);
  expect(first.uses.map((id) => names.all[id])).toEqual(["apple", "pear"]);
  const known = new SketchedNames(left.all).sketch({ ...second, uses: ["pear", "fig"] });
  expect(known.uses).toEqual([1, 2]);
});

test.skipIf(!hasGrammars())("a module that only holds others is told by what it holds", async () => {
  const { files } = await sketched({
    "lib/shop.rb":
      "module Shop\n  class Basket\n    def add(item)\n    end\n  end\n  module Money\n    def cents\n    end\n  end\nend\n",
    "src/shop.rs":
      "pub mod till {\n    pub struct Till;\n    impl Till {\n        pub fn sum(&self) {}\n    }\n}\n",
    "src/Sum.cs": "namespace Shop;\npublic class Sum { public int Of() { return 1; } }\n",
    "lib/price.rb": "module Price\n  def round\n  end\nend\n",
  });
  const outer = files.map(({ sketch }) => {
    const symbols = sketch?.symbols ?? [];
    const found = outerSymbols(symbols);
    return symbols.filter((_, index) => found[index]).map(({ name }) => name);
  });
  expect(outer[0]).toEqual(["Basket", "Money"]);
  expect(outer[1]).toContain("Till");
  expect(outer[1]).not.toContain("till");
  expect(outer[2]).toEqual(["Sum"]);
  expect(outer[3]).toEqual(["Price"]);
});

test("what tests is told after what it tests, whatever its file is called", () => {
  expect(["test.c", "lib/tests.py", "src/latest.c", "contest.py"].map(kindOf)).toEqual([
    ...["test", "test"],
    ...["code", "code"],
  ]);
});
