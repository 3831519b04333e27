import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { digestOfBytes } from "../../src/model/digest.ts";
import type { PlanningRecord } from "../../src/model/trace.ts";
import { finishPlans, writePlan } from "../../src/pipeline/planning/write-plan.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { readLock } from "../../src/store/locks.ts";
import { tempFolder, value } from "../store/temp-folder.ts";

const folder = tempFolder();

const record: PlanningRecord = {
  key: digestOfBytes("key"),
  request: digestOfBytes("request"),
  plan: digestOfBytes("new plan"),
  backlog: digestOfBytes("new backlog"),
  approved: null,
};

function workspace() {
  const root = folder();
  mkdirSync(join(root, "specs", "notes"), { recursive: true });
  const path = (name: string) => join(root, "specs", "notes", name);
  const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), "utf8") : null);
  return { root, path, read, blobs: new Blobs(join(root, ".factory", "store"), DISK) };
}

/** What a build has noted down when it is killed before it wrote anything. */
async function killedBuild() {
  const place = workspace();
  const { root, blobs } = place;
  const files = [
    { name: "PLAN.md", before: null, after: value(await blobs.put("new plan", { paid: true })) },
    {
      name: "BACKLOG.yaml",
      before: digestOfBytes("old backlog"),
      after: value(await blobs.put("new backlog", { paid: true })),
    },
  ];
  writeFileSync(place.path("BACKLOG.yaml"), "old backlog");
  mkdirSync(join(root, ".factory", "planning"), { recursive: true });
  writeFileSync(
    join(root, ".factory", "planning", "notes.json"),
    JSON.stringify({ feature: "notes", folder: "specs/notes", record, files }),
  );
  return place;
}

test("documents and record are written together, and nothing is left to finish", async () => {
  const { root, read, blobs } = workspace();
  const files = [
    { name: "PLAN.md", before: null, after: "new plan" },
    { name: "BACKLOG.yaml", before: null, after: "new backlog" },
  ] as const;
  value(await writePlan(root, blobs, { feature: "notes", folder: "specs/notes", record, files }));
  expect([read("PLAN.md"), read("BACKLOG.yaml")]).toEqual(["new plan", "new backlog"]);
  expect(value(readLock(Buffer.from(read("factory.lock") ?? ""), "lock")).planning).toEqual(record);
  expect(value(await finishPlans(root, blobs))).toEqual([]);
});

test("what a killed build had begun to write is finished by the next, whatever it had reached", async () => {
  for (const reached of [[], ["PLAN.md"], ["PLAN.md", "BACKLOG.yaml"]]) {
    const { root, path, read, blobs } = await killedBuild();
    for (const name of reached) writeFileSync(path(name), name === "PLAN.md" ? "new plan" : "new backlog");
    expect(value(await finishPlans(root, blobs))).toEqual(["notes"]);
    expect([read("PLAN.md"), read("BACKLOG.yaml")]).toEqual(["new plan", "new backlog"]);
    expect(value(readLock(Buffer.from(read("factory.lock") ?? ""), "lock")).planning).toEqual(record);
    expect(value(await finishPlans(root, blobs))).toEqual([]);
  }
});

test("a file that a person wrote since then is theirs", async () => {
  const { root, path, read, blobs } = await killedBuild();
  writeFileSync(path("BACKLOG.yaml"), "mine");
  value(await finishPlans(root, blobs));
  expect([read("PLAN.md"), read("BACKLOG.yaml")]).toEqual(["new plan", "mine"]);
});
