// The two merges of our own.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TaskId } from "../../src/model/address.ts";
import { mergeJson } from "../../src/workspaces/merge-json.ts";
import {
  mergePackageManifest,
  type PackageManifestWriter,
} from "../../src/workspaces/merge-package-manifest.ts";
import { mergeText } from "../../src/workspaces/merge-text.ts";
import { narrowerRange } from "../../src/workspaces/version-range.ts";
import { failureOf, must } from "./project-rig.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function text(base: string, ours: string, theirs: string): string | null {
  const merged = mergeText(bytes(base), bytes(ours), bytes(theirs));
  return merged === null ? null : new TextDecoder().decode(merged);
}

describe("a text", () => {
  test("takes changes of both sides that do not touch", () => {
    expect(text("1\n2\n3\n4\n5\n", "0\n1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5!\n")).toBe("0\n1\n2\n3\n4\n5!\n");
    expect(text("1\n2\n3\n4\n5\n", "1\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n")).toBe("1\n3\n4\n5\n6\n");
  });

  test("takes the same change of both sides once", () => {
    expect(text("1\n2\n3\n", "1\nx\n3\n", "1\nx\n3\n")).toBe("1\nx\n3\n");
    expect(text("1\n2\n3\n4\n5\n", "x\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n")).toBe("x\n2\n3\n4\ny\n");
  });

  test("with different changes of one line is a conflict, and so is one with NUL", () => {
    expect(text("1\n2\n3\n", "1\na\n3\n", "1\nb\n3\n")).toBeNull();
    expect(text("1\n2\n", "1\n2\na\n", "1\n2\nb\n")).toBeNull();
    expect(text("1\0\n2\n3\n", "0\0\n2\n3\n", "1\0\n2\n4\n")).toBeNull();
  });

  test("keeps line ends, a missing one at the end, and bytes that are not UTF-8", () => {
    expect(text("1\r\n2\r\n3\r\n4", "0\r\n2\r\n3\r\n4", "1\r\n2\r\n3\r\n5")).toBe("0\r\n2\r\n3\r\n5");
    const merged = mergeText(
      new Uint8Array([0xff, 10, 65, 10, 66, 10]),
      new Uint8Array([0xfe, 10, 65, 10, 66, 10]),
      new Uint8Array([0xff, 10, 65, 10, 67, 10]),
    );
    expect(merged).toEqual(new Uint8Array([0xfe, 10, 65, 10, 67, 10]));
  });

  test("has no sides: turned around, the answer is the same, and one side alone is that side", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 8 }).map((all) => all.join("\n"));
    fc.assert(
      fc.property(lines, lines, lines, (base, ours, theirs) => {
        expect(text(base, ours, theirs)).toBe(text(base, theirs, ours));
        expect(text(base, ours, base)).toBe(ours);
      }),
      { numRuns: 300 },
    );
  });
});

function json(base: object | null, variants: Record<string, object>) {
  const encode = (value: object) => bytes(`${JSON.stringify(value, null, 2)}\n`);
  const list = Object.entries(variants).map(([id, value]) => ({
    task: `f:${id}` as TaskId,
    base: base === null ? null : encode(base),
    bytes: encode(value),
  }));
  return mergeJson("package.json", base === null ? null : encode(base), list);
}

function wanted(first: string, one: string, second: string, other: string) {
  return [
    { task: `f:${first}`, value: one },
    { task: `f:${second}`, value: other },
  ];
}

function merged(base: object | null, variants: Record<string, object>): string {
  return JSON.stringify(JSON.parse(new TextDecoder().decode(must(json(base, variants)))));
}

describe("a manifest", () => {
  test("unites keys, keeps the order of the base, and sorts dependencies", () => {
    const base = { name: "shop", dependencies: { m: "1" }, private: true };
    const first = { name: "shop", dependencies: { m: "1", z: "1" }, private: true, type: "module" };
    const second = { name: "shop", dependencies: { a: "1", m: "1" }, private: true, files: ["dist"] };
    expect(merged(base, { T01: first, T02: second })).toBe(
      '{"name":"shop","dependencies":{"a":"1","m":"1","z":"1"},"private":true,"type":"module","files":["dist"]}',
    );
  });

  test("takes removals, equal changes and additions to one list", () => {
    const base = { scripts: { a: "1", b: "2" }, files: ["x"], v: 1 };
    const first = { scripts: { b: "2" }, files: ["x", "y"], v: 2 };
    const second = { scripts: { a: "1", b: "2", c: "3" }, files: ["x", "z", "y"], v: 2 };
    expect(merged(base, { T01: first, T02: second })).toBe(
      '{"scripts":{"b":"2","c":"3"},"files":["x","y","z"],"v":2}',
    );
  });

  test("names both tasks that want different versions, and where", () => {
    const failure = failureOf(
      json(
        { dependencies: {} },
        { T01: { dependencies: { z: "1" } }, T02: { dependencies: { y: "1", z: "2" } } },
      ),
    );
    expect(failure).toEqual({
      reason: "shared-file",
      path: "package.json",
      tasks: ["f:T01", "f:T02"],
      detail: "dependencies.z",
      clashes: [
        {
          at: ["dependencies", "z"],
          wanted: [
            { task: "f:T01", value: "1" },
            { task: "f:T02", value: "2" },
          ],
        },
      ],
    });
  });

  test("names the task that removed what another one changed", () => {
    const base = { scripts: { a: "1" }, x: 1 };
    const failure = failureOf(json(base, { T01: { x: 1 }, T02: { scripts: { a: "2" }, x: 1 } }));
    expect(failure).toMatchObject({ tasks: ["f:T01", "f:T02"], detail: "scripts" });
  });

  test("of one task only is that task's bytes, and new manifests unite too", () => {
    const only = bytes('{"odd":   1}');
    expect(must(mergeJson("a.json", null, [{ task: "f:T01", base: null, bytes: only }]))).toBe(only);
    expect(merged(null, { T01: { a: 1 }, T02: { b: 2 } })).toBe('{"a":1,"b":2}');
  });

  test("keeps tabs, carriage returns and a key by the name of __proto__", () => {
    const base = bytes('{\r\n\t"a": 1\r\n}\r\n');
    const variants = [
      { task: "f:T01" as const, base, bytes: bytes('{"a": 1, "__proto__": {"x": 1}}') },
      { task: "f:T02" as const, base, bytes: bytes('{"a": 1, "b": 2}') },
    ];
    const result = new TextDecoder().decode(must(mergeJson("a.json", base, variants)));
    expect(result).toBe('{\r\n\t"a": 1,\r\n\t"__proto__": {"x": 1},\r\n\t"b": 2\r\n}\r\n');
  });

  test("takes the narrower of two ranges that one version can serve, and tells of all the others at once", () => {
    const wants = (dependencies: object) => ({ dependencies });
    const [wide, narrow] = [wants({ a: "^4.0.1", b: "1.x" }), wants({ a: "~4.2.0", b: "^1.3" })];
    for (const variants of [
      { T01: wide, T02: narrow },
      { T01: narrow, T02: wide },
    ]) {
      expect(merged(wants({}), variants)).toBe('{"dependencies":{"a":"~4.2.0","b":"^1.3"}}');
    }
    const other = { ...wants({ a: "^5.0.0", b: "latest" }), type: "module" };
    expect(failureOf(json(wants({}), { T01: wide, T02: other, T03: { ...wide, type: "commonjs" } }))).toEqual(
      {
        reason: "shared-file",
        path: "package.json",
        tasks: ["f:T01", "f:T02", "f:T03"],
        detail: "dependencies.a, dependencies.b, type",
        clashes: [
          { at: ["dependencies", "a"], wanted: wanted("T01", "^4.0.1", "T02", "^5.0.0") },
          { at: ["dependencies", "b"], wanted: wanted("T01", "1.x", "T02", "latest") },
          { at: ["type"], wanted: wanted("T02", "module", "T03", "commonjs") },
        ],
      },
    );
  });

  test("that is no JSON object is refused with the task that wrote it", () => {
    const base = bytes("{}");
    const variants = [
      { task: "f:T01" as const, base, bytes: bytes('{"a": 1}') },
      { task: "f:T02" as const, base, bytes: bytes('{"a": yes}') },
    ];
    expect(failureOf(mergeJson("a.json", base, variants))).toMatchObject({ tasks: ["f:T02"] });
  });
});

describe("a manifest that some tasks wrote after others", () => {
  const start = { scripts: { test: "t" } };
  const writer = (id: string, saw: readonly number[], value: object) => ({
    task: `f:${id}` as TaskId,
    bytes: bytes(JSON.stringify(value)),
    saw,
  });
  const together = (...writers: readonly PackageManifestWriter[]) =>
    mergePackageManifest("package.json", bytes(JSON.stringify(start)), writers);
  const told = (...writers: readonly PackageManifestWriter[]) =>
    JSON.parse(new TextDecoder().decode(must(together(...writers)) ?? undefined));

  test("holds what a later one made of an earlier one's work, beside what others added", () => {
    const T01 = writer("T01", [], { scripts: { test: "t" }, version: 1, gone: true });
    const T02 = writer("T02", [], { scripts: { test: "t", lint: "l" } });
    const both = { scripts: { test: "t", lint: "l" }, version: 1, gone: true };
    const T03 = writer("T03", [0, 1], { scripts: { test: "t", lint: "L" }, version: 2 });
    const T04 = writer("T04", [], { scripts: { test: "t", bench: "b" } });
    expect(told(T01, T02)).toEqual(both);
    expect(told(T01, T02, T03)).toEqual({ scripts: { test: "t", lint: "L" }, version: 2 });
    const all = told(T01, T02, T03, T04);
    expect(all).toEqual({ scripts: { test: "t", lint: "L", bench: "b" }, version: 2 });
    expect(Object.keys(all.scripts)).toEqual(["test", "lint", "bench"]);
  });

  test("is refused where one that saw nothing of it wants what a later one changed", () => {
    const T01 = writer("T01", [], { ...start, version: 1 });
    const T02 = writer("T02", [0], { ...start, version: 2 });
    const T03 = writer("T03", [], { ...start, version: 1 });
    expect(failureOf(together(T01, T02, T03))).toMatchObject({
      tasks: ["f:T02", "f:T03"],
      detail: "version",
    });
  });
});

describe("of two ranges of versions", () => {
  test.each([
    ["^4.0.1", "^4.2.0", "^4.2.0"],
    ["^4.2.0", "4.3.1", "4.3.1"],
    ["~1.2.3", "^1.0.0", "~1.2.3"],
    ["~1", "1.2.x", "1.2.x"],
    [">=20", "^22.1", "^22.1"],
    ["*", "v2.0.0", "v2.0.0"],
    ["^0.2.1", "^0.2.4", "^0.2.4"],
    ["^0.0", "0.0.5", "0.0.5"],
    ["^1.0.0", "1.x", "^1.0.0"],
    ["^0.2.1", "^0.3.0", null],
    ["^0.0.3", "^0.0.4", null],
    ["~1.2.3", "~1.3.0", null],
    ["^4.5.0", "4.0.0", null],
    ["^1.0.0", "latest", null],
    ["^1.0.0", "^1.0.0-beta.1", null],
    ["^1.0.0 || ^2.0.0", "^1.2.0", null],
    ["workspace:*", "1.0.0", null],
    ["^1.0.0", "", null],
  ])("%s and %s serve both with %s", (a, b, both) => {
    expect(narrowerRange(a, b)).toBe(both);
    if (a !== "^1.0.0" || b !== "1.x") expect(narrowerRange(b, a)).toBe(both);
  });
});
