// Can a person see where the time of a build went? At its end, as a document, and later from its journal.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Event } from "../../src/model/event.ts";
import { EventSpans } from "../../src/report/event-spans.ts";
import { telemetrySpans } from "../../src/report/telemetry-spans.ts";
import { readJournal } from "../../src/store/journal.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

interface Timings {
  readonly ms: number;
  readonly overhead_ms: number;
  readonly waits: Readonly<Record<string, number>>;
  readonly critical: readonly { readonly subject: string }[];
  readonly lanes: readonly { readonly subject: string; readonly waits: Readonly<Record<string, number>> }[];
}

async function notes(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", setup: "sleep 0.2; mkdir -p lib", gates: [{ id: "any", run: "sleep 0.2" }] }],
    agents: { W01: writer("T01"), W02: writer("T02"), W03: writer("T03") },
  });
  const task = (id: string, dependsOn: readonly string[] = []) => {
    return { id, generator: null, agent: id.replace("T", "W"), files: [`src/${id}.txt`], dependsOn };
  };
  rig.feature({
    id: "notes",
    requirements: { R1: "A note." },
    tasks: [task("T01"), task("T02", ["T01"]), task("T03")],
  });
  return rig;
}

function writer(task: string) {
  return { kind: "command", run: `sleep 0.3 && mkdir -p src && echo ${task} > src/${task}.txt` };
}

function journalOf(rig: FactoryRig): readonly Event[] {
  const folder = rig.path(".factory/journal");
  const [name = ""] = readdirSync(folder).sort().reverse();
  const read = readJournal(join(folder, name));
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  return read.value.events;
}

test("a build tells what it waited for, and a report of it tells the same later", async () => {
  await using rig = await notes();
  const run = await rig.factory("build", "--json", "--timings", "-j", "1");
  expect(run.code, run.stderr).toBe(0);
  const { timings } = JSON.parse(run.stdout) as { timings: Timings };
  const sum = (waits: Timings["waits"]) => Object.values(waits).reduce((all, ms) => all + ms, 0);
  expect(sum(timings.waits)).toBe(timings.ms);
  for (const { subject, waits } of timings.lanes) expect(sum(waits), subject).toBeLessThanOrEqual(timings.ms);
  const { model = 0, gates = 0, trials = 0 } = timings.waits;
  expect(timings.overhead_ms).toBe(timings.ms - model - gates - trials);
  const lanes = new Map(timings.lanes.map(({ subject, waits }) => [subject, Object.keys(waits)]));
  expect([...lanes.keys()].sort()).toEqual(["app/", "notes:T01", "notes:T02", "notes:T03"]);
  for (const id of ["notes:T01", "notes:T02", "notes:T03"])
    expect(lanes.get(id)).toEqual(expect.arrayContaining(["model", "gates", "trees"]));
  // One agent for two tasks that may both begin.
  expect([...(lanes.get("notes:T01") ?? []), ...(lanes.get("notes:T03") ?? [])]).toContain("slot");
  expect(lanes.get("app/")).toEqual(expect.arrayContaining(["trials", "setup", "gates", "trees", "commit"]));
  expect(timings.critical.at(-1)?.subject).toBe("app/");
  expect(run.stderr).toMatch(/^Waited for, of \d/m);
  expect(run.stderr).toMatch(/^ {2}a model +\d/m);
  expect(run.stderr).toMatch(/^No model was asked and no gate ran for|^ {2}No model was asked and no gate/m);

  const steps = journalOf(rig).flatMap((event) => (event.type === "step-ended" ? [event] : []));
  expect(steps.every(({ since, at }) => since < at)).toBe(true);
  const report = await rig.factory("report");
  expect(report.stdout).toContain("## Where the time went");
  expect(report.stdout).toMatch(/^\| a model \| .* \|$/m);
  expect(report.stdout).toMatch(/^Critical path: .*app\/ \(/m);
});

test("a build that has nothing to do says so, with all of its time", async () => {
  await using rig = await notes();
  expect((await rig.factory("build")).code).toBe(0);
  const run = await rig.factory("build", "--json", "--timings");
  const { timings } = JSON.parse(run.stdout) as { timings: Timings };
  expect([Object.keys(timings.waits), timings.lanes, timings.critical]).toEqual([
    timings.ms > 0 ? ["other"] : [],
    [],
    [],
  ]);
  const plain = await rig.factory("build", "--json");
  expect(JSON.parse(plain.stdout)).not.toHaveProperty("timings");
});

test("what only renders waits for no agent, however many tasks do", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app", gates: [] }] });
  rig.feature({
    id: "notes",
    requirements: { R1: "A note." },
    tasks: Array.from({ length: 12 }, (_, index) => ({ id: `T${String(index + 1).padStart(2, "0")}` })),
  });
  expect((await rig.factory("build", "-j", "1")).code).toBe(0);
  const steps = journalOf(rig).filter((event) => event.type === "step-ended" && event.step === "slot");
  expect(steps).toEqual([]);
});

test("a setup that fails ends, too: in the journal, in the times of the build, and for whoever reads them later", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", setup: "sleep 0.1; exit 7", gates: [{ id: "any", run: "true" }] }],
  });
  rig.feature({ id: "notes", requirements: { R1: "A note." }, tasks: [{ id: "T01" }] });
  expect((await rig.factory("build")).code).not.toBe(0);
  const events = journalOf(rig);
  const setups = events.filter(({ type }) => type === "setup-started" || type === "setup-ended");
  expect(setups.map(({ type }) => type)).toEqual(["setup-started", "setup-ended"]);
  expect(setups[1]).toMatchObject({ project: "app", failed: true });
  const spans = telemetrySpans(events).filter(({ name }) => name === "setup");
  expect(spans.map(({ ok }) => ok)).toEqual([false]);
  const found = new EventSpans();
  for (const event of events) found.add(event);
  expect(found.lanes.get("app/")?.filter(({ label }) => label.startsWith("sleep"))).toMatchObject([
    { wait: "setup", failed: true },
  ]);
});
