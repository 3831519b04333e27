// Does an edited YAML text say what was wanted and nothing else, with all around it as its author left it?

import fc from "fast-check";
import { expect, test } from "vitest";
import { EditedText } from "../../src/spec/yaml/splice.ts";
import { type Plain, type PlainMap, soundYaml, yamlText } from "../../src/spec/yaml/yaml.ts";
import { editYaml, type Spelling } from "../../src/spec/yaml/yaml-edit.ts";
import { inlineYaml } from "../../src/spec/yaml/yaml-scalar.ts";

const FREE: Spelling = { order: {} };

function edited(text: string, after: PlainMap, spelling = FREE): string | null {
  const document = soundYaml(text, "a.yaml");
  if (!document.ok) throw new Error(JSON.stringify(document.failure));
  const splices = editYaml(document.value, after, spelling);
  return splices && new EditedText(text).with(splices);
}

test.each<[string, string, PlainMap, string]>([
  ["a key in a block", "a: 1 # one\n# two\nb: 2\nc: 3\n", { a: 1, c: 3 }, "a: 1 # one\n# two\nc: 3\n"],
  ["the first of a flow map", "m: {a: 1, b: 2, c: 3} # x\n", { m: { b: 2, c: 3 } }, "m: {b: 2, c: 3} # x\n"],
  ["the last two of a flow map", "m: {a: 1, b: 2, c: 3}\n", { m: { a: 1 } }, "m: {a: 1}\n"],
  ["one between", "m: {a: 1, b: 2, c: 3}\n", { m: { a: 1, c: 3 } }, "m: {a: 1, c: 3}\n"],
  ["all of a map", "m:\n  a: 1\n  b: 2\nn: 3\n", { m: {}, n: 3 }, "m:\n  {}\nn: 3\n"],
  [
    "the key at a dash",
    "l:\n  - a: 1\n    b: 2 # x\nn: 3\n",
    { l: [{ b: 2 }], n: 3 },
    "l:\n  - {b: 2}\nn: 3\n",
  ],
  ["a block scalar", "a: |\n  x\n  y\n\nb: 1\n", { a: [1], b: 1 }, "a: [1]\n\nb: 1\n"],
])("what is not wanted goes: %s", (_, before, after, text) => {
  expect(edited(before, after)).toBe(text);
});

test("a key that goes, one that comes at its place, and one with a new name", () => {
  const names = new Map([["size", "length"]]);
  const spelling = {
    order: { "": ["id", "params"], params: ["length", "most", "least"] },
    renamed: { within: "params", names },
  };
  const before = "id: a\nparams:\n  # few\n  size: 3 # at most\n  old: 1\n  least: 0\n";
  expect(edited(before, { id: "a", params: { length: 3, most: 9, least: 0 } }, spelling)).toBe(
    "id: a\nparams:\n  # few\n  length: 3 # at most\n  most: 9\n  least: 0\n",
  );
});

const key = fc.constantFrom("a", "b", "c", "d", "e");
const leaf: fc.Arbitrary<Plain> = fc.oneof(
  fc.integer({ min: -9, max: 99 }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom("x", "a: b", "# no", "one\ntwo\n", "", "yes", "'q'", "[z]"),
);
const { value } = fc.letrec<{ value: Plain; map: PlainMap }>((tie) => ({
  map: fc.dictionary(key, tie("value"), { maxKeys: 4 }).map((map): PlainMap => ({ ...map })),
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    tie("map"),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));
const map = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }).map((one): PlainMap => ({ ...one }));

test("whatever a text says, it comes to say what is wanted, and stays as it is where that is what it says", () => {
  fc.assert(
    fc.property(map, map, fc.boolean(), (before, after, isFlow) => {
      const text = isFlow ? `${inlineYaml(before, true)}\n` : yamlText(before);
      const read = soundYaml(edited(text, after) ?? "", "a.yaml");
      expect(read.ok && read.value.root).toEqual(after);
      expect(edited(text, before)).toBe(text);
    }),
    { numRuns: Number(process.env.FACTORY_RUNS ?? 100) },
  );
});
