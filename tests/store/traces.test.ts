import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { TaskId } from "../../src/model/address.ts";
import { digestOfBytes } from "../../src/model/digest.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { Traces } from "../../src/store/traces.ts";
import { traceOf } from "./samples.ts";
import { tempFolder, value } from "./temp-folder.ts";

const folder = tempFolder();
const key = digestOfBytes("key");
const other = digestOfBytes("other key");

function filesOf(feature: string): readonly string[] {
  const at = join(folder(), "traces", feature);
  return readdirSync(at).map((name) => join(at, name));
}

test("traces that share a key are found newest first", async () => {
  const traces = new Traces(folder(), DISK);
  const first = traceOf({ key, reads: [{ kind: "file", subject: "a.ts", digest: digestOfBytes("1") }] });
  const second = traceOf({ key, reads: [{ kind: "file", subject: "a.ts", digest: digestOfBytes("2") }] });
  const third = traceOf({ key: other });
  for (const trace of [first, second, third]) value(await traces.record(trace, { paid: true }));
  expect(value(await traces.find("products:T01", key))).toEqual([second, first]);
  expect(value(await traces.find("products:T01", other))).toEqual([third]);
});

test("recording the same trace again makes it the latest and keeps one copy", async () => {
  const traces = new Traces(folder(), DISK);
  const [first, second] = [traceOf({ key }), traceOf({ key, attempts: 2 })];
  for (const trace of [first, second, first]) value(await traces.record(trace, { paid: false }));
  expect(value(await traces.find("products:T01", key))).toEqual([first, second]);
  expect(filesOf("products")).toHaveLength(2);
});

test("tasks do not see each other's traces, whatever their names", async () => {
  const traces = new Traces(folder(), DISK);
  const tasks: readonly TaskId[] = [
    "products:T01",
    "products:T010",
    "products:T.01",
    "../up:../../T01",
    "ü:ß 1",
  ];
  for (const task of tasks) value(await traces.record(traceOf({ task, key }), { paid: false }));
  for (const task of tasks) {
    expect(value(await traces.find(task, key)).map((trace) => trace.task)).toEqual([task]);
  }
  expect(readdirSync(folder())).toEqual(["traces"]);
});

test("a task without traces has none", async () => {
  const traces = new Traces(folder(), DISK);
  expect(value(await traces.find("products:T01", key))).toEqual([]);
  expect(value(await traces.all())).toEqual([]);
});

test("a trace with any byte changed counts as absent and is kept in quarantine", async () => {
  const traces = new Traces(folder(), DISK);
  const old = traceOf({ key: other });
  value(await traces.record(old, { paid: true }));
  value(await traces.record(traceOf({ key }), { paid: true }));
  const path = filesOf("products").find((file) => file.includes(key.slice(0, 16)))!;
  writeFileSync(path, readFileSync(path, "utf8").replace('"attempts":1', '"attempts":9'));
  expect(value(await traces.find("products:T01", key))).toEqual([]);
  expect(value(await traces.find("products:T01", other))).toEqual([old]);
  expect(readdirSync(traces.quarantine.folder)).toHaveLength(1);
  expect(filesOf("products")).toHaveLength(1);
});

test("a trace of a newer version is refused and left where it is", async () => {
  const traces = new Traces(folder(), DISK);
  value(await traces.record(traceOf({ key }), { paid: true }));
  const path = filesOf("products")[0]!;
  const text = '{"schema":2,"trace":{}}\n';
  const name = path.replace(/[0-9a-f]{32}\.json$/, `${digestOfBytes(text).slice(0, 32)}.json`);
  writeFileSync(path, text);
  renameSync(path, name);
  const failure = { reason: "newer-format", path: name, found: 2, known: 1 };
  expect(await traces.find("products:T01", key)).toEqual({ ok: false, failure });
  expect(filesOf("products")).toEqual([name]);
});

test("files that are no traces are left alone, and all outputs that traces name are listed", async () => {
  const traces = new Traces(folder(), DISK);
  const digest = digestOfBytes("output");
  const outputs = [
    { path: "a", mode: "100644", digest, base: null },
    { path: "b", mode: "100644", digest: null, base: null },
  ] as const;
  value(await traces.record(traceOf({ outputs }), { paid: true }));
  mkdirSync(join(folder(), "traces", "cart"));
  writeFileSync(join(folder(), "traces", "cart", "README"), "mine");
  expect(value(await traces.all()).map(({ trace }) => trace.outputs[0]?.digest)).toEqual([digest]);
  expect(filesOf("cart")).toHaveLength(1);
});
