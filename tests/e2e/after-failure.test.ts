// What does a person find who comes back after a build that failed? That it failed, when, how often, where, and what to
// read; and nothing of that once what failed is no longer what stands.

import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, madeOnce, type RigOptions } from "../rig/factory-rig.ts";
import type { FeatureText } from "../rig/specs.ts";

const DOCS: FeatureText = {
  id: "docs",
  requirements: { R1: "The use is described." },
  tasks: [{ id: "T01", title: "Describe the use", generator: null }],
};

/** A gate that refuses every draft that says so, and an agent that always does. */
async function refused(options: RigOptions = {}): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", gates: [{ id: "words", run: "! grep -rn WRONG src" }] }],
    agents: { writer: { kind: "command", run: "mkdir -p src/docs && echo WRONG > src/docs/T01.txt" } },
    implementer: "writer",
    limits: { attempts: 2, rebases: 0 },
    ...options,
  });
  rig.feature(DOCS);
  return rig;
}

const RECORD = ".factory/tasks/docs/T01.status.json";
const NOTES = ".factory/tasks/docs/T01.notes.md";

const failedTwice = madeOnce(async () => {
  const rig = await refused();
  const first = await rig.build();
  expect([first.code, first.stderr]).toEqual([1, expect.stringContaining(`\nRead on in ${NOTES}.\n`)]);
  return rig;
});

async function reasons(rig: FactoryRig): Promise<readonly { code: string }[]> {
  return JSON.parse((await rig.factory("status", "--json")).stdout).tasks[0].reasons;
}

test("status, explain and a dry run tell how often it failed, at which gate, and where to read on", async () => {
  await using rig = await failedTwice();

  for (const words of [["status"], ["explain", "docs:T01"], ["build", "--dry-run"]]) {
    const told = await rig.factory(...words);
    expect(told.code).toBe(0);
    expect(told.stdout, words.join(" ")).toMatch(
      /failed 2 times, last on \d{4}-\d\d-\d\d \d\d:\d\d UTC at gate words/,
    );
    expect(told.stdout).toContain(NOTES);
    expect(told.stdout).toContain("missing");
  }
  const document = JSON.parse((await rig.factory("explain", "docs:T01", "--json")).stdout);
  expect(document.verdict).toBe("missing");
  expect(document.reasons[0]).toMatchObject({
    code: "failed-before",
    subject: "words",
    file: NOTES,
    failure: { times: 2, gate: "words", reason: "gates-failed" },
  });
  expect(Date.parse(document.reasons[0].failure.at)).not.toBeNaN();
  expect((await rig.factory("build", "--dry-run", "--json")).stdout).toContain('"failed-before"');

  expect((await rig.build()).code).toBe(1);
  expect((await rig.factory("status")).stdout).toContain("failed 4 times");
});

test("the failure of an older spec is not today's", async () => {
  await using rig = await failedTwice();
  rig.edit("specs/docs/feature.md", "The use is described.", "The use is described in full.");
  expect((await reasons(rig)).map(({ code }) => code)).toEqual(["never-built"]);
  rig.edit("specs/docs/feature.md", "The use is described in full.", "The use is described.");
  expect((await reasons(rig)).map(({ code }) => code)).toEqual(["failed-before", "never-built"]);
});

test("a gate that was mended since takes its failure and its lesson along", async () => {
  await using rig = await failedTwice();
  // Whoever drafts is told the command of the gate, which must not be what it looks for.
  rig.edit("projects.yaml", "! grep -rn WRONG src", "! grep -rn WOR[S]E src");
  expect((await reasons(rig)).map(({ code }) => code)).toEqual(["never-built"]);
  rig.edit("projects.yaml", "echo WRONG > src/docs/T01.txt", "cp TASK_CONTEXT.md src/docs/T01.txt");
  expect((await rig.build()).code).toBe(0);
  expect(await rig.git("app", "show", "main:src/docs/T01.txt")).not.toContain("Don't");
});

test("a record that is gone is no record, and half of one is told as unreadable", async () => {
  await using rig = await failedTwice();
  const whole = rig.read(RECORD);
  for (const broken of [whole.slice(0, 40), "", "null", "[]"]) {
    rig.write({ [RECORD]: broken });
    expect(await reasons(rig)).toMatchObject([
      { code: "record-unreadable", file: RECORD },
      { code: "never-built" },
    ]);
  }
  rmSync(rig.path(RECORD));
  expect((await reasons(rig)).map(({ code }) => code)).toEqual(["never-built"]);
  rig.write({ [RECORD]: whole });
  rmSync(rig.path(NOTES));
  expect(await reasons(rig)).toMatchObject([{ code: "failed-before", file: null }, {}]);
});

test("a build that may not ask anybody leaves what is known as it is", async () => {
  await using rig = await failedTwice();
  const before = JSON.parse(rig.read(RECORD));
  const notes = rig.read(NOTES);
  expect((await rig.build("--locked")).code).not.toBe(0);
  const { failed, lessons, failure } = JSON.parse(rig.read(RECORD));
  expect({ failed, lessons, failure }).toEqual({
    failed: before.failed,
    lessons: before.lessons,
    failure: before.failure,
  });
  expect((await rig.factory("status")).stdout).toContain("failed 2 times");
  expect(rig.read(NOTES)).toBe(notes);
});

test("a success forgets the failure", async () => {
  await using rig = await failedTwice();
  rig.edit("projects.yaml", "echo WRONG", "echo right");
  expect((await rig.build()).code).toBe(0);
  expect((await rig.factory("status")).stdout).toContain("up to date");
  expect(JSON.parse(rig.read(RECORD))).toMatchObject({ phase: "done", failure: null });
});

test("a gate that cannot be believed is told for the task that it stopped", async () => {
  await using rig = await refused({ projects: [{ id: "app", gates: [{ id: "never", run: "exit 3" }] }] });
  expect((await rig.build()).code).toBe(1);
  const [reason] = await reasons(rig);
  expect(reason).toMatchObject({
    code: "failed-before",
    failure: { times: 1, gate: "never", reason: "gate-broken" },
  });
});

test("nothing that lies below makes a window too large", async () => {
  const wide =
    'mkdir -p src/docs && for i in $(seq 60); do echo "export const name$i: number = $i;"; done > src/docs/$(basename $FACTORY_TASK | cut -d: -f2).ts; cp {{window}} {{workspace}}/seen.md';
  await using rig = await refused({
    agents: { writer: { kind: "command", run: wide } },
    limits: { attempts: 1, window_bytes: 600 },
  });
  rig.feature({
    ...DOCS,
    tasks: [
      { id: "T01", generator: null, files: ["src/docs/T01.ts"] },
      { id: "T02", generator: null, files: ["src/docs/T02.ts"], dependsOn: ["T01"] },
    ],
  });
  expect((await rig.build()).actions).toEqual({ "docs:T01": "regenerated", "docs:T02": "regenerated" });
  expect(rig.read("seen.md")).toMatch(
    /\(Not shown: \d+ of 60 declarations\. Read src\/docs\/T01\.ts:\d+-60\)/,
  );
  expect(await rig.status()).toEqual({ "docs:T01": "fresh", "docs:T02": "fresh" });
});

test("a project that has no product is not told as holding one, and a part is told as a part", async () => {
  await using rig = await refused();
  const none = await rig.factory("build");
  expect(none.stdout + none.stderr).not.toContain("holds the product");
  expect(none.stdout + none.stderr).toContain("no task has a result yet");
  const { projects } = JSON.parse((await rig.factory("build", "--json")).stdout);
  expect(projects).toMatchObject([{ id: "app", merged: false, product: { built: 0, tasks: 1 } }]);

  rig.feature({
    ...DOCS,
    tasks: [...DOCS.tasks, { id: "T02", generator: null, agent: "other" }],
  });
  rig.edit(
    "projects.yaml",
    "agents:\n",
    `agents:\n  other: {kind: command, run: "mkdir -p src/docs && echo ok > src/docs/T02.txt"}\n`,
  );
  const part = await rig.factory("build");
  expect(part.stdout + part.stderr).toContain("main holds the product of 1 of 2 tasks at");
});
