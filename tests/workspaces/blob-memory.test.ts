// Are blobs and trees read and written rightly when many ask at once, and is git asked again for what is known?

import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Oid } from "../../src/model/tree.ts";
import { materialise } from "../../src/workspaces/worktree.ts";
import { failureOf, gitIn, must, ProjectRig } from "./project-rig.ts";

const texts = (contents: readonly Uint8Array[]) => contents.map((content) => Buffer.from(content).toString());

test("those who read at once get what they asked for, in their order, and a missing blob is one reader's failure", async () => {
  using rig = new ProjectRig({ "README.md": "hello\n" });
  const repository = await rig.open();
  const [a, b, c] = must(await repository.write(["a", "b", "c"].map((text) => Buffer.from(text)))) as Oid[];
  const missing = "0123456789012345678901234567890123456789" as Oid;
  const [first, broken, second, none] = await Promise.all([
    repository.read([a, b, a] as Oid[]),
    repository.read([a, missing] as Oid[]),
    repository.read([c, b] as Oid[]),
    repository.read([]),
  ]);
  expect([first, second, none].map((read) => texts(must(read)))).toEqual([["a", "b", "a"], ["c", "b"], []]);
  expect(failureOf(broken)).toMatchObject({ reason: "git" });
});

test("what was read lately is not asked for again, and what takes too much room is", async () => {
  using rig = new ProjectRig({ "README.md": "hello\n" });
  const repository = await rig.open();
  const large = Buffer.alloc(3 * 1024 * 1024, "x");
  const [small, big] = must(await repository.write([Buffer.from("small"), large])) as [Oid, Oid];
  expect(must(await repository.read([small, big])).map(({ byteLength }) => byteLength)).toEqual([
    5,
    large.byteLength,
  ]);
  await rm(join(rig.engineClones.at(-1) ?? "", "objects"), { recursive: true });
  expect(texts(must(await repository.read([small])))).toEqual(["small"]);
  expect(failureOf(await repository.read([small, big]))).toMatchObject({ reason: "git" });
});

test("what is written twice has one id, and a tree that was laid out is laid out again", async () => {
  using rig = new ProjectRig({ "README.md": "hello\n" });
  const repository = await rig.open();
  const text = Buffer.from("text");
  const [oid, again] = must(await repository.write([text, text])) as [Oid, Oid];
  expect(again).toBe(oid);
  expect(must(await repository.write([text, Buffer.from("other")]))[0]).toBe(oid);
  const tree = new Map([["a.txt", { mode: "100644", oid }]] as const);
  for (const name of ["one", "two"]) {
    const dir = join(rig.root, name);
    must(await materialise({ repository, tree, human: tree, dir }));
    expect(await readFile(join(dir, "a.txt"), "utf8")).toBe("text");
    expect(gitIn(dir, "status", "--porcelain")).toBe("");
  }
});
