// What is told of the cost of a result that was made once and came back often?

import { expect, test } from "vitest";
import { digestOfBytes } from "../../src/model/digest.ts";
import { ADOPTED } from "../../src/model/trace.ts";
import { workOn } from "../../src/pipeline/past/recorded-work.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { Traces } from "../../src/store/traces.ts";
import { traceOf, usage } from "../store/samples.ts";
import { tempFolder, value } from "../store/temp-folder.ts";

const folder = tempFolder();
const key = digestOfBytes("key");

test("what came back from the store costs what it cost to make, and forced drafts add to it", async () => {
  const traces = new Traces(folder(), DISK);
  const record = async (part: Parameters<typeof traceOf>[0]) =>
    value(await traces.record(traceOf({ key, ...part }), { paid: true }));
  await record({ attempts: 0 });
  expect(await workOn(traces, "products:T01", key)).toBeNull();
  await record({ attempts: 2, usage: usage(1) });
  await record({ attempts: 0, verification: digestOfBytes("again") });
  expect(await workOn(traces, "products:T01", key)).toMatchObject({ attempts: 2, usd: 0.01 });
  await record({ attempts: 1, usage: usage(2), agent: "other" });
  const work = await workOn(traces, "products:T01", key);
  expect(work).toMatchObject({ attempts: 3, usd: 0.02, trace: { agent: "other" } });
  await record({ attempts: 1, usage: { ...usage(3), usd: null } });
  expect((await workOn(traces, "products:T01", key))?.usd).toBeNull();
});

test("what people wrote before a task took it over cost nothing", async () => {
  const traces = new Traces(folder(), DISK);
  value(await traces.record(traceOf({ key, attempts: 0, agent: ADOPTED }), { paid: true }));
  expect(await workOn(traces, "products:T01", key)).toMatchObject({ attempts: 0, usd: 0 });
});
