import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOfBytes, type Json } from "../../src/model/digest.ts";
import type { Lock } from "../../src/model/trace.ts";
import type { Oid } from "../../src/model/tree.ts";
import { lockText, readLock } from "../../src/store/locks.ts";
import { entryOf, lockOf } from "./samples.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();
const PATH = "specs/products/factory.lock";

function read(text: string) {
  return readLock(Buffer.from(text), PATH);
}

function problemOf(text: string) {
  const lock = read(text);
  if (lock.ok || lock.failure.reason !== "invalid-spec") throw new Error(`accepted: ${text.slice(0, 200)}`);
  expect(lock.failure.diagnostics).toHaveLength(1);
  return lock.failure.diagnostics[0]!;
}

const digest = fc.string().map((text) => digestOfBytes(text));
const orNull = fc.option(digest, { nil: null });
const name = fc
  .string({ minLength: 1, unit: "binary" })
  .filter((text) => !/[\0/\\]|^\.{1,2}$|^\.git$/i.test(text));
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const sortedPaths = fc.uniqueArray(path, { maxLength: 3 }).map((paths) => paths.sort());
const blob = fc.option(
  digest.map((text) => text.slice(0, 40) as Oid),
  { nil: null },
);
const planning = fc.record({ key: digest, request: digest, plan: orNull, backlog: digest, approved: orNull });
const lockWithout: fc.Arbitrary<Lock> = fc.record({
  version: fc.constant(1 as const),
  feature: fc.string({ minLength: 1 }),
  tasks: fc.dictionary(
    fc.oneof(fc.string({ minLength: 1 }), fc.constant("__proto__")),
    fc.record({
      project: fc.string({ minLength: 1 }),
      key: digest,
      verification: digest,
      outputs: fc
        .uniqueArray(
          fc.record({
            path,
            mode: fc.constantFrom("100644", "100755", "120000"),
            digest: orNull,
            base: orNull,
          }),
          { maxLength: 4, selector: (output) => output.path },
        )
        .map((outputs) => outputs.sort((a, b) => (a.path < b.path ? -1 : 1))),
      reads: fc.array(
        fc.record({ kind: fc.constantFrom("file", "list", "search"), subject: fc.string(), digest: orNull }),
        { maxLength: 3 },
      ),
      released: sortedPaths,
      yielding: fc
        .uniqueArray(fc.record({ path, blob }), { maxLength: 3, selector: (edit) => edit.path })
        .map((edits) => edits.sort((a, b) => (a.path < b.path ? -1 : 1))),
    }),
    { maxKeys: 5 },
  ),
});
const lock = fc.oneof(
  lockWithout,
  fc.tuple(lockWithout, planning).map(([one, plan]): Lock => ({ ...one, planning: plan })),
);

test("any lock is read back from its text, and the same lock is always the same text", () => {
  fc.assert(
    fc.property(lock, (one) => {
      const text = lockText(one);
      const again = value(read(text));
      expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(one)));
      expect(lockText(again)).toBe(text);
      expect(text.endsWith("}\n")).toBe(true);
      const shuffled = Object.fromEntries(Object.entries(one.tasks).reverse());
      expect(lockText({ ...one, tasks: shuffled })).toBe(text);
    }),
    { numRuns: 200 },
  );
});

test("no text at all makes the reader throw or take it for a lock", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(read(text).ok).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("a member that is not what it should be is told with the line of its task", () => {
  const wrong: readonly [string, Json][] = [
    ["project", ""],
    ["key", "abc"],
    ["verification", null],
    ["outputs", {}],
    ["outputs", [{ path: "../up", mode: "100644", digest: null, base: null }]],
    ["outputs", [{ path: "/etc/passwd", mode: "100644", digest: null, base: null }]],
    ["outputs", [{ path: "a/.GIT/config", mode: "100644", digest: null, base: null }]],
    ["outputs", [{ path: "a\\b", mode: "100644", digest: null, base: null }]],
    ["outputs", [{ path: "a", mode: "100664", digest: null, base: null }]],
    ["outputs", [{ path: "a", mode: "100644", digest: "no", base: null }]],
    ["reads", [{ kind: "guess", subject: "a", digest: null }]],
    ["released", [""]],
    ["yielding", "README.md"],
    ["yielding", [{ path: "README.md", blob: "no" }]],
  ];
  for (const [member, bad] of wrong) {
    const good = lockOf("products", 3);
    const text = lockText(good);
    const broken = JSON.parse(text);
    broken.tasks.T02[member] = bad;
    const found = problemOf(JSON.stringify(broken));
    expect(found).toMatchObject({ severity: "error", code: "invalid-lock", file: PATH, line: 1 });
    expect(found.message).toContain(`\`${member}\` of task T02`);
  }
  const text = lockText(lockOf("products", 3)).replace(entryOf("T02").key, "nothing");
  const line = text.split("\n").findIndex((row) => row.includes('"T02": {')) + 1;
  expect(problemOf(text).line).toBe(line);
});

test("what an earlier version let give way at a path names no edit, and so none gives way", () => {
  const lock = lockOf("products", 1);
  const old = lockText(lock).replace(/\{"path":"README.md","blob":"\w+"\}/, '"README.md"');
  expect(old).toContain('"yielding": [\n        "README.md"\n      ]');
  expect(value(read(old)).tasks).toEqual({ T01: { ...lock.tasks.T01, yielding: [] } });
});

test("broken JSON is told with its line", () => {
  const lines = lockText(lockOf("products", 2)).split("\n");
  lines[9] = "      oops";
  expect(problemOf(lines.join("\n")).line).toBe(10);
  expect(problemOf("").message).toBe("the file is not JSON");
});

test("a lock of a newer version is refused, whatever else it says", () => {
  const failure = { reason: "newer-format", path: PATH, found: 2, known: 1 };
  expect(read('{"version": 2, "tasks": []}')).toEqual({ ok: false, failure });
});

test("git merges locks in which different tasks moved, and a conflict is told as one", () => {
  const at = (file: string) => join(folder(), file);
  const base = lockOf("products", 4);
  const ours = { ...base, tasks: { ...base.tasks, T01: entryOf("ours") } };
  const theirs = { ...base, tasks: { ...base.tasks, T02: entryOf("theirs") } };
  const merge = (one: Lock, two: Lock) => {
    for (const [file, lock] of [
      ["base", base],
      ["ours", one],
      ["theirs", two],
    ] as const) {
      writeFileSync(at(file), lockText(lock));
    }
    try {
      execFileSync("git", ["merge-file", "--quiet", at("ours"), at("base"), at("theirs")]);
    } catch {}
    return readFileSync(at("ours"), "utf8");
  };
  expect(value(read(merge(ours, theirs)))).toEqual({
    ...ours,
    tasks: { ...ours.tasks, T02: entryOf("theirs") },
  });
  const conflict = merge(ours, { ...base, tasks: { ...base.tasks, T01: entryOf("other") } });
  const found = problemOf(conflict);
  expect(found.line).toBe(conflict.split("\n").findIndex((row) => row.startsWith("<<<<<<<")) + 1);
  expect(found).toMatchObject({
    message: "the file has unresolved merge conflicts",
    fix: "Take either side of the file and run `factory build`.",
  });
});
