// What do spans and metrics say of builds that are rare, or hard to bring about? Answers from the store, prices that nobody
// knows, programs that ask their models themselves, setups side by side, and a build that was stopped.

import { expect, test } from "vitest";
import type { TaskId } from "../../src/model/address.ts";
import type { Event, EventBody } from "../../src/model/event.ts";
import type { TelemetrySpan } from "../../src/model/telemetry.ts";
import { telemetryMetrics } from "../../src/report/telemetry-metrics.ts";
import { telemetrySpans } from "../../src/report/telemetry-spans.ts";

const task = "work:T01" as TaskId;
const tokens = { in: 300, out: 20, cached: 100 };

/** Each 100 ms after the one before it. */
function happened(...bodies: readonly EventBody[]): readonly Event[] {
  return bodies.map((body, index) => ({ at: 1_000_000 + index * 100, ...body }) as Event);
}

const session = (id: string, more: object = {}): EventBody => ({
  type: "session-started",
  session: id,
  role: "implementer",
  subject: task,
  agent: "coder",
  attempt: 1,
  windowBytes: 10,
  segments: [],
  ...more,
});

const called = (id: string, replayed: boolean, usd: number | null): EventBody => ({
  type: "call-ended",
  session: id,
  agent: "coder",
  model: "m",
  tokens,
  usd,
  replayed,
  ms: 50,
});

const ended = (id: string, usd: number | null): EventBody => ({
  type: "session-ended",
  session: id,
  usage: { calls: 1, tokens, usd },
  failure: null,
});

const shape = (spans: readonly TelemetrySpan[]) => {
  const nameOf = new Map(spans.map(({ id, name }) => [id, name]));
  return spans.map(({ name, parent, start, end, ok }) => [
    name,
    parent === null ? null : nameOf.get(parent),
    start - 1_000_000,
    end - 1_000_000,
    ok,
  ]);
};

/** Points of a metric: their attributes, and the sum or the values. */
const figures = (name: string, events: readonly Event[]) => {
  const metric = telemetryMetrics(events).find((one) => one.name === name);
  if (metric?.kind === "histogram")
    return metric.points.map(({ attributes, values }) => ({ ...attributes, values }));
  return (metric?.points ?? []).map(({ attributes, value }) => ({ ...attributes, value }));
};

test("an answer from the store is no request, and takes no tokens", () => {
  const events = happened(
    session("a", { provider: "openai" }),
    called("a", true, 0),
    called("a", false, 0.25),
    ended("a", 0.25),
  );
  const calls = telemetrySpans(events).filter(({ name }) => name === "chat m");
  expect(calls.map(({ kind, attributes }) => [kind, attributes["factory.call.replayed"]])).toEqual([
    ["internal", true],
    ["client", false],
  ]);
  expect(calls[1]?.attributes["factory.cost.usd"]).toEqual({ fraction: 0.25 });
  expect(figures("gen_ai.client.token.usage", events)).toMatchObject([
    { "gen_ai.operation.name": "chat", "gen_ai.token.type": "input", values: [300] },
    { "gen_ai.operation.name": "chat", "gen_ai.token.type": "output", values: [20] },
  ]);
  expect(figures("factory.cost", events)).toMatchObject([{ "factory.role": "implementer", value: 0.25 }]);
});

test("what a program's models took is told by its session, and an unknown price is no zero", () => {
  const events = happened(session("p", { provider: "claude" }), ended("p", null));
  expect(figures("gen_ai.client.token.usage", events)).toMatchObject([
    { "gen_ai.operation.name": "invoke_agent", "gen_ai.provider.name": "claude", values: [300] },
    { "gen_ai.operation.name": "invoke_agent", "gen_ai.provider.name": "claude", values: [20] },
  ]);
  expect(figures("factory.cost", events)).toEqual([]);
  expect(figures("factory.sessions.unpriced", events)).toMatchObject([{ value: 1 }]);
  const [invoked] = telemetrySpans(events);
  expect(invoked?.attributes).not.toHaveProperty(["factory.cost.usd"]);
  expect(invoked?.attributes["gen_ai.usage.cache_read.input_tokens"]).toBe(100);
});

test("setups of one project overlap, and what is open at the end of a stopped build has no outcome", () => {
  const setup = { type: "setup-started", project: "app", command: "npm ci" } as const;
  const events = happened(
    { type: "planning-started", feature: "work" },
    session("q", { subject: "work", role: "planner" }),
    { type: "planning-ended", feature: "work", failure: { reason: "cancelled" } },
    setup,
    setup,
    { type: "setup-ended", project: "app", ms: 200 },
    { type: "gate-ended", subject: "app/", result: { ...GATE, passed: false, ms: 30 } },
  );
  expect(shape(telemetrySpans(events))).toEqual([
    ["planning", "build", 0, 200, false],
    ["setup", "build", 300, 500, true],
    ["gate", "build", 570, 600, false],
    ["invoke_agent coder", "planning", 100, 600, null],
    ["setup", "build", 400, 600, null],
    ["build", null, 0, 600, null],
  ]);
  expect(telemetrySpans([])).toEqual([]);
});

test("tasks that were fresh are counted and not drawn", () => {
  const result = { ...SETTLED, id: task };
  const events = happened(
    { type: "task-judged", task, verdict: "fresh", reasons: [] },
    { type: "task-settled", result: { ...result, action: "fresh" }, failure: null },
    { type: "task-settled", result: { ...result, action: "blocked" }, failure: null },
  );
  expect(shape(telemetrySpans(events))).toEqual([
    ["task", "build", 200, 200, null],
    ["build", null, 0, 200, null],
  ]);
  expect(figures("factory.tasks", events)).toEqual([
    { "factory.action": "fresh", value: 1 },
    { "factory.action": "blocked", value: 1 },
  ]);
  expect(figures("factory.verdicts", events)).toEqual([{ "factory.verdict": "fresh", value: 1 }]);
});

const GATE = { gate: "check", evidence: "said so", output: "a long story", end: "exited" } as const;
const SETTLED = {
  project: "app",
  reasons: [],
  attempts: 0,
  agent: "coder",
  calls: 0,
  tokens: { in: 0, out: 0, cached: 0 },
  usd: 0,
  windowBytes: 0,
  ms: 0,
} as const;
