// What is paid for while nobody knows yet whether a gate refuses anything? A draft is begun once every gate passes on
// people's own files; it is judged when all of them have shown what they refuse, and one that nobody could judge is kept.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Event } from "../../src/model/event.ts";
import { readJournal } from "../../src/store/journal.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

/** Of a slot; a file there is seen by whoever works in another one. */
const TOP = "../../../..";
/** Refuses its canary, or takes it, once an agent has begun. */
const gate = (untouched: string, canary: string, task = "true") =>
  [
    `if [ -e canary.txt ]; then until [ -e ${TOP}/asked ]; do sleep 0.02; done; ${canary};`,
    `elif [ -e src/T01.txt ]; then ${task}; else ${untouched}; fi`,
  ].join(" ");

async function notes(run: string, judge: string | null = null): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [
      { id: "app", gates: [{ id: "test", run, canary: { "canary.txt": "bad\n" }, timeout: "30s" }] },
    ],
    agents: {
      writer: { kind: "command", run: `echo once >> ${TOP}/asked; mkdir -p src; echo a note > src/T01.txt` },
      judge: { kind: "command", run: judge ?? "false" },
    },
    implementer: "writer",
    ...(judge === null ? {} : { routing: { reviewer: "judge" } }),
  });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note." },
    tasks: [{ id: "T01", generator: null, files: ["src/T01.txt"] }],
  });
  return rig;
}

function timesAsked(rig: FactoryRig): number {
  return existsSync(rig.path("asked")) ? rig.read("asked").trim().split("\n").length : 0;
}

function eventsOf(rig: FactoryRig): readonly Event[] {
  const folder = rig.path(".factory/journal");
  const [name = ""] = readdirSync(folder).sort().reverse();
  const read = readJournal(join(folder, name));
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  return read.value.events;
}

test("a draft is written while canaries are tried, and judged after that", async () => {
  await using rig = await notes(gate("true", "exit 1"));
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  const types = eventsOf(rig).map(({ type }) => type);
  expect(types.indexOf("attempt-started")).toBeLessThan(types.indexOf("canary-ended"));
  expect(types.indexOf("canary-ended")).toBeLessThan(types.indexOf("gates-started"));
});

test("nobody is asked where a gate fails on the code as it is", async () => {
  await using rig = await notes(gate("exit 1", "exit 1"));
  expect((await rig.build()).code).not.toBe(0);
  expect(timesAsked(rig)).toBe(0);
});

test("nobody is asked once it is known that a gate refuses nothing", async () => {
  await using rig = await notes("true");
  const known = 'grep -q \'"trial-ended".*"canary"\' ../../../journal/*.jsonl';
  rig.edit(
    "projects.yaml",
    "gates:",
    `gates:\n      - {id: slow, run: ${JSON.stringify(`until ${known}; do sleep 0.02; done`)}, timeout: 30s}`,
  );
  const broken = await rig.build();
  expect(broken.document.diagnostics[0]).toMatchObject({ code: "gate-broken" });
  expect(timesAsked(rig)).toBe(0);
});

test("a draft that no gate could judge is kept, and judged by the gate that was mended", async () => {
  await using rig = await notes(gate("true", "exit 0"));
  const broken = await rig.build();
  expect(broken.code).not.toBe(0);
  expect(broken.document.diagnostics[0]).toMatchObject({ code: "gate-broken" });
  expect(timesAsked(rig)).toBe(1);
  expect(eventsOf(rig).some(({ type }) => type === "gates-started")).toBe(false);
  // Nothing has changed: what failed before is told, and nobody is asked.
  expect((await rig.build()).code).not.toBe(0);
  expect(timesAsked(rig)).toBe(1);

  rig.edit("projects.yaml", "exit 0;", "exit 1;");
  const mended = await rig.build();
  expect([mended.code, mended.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  expect(timesAsked(rig)).toBe(1);
  expect(await rig.git("app", "show", "main:src/T01.txt")).toBe("a note");
  expect((await rig.build()).actions).toEqual({ "notes:T01": "fresh" });
});

test("a draft that a mended gate refuses is told to the next attempt", async () => {
  await using rig = await notes(gate("true", "exit 0", "exit 1"));
  expect((await rig.build()).code).not.toBe(0);
  rig.edit("projects.yaml", "exit 0;", "exit 1;");
  const mended = await rig.build();
  expect([mended.code, mended.actions]).toEqual([1, { "notes:T01": "failed" }]);
  expect(timesAsked(rig)).toBeGreaterThan(1);
});

test.each([
  ["retry", "notes:T01"],
  ["build", "--force"],
])("who asks for another draft by `factory %s %s` gets one", async (...words) => {
  await using rig = await notes(gate("true", "exit 0"));
  expect((await rig.build()).code).not.toBe(0);
  rig.edit("projects.yaml", "exit 0;", "exit 1;");
  expect((await rig.factory(...words)).code).toBe(0);
  expect(timesAsked(rig)).toBe(2);
});

/** Ends once it is told to, and says that it has begun. */
const judging = (top: string) => `touch ${top}/judging; until [ -e ${top}/go ]; do sleep 0.02; done`;
const APPROVAL = 'echo \'{"verdict": "approve", "findings": []}\'';

test.each([
  ["its gate runs", { run: gate("true", "exit 1", judging(TOP)), judge: APPROVAL }],
  ["its reviewer reads", { run: gate("true", "exit 1"), judge: `${judging("{{workspace}}")}; ${APPROVAL}` }],
])("a draft whose build is killed while %s is not paid for again", async (_, { run, judge }) => {
  await using rig = await notes(run, judge);
  const killed = rig.start("build");
  await expect.poll(() => existsSync(rig.path("judging")), { timeout: 60_000 }).toBe(true);
  killed.child.kill("SIGKILL");
  await killed.done;
  rig.write({ go: "" });
  const next = await rig.build();
  expect([next.code, next.actions]).toEqual([0, { "notes:T01": "regenerated" }]);
  expect(timesAsked(rig)).toBe(1);
});
