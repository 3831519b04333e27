// Is a task stale when, and only when, something that its agent read beyond its window would be answered differently?

import { expect, test } from "vitest";
import { digestOf, digestOfBytes } from "../../src/model/digest.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

const LOCK = "specs/guide/factory.lock";

/** A built task of which the lock says that its agent read a file, listed a folder and searched for a word. */
async function reader(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({ id: "guide", requirements: { R1: "Doors open." }, tasks: [{ id: "T01" }] });
  rig.write({ "projects/app/docs/a.txt": "first\n", "projects/app/docs/b.txt": "a needle\n" });
  await rig.commit("app", "Docs");
  expect((await rig.build()).code).toBe(0);
  const reads = [
    { kind: "file", subject: "docs/a.txt", digest: digestOfBytes("first\n") },
    { kind: "list", subject: "docs", digest: digestOf("list/1", ["a.txt", "b.txt"]) },
    { kind: "search", subject: "needle", digest: digestOf("search/1", ["docs/b.txt:1:a needle"]) },
    { kind: "file", subject: "docs/none.txt", digest: null },
  ];
  const lock = JSON.parse(rig.read(LOCK));
  lock.tasks.T01.reads = reads;
  rig.write({ [LOCK]: JSON.stringify(lock) });
  return rig;
}

test("a task stays fresh while everything that was read is as it was", async () => {
  await using rig = await reader();
  rig.write({ "projects/app/elsewhere.txt": "new\n" });
  await rig.commit("app", "Elsewhere");
  expect(await rig.status()).toEqual({ "guide:T01": "fresh" });
});

test.each([
  ["a file that was read changes", { "projects/app/docs/a.txt": "second\n" }, "docs/a.txt"],
  ["a folder that was listed gets a file", { "projects/app/docs/c.txt": "new\n" }, "docs"],
  ["a search has another hit", { "projects/app/found.txt": "the needle\n" }, "needle"],
  ["a file that was looked for in vain appears", { "projects/app/docs/none.txt": "x\n" }, "docs"],
])("a task is stale when %s", async (_what, files, subject) => {
  await using rig = await reader();
  rig.write(files);
  await rig.commit("app", "Something else");
  const status = JSON.parse((await rig.factory("status", "--json")).stdout);
  expect(status.tasks).toMatchObject([{ verdict: "stale", reasons: [{ code: "read-changed", subject }] }]);
});
