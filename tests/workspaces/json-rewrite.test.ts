// Does a merge of manifests leave alone what nobody changed?

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskId } from "../../src/model/address.ts";
import { type JsonNode, parseJson, plainJson, sameJson } from "../../src/model/json-text.ts";
import { rewriteJson } from "../../src/workspaces/json-rewrite.ts";
import { mergeJson } from "../../src/workspaces/merge-json.ts";
import { must } from "./project-rig.ts";

const node = (text: string): JsonNode => parseJson(text)?.root as JsonNode;
const bytes = (text: string) => new TextEncoder().encode(text);

/** Each edit is what a task made of `start`: a text in place of another. */
function edited(start: string, ...edits: readonly (readonly [before: string, after: string])[]): string {
  const variants = edits.map(([before, after], at) => {
    expect(start).toContain(before);
    return {
      task: `f:T0${at + 1}` as TaskId,
      base: bytes(start),
      bytes: bytes(start.replace(before, after)),
    };
  });
  const merged = must(mergeJson("tsconfig.json", bytes(start), variants));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(merged);
}

const SETTINGS = `{
  // Strict, and says so.
  "compilerOptions": {
    "strict": true, // always
    "lib": ["es2023", "dom"],
    "paths": { "#a": ["./a.ts"] }, /* one
    line more */
  },

  "id": 12345678901234567890, "ratio": 1.0, "name": "caf\\u00e9"
}
`;

describe("what nobody changed", () => {
  test("keeps comments, digits, escapes, blank lines and lists on one line", () => {
    const both = edited(
      SETTINGS,
      ['"strict": true,', '"strict": true, "noEmit": true,'],
      ['"dom"]', '"dom", "webworker"]'],
      ['{ "#a": ["./a.ts"] }', '{ "#a": ["./a.ts"], "#b": ["./b.ts"] }'],
      ['"ratio": 1.0,', '"ratio": 1.0, "extends": "base",'],
    );
    expect(both).toBe(
      SETTINGS.replace('"dom"]', '"dom", "webworker"]')
        .replace(
          '["./a.ts"] }, /* one\n    line more */',
          '["./a.ts"], "#b": ["./b.ts"] }, /* one\n    line more */\n    "noEmit": true,',
        )
        .replace('"caf\\u00e9"', '"caf\\u00e9",\n  "extends": "base"'),
    );
  });

  test("keeps a byte order mark, carriage returns, and a file on one line", () => {
    const marked = '\ufeff{\r\n\t"a": [],\r\n\t"b": 1\r\n}';
    expect(edited(marked, ["[]", '["x"]'], ['"b": 1', '"b": 2'])).toBe(
      '\ufeff{\r\n\t"a": ["x"],\r\n\t"b": 2\r\n}',
    );
    expect(edited('{"a":1,"b":{}}\n', ['"a":1', '"a":1,"c":[1,2]'], ["{}", '{"d":1}'])).toBe(
      '{"a":1,"b":{"d":1},"c":[1,2]}\n',
    );
  });

  test("is the same number after a program of JavaScript wrote it", () => {
    const start = '{\n  "id": 12345678901234567890,\n  "ratio": 1.0\n}\n';
    const wrote = (key: string) => ({
      task: `f:${key}` as TaskId,
      base: bytes(start),
      bytes: bytes(`${JSON.stringify({ ...JSON.parse(start), [key]: 1 }, null, 4)}\n`),
    });
    const merged = must(mergeJson("a.json", bytes(start), [wrote("x"), wrote("y")]));
    expect(new TextDecoder().decode(merged)).toBe(start.replace("1.0", '1.0,\n  "x": 1,\n  "y": 1'));
  });
});

test("what is new comes in the indentation of the file, and keeps what its author put on one line", () => {
  const start = '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n';
  const wanted = node(
    '{"a": {"b": 1}, "n": {\n    "list": [1, 2],\n    "deep": {\n        "x": 1 // why\n    }\n}}',
  );
  expect(rewriteJson(start, wanted)).toBe(
    '{\n\t"a": {\n\t\t"b": 1\n\t},\n\t"n": {\n\t    "list": [1, 2],\n\t    "deep": {\n\t        "x": 1 // why\n\t    }\n\t}\n}\n'.replaceAll(
      "    ",
      "\t",
    ),
  );
});

test("nothing but JSON is read", () => {
  for (const text of [
    "",
    "{",
    "{]",
    '{"a" 1}',
    '{"a": 1 "b": 2}',
    "[1,,2]",
    "[,]",
    "{a: 1}",
    '{"a": 01}',
    "{} {}",
    '"\n"',
    "'a'",
  ])
    expect([text, parseJson(text)]).toEqual([text, null]);
  expect(parseJson(`${"[".repeat(5000)}${"]".repeat(5000)}`)).toBeNull();
});

test("whatever is asked for is what the file says afterwards", () => {
  const values = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(1, "x", true, null, "é\n"),
      tie("list"),
      tie("map"),
    ),
    list: fc.array(tie("any"), { maxLength: 4 }),
    map: fc.dictionary(fc.constantFrom("a", "b", "c", "__proto__", ""), tie("any"), { maxKeys: 4 }),
  }));
  const spaces = fc.constantFrom(undefined, 1, 2, "\t");
  fc.assert(
    fc.property(values.map, values.map, spaces, spaces, (before, after, one, other) => {
      const wanted = node(JSON.stringify(after, null, other));
      const text = JSON.stringify(before, null, one);
      const written = rewriteJson(text, wanted);
      expect(sameJson(node(written), wanted)).toBe(true);
      expect(plainJson(node(written))).toEqual(JSON.parse(JSON.stringify(after)));
      expect(rewriteJson(text, node(text))).toBe(text);
    }),
    { numRuns: 300 },
  );
});
