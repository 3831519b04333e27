// Is it true where the time of a build went? Sums that hold for every journal, and one build told exactly.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Event, Step } from "../../src/model/event.ts";
import { NO_USAGE } from "../../src/model/output.ts";
import type { Role } from "../../src/model/role.ts";
import { type Span, WAITS } from "../../src/report/event-spans.ts";
import { paintAll } from "../../src/report/theme.ts";
import { type Shares, timingsOf, totalOf } from "../../src/report/timings.ts";
import { timingsLines } from "../../src/report/timings-text.ts";
import { expectGolden } from "./golden.ts";
import { GREEN, taskResult } from "./samples.ts";

const TASKS = ["notes:T01", "notes:T02"] as const;
const SUBJECTS = [...TASKS, "app/", "notes"] as const;
const STEPS: readonly Step[] = ["slot", "trees", "setup", "project", "compose", "merge", "commit"];

const project = { id: "app", branch: "main", commit: null, tree: null, merged: true, moved: true };

/** Any events in any order: what ends may never have begun, and what begins may never end. */
const anyEvent: fc.Arbitrary<(at: number) => Event> = fc
  .record({
    kind: fc.nat(14),
    task: fc.constantFrom(...TASKS),
    subject: fc.constantFrom(...SUBJECTS),
    step: fc.constantFrom(...STEPS),
    role: fc.constantFrom<Role>("implementer", "reviewer", "rebase"),
    session: fc.constantFrom("s1", "s2"),
    gate: fc.constantFrom("lint", "test"),
    ms: fc.nat(20),
    on: fc.constantFrom("untouched" as const, "canary" as const),
  })
  .map(({ kind, task, subject, step, role, session, gate, ms, on }) => (at: number): Event => {
    const since = Math.max(0, at - ms);
    switch (kind) {
      case 0:
        return { at, type: "task-judged", task, verdict: "stale", reasons: [] };
      case 1:
        return { at, type: "task-settled", result: taskResult({ id: task }), failure: null };
      case 2:
        return { at, type: "planning-started", feature: "notes" };
      case 3:
        return { at, type: "planning-ended", feature: "notes", failure: null };
      case 4:
        return { at, type: "merge-started", project: "app" };
      case 5:
        return { at, type: "project-settled", result: project, failure: null };
      case 6:
      case 7:
        return { at, type: "step-ended", subject, step, since };
      case 8:
        return { at, type: "gate-started", subject, gate };
      case 9:
        return { at, type: "gate-ended", subject, result: { ...GREEN, gate, ms } };
      case 10:
        return { at, type: "trial-started", project: "app", gate, on };
      case 11:
        return { at, type: "trial-ended", project: "app", gate, on, asExpected: true, ms, gateMs: ms };
      case 12:
        return held(at, session, subject, role);
      case 13:
        return called(at, session, ms);
      default:
        return { at, type: "session-ended", session, usage: NO_USAGE, failure: null };
    }
  });

const anyJournal = fc.array(fc.tuple(anyEvent, fc.nat(5)), { minLength: 1, maxLength: 40 }).map((told) => {
  let at = 0;
  return told.map(([event, later]) => {
    at += later;
    return event(at);
  });
});

test("no moment counts twice, and none is lost", () => {
  fc.assert(
    fc.property(anyJournal, (events) => {
      const { start, end, lanes, shares, overhead } = timingsOf(events);
      const whole: Span = { wait: "other", label: "", start, end, failed: false };
      const all = lanes.flatMap(({ spans }) => spans);
      expect(shares).toEqual(byMoments([whole, ...all], end));
      expect(totalOf(shares)).toBe(end - start);
      const idle = moments(end).filter(
        (at) => at >= start && all.every((span) => !covers(span, at) || !isWork(span)),
      );
      expect(overhead).toBe(idle.length);
      for (const lane of lanes) {
        const { other = 0, ...own } = lane.shares;
        expect(own).toEqual(byMoments(lane.spans, end));
        expect(other + totalOf(own)).toBeLessThanOrEqual(end - start);
      }
    }),
  );
});

test("a lane holds no other time than from when its task was judged until it was settled", () => {
  const { lanes } = timingsOf([
    { at: 0, type: "build-started", build: "1", tasks: 1, settled: 0 },
    { at: 10, type: "task-judged", task: "notes:T01", verdict: "stale", reasons: [] },
    { at: 40, type: "task-settled", result: taskResult({ id: "notes:T01" }), failure: null },
    { at: 90, type: "build-ended", ok: true, ms: 90 },
  ]);
  expect(lanes.map(({ subject, shares }) => [subject, shares])).toEqual([["notes:T01", { other: 30 }]]);
});

const BUILD: readonly Event[] = [
  { at: 1000, type: "build-started", build: "1", tasks: 2, settled: 0 },
  { at: 1000, type: "task-waiting", task: "notes:T02", on: ["notes:T01"] },
  { at: 1000, type: "task-judged", task: "notes:T01", verdict: "stale", reasons: [] },
  { at: 1000, type: "canary-started", project: "app" },
  { at: 1000, type: "trial-started", project: "app", gate: "test", on: "untouched" },
  { at: 1400, type: "step-ended", subject: "app/", step: "setup", since: 1100 },
  { at: 1400, type: "step-ended", subject: "app/", step: "trees", since: 1000 },
  {
    ...{ at: 2000, type: "trial-ended", project: "app", gate: "test", on: "untouched" },
    ...{ asExpected: true, ms: 1000, gateMs: 600 },
  },
  { at: 2000, type: "canary-ended", project: "app", passed: true, ms: 1000 },
  { at: 2000, type: "step-ended", subject: "notes:T01", step: "project", since: 1000 },
  // A hosted agent: its calls are told, and between them it reads.
  held(2100, "s1", "notes:T01", "implementer"),
  called(4000, "s1", 1800),
  called(5100, "s1", 1000),
  { at: 5100, type: "session-ended", session: "s1", usage: NO_USAGE, failure: null },
  { at: 5100, type: "draft-ended", task: "notes:T01", attempt: 1, said: null },
  { at: 5600, type: "step-ended", subject: "notes:T01", step: "slot", since: 5100 },
  { at: 5700, type: "step-ended", subject: "notes:T01", step: "trees", since: 5600 },
  { at: 5700, type: "gate-started", subject: "notes:T01", gate: "test" },
  { at: 7700, type: "gate-ended", subject: "notes:T01", result: { ...GREEN, gate: "test", ms: 1900 } },
  { at: 7800, type: "task-settled", result: taskResult({ id: "notes:T01" }), failure: null },
  { at: 7800, type: "task-judged", task: "notes:T02", verdict: "stale", reasons: [] },
  // A program: all of its session counts but for the tree that was laid in it.
  held(7900, "s2", "notes:T02", "implementer"),
  { at: 8900, type: "step-ended", subject: "notes:T02", step: "trees", since: 7900 },
  { at: 9900, type: "session-ended", session: "s2", usage: NO_USAGE, failure: null },
  { at: 9900, type: "task-settled", result: taskResult({ id: "notes:T02" }), failure: null },
  { at: 9900, type: "merge-started", project: "app" },
  { at: 10_000, type: "step-ended", subject: "app/", step: "compose", since: 9900 },
  { at: 10_000, type: "gate-started", subject: "app/", gate: "test" },
  { at: 12_000, type: "gate-ended", subject: "app/", result: { ...GREEN, gate: "test", ms: 2000 } },
  { at: 12_500, type: "step-ended", subject: "app/", step: "commit", since: 12_000 },
  { at: 12_500, type: "project-settled", result: project, failure: null },
  { at: 13_000, type: "build-ended", ok: true, ms: 12_500 },
];

test("a build is told by what it waited for, with the chain that its end waited for", () => {
  const timings = timingsOf(BUILD);
  expect(timings.start).toBe(500);
  expect(timings.shares).toEqual({
    ...{ model: 3800, gates: 3900, trials: 600, setup: 300, slot: 500 },
    ...{ trees: 1200, compose: 100, commit: 500, other: 1600 },
  });
  expect(timings.overhead).toBe(4200);
  expect(Object.fromEntries(timings.lanes.map(({ subject, shares }) => [subject, shares]))).toEqual({
    "notes:T01": { model: 2800, gates: 1900, slot: 500, trees: 100, project: 1000, other: 500 },
    "notes:T02": { model: 1000, trees: 1000, other: 100 },
    "app/": { gates: 2000, trials: 600, setup: 300, trees: 100, compose: 100, commit: 500 },
  });
  expect(timings.critical.map(({ subject, shares }) => [subject, totalOf(shares)])).toEqual([
    ["notes:T01", 7300],
    ["notes:T02", 2100],
    ["app/", 2600],
  ]);
  expectGolden("timings.txt", paintAll(timingsLines(timings), false));
});

test("what was cut off counts until the last that was told", () => {
  const cut = BUILD.slice(0, BUILD.findIndex(({ type }) => type === "gate-started") + 1);
  const last: Event = { at: 7000, type: "call-at-risk", agent: "coder", subject: "notes:T02", atRisk: null };
  const { end, lanes } = timingsOf([...cut, last]);
  const [t01] = lanes.filter(({ subject }) => subject === "notes:T01");
  expect(end).toBe(7000);
  expect(t01?.spans.at(-1)).toMatchObject({ wait: "gates", start: 5700, end: 7000 });
  expect(t01?.shares).toMatchObject({ gates: 1300 });
});

test("a journal of an earlier version has fewer steps, and nothing else changes", () => {
  const old = BUILD.filter(({ type }) => type !== "step-ended").map((event) => {
    if (event.type !== "trial-ended") return event;
    const { gateMs: _, ...rest } = event;
    return rest;
  });
  const { shares, start, end } = timingsOf(old);
  expect(shares).toEqual({ model: 4800, gates: 3900, trials: 1000, other: 2800 });
  expect(totalOf(shares)).toBe(end - start);
});

function held(at: number, session: string, subject: string, role: Role): Event {
  const about = { attempt: 1, windowBytes: 1, segments: [] };
  return { at, type: "session-started", session, role, subject, agent: "coder", ...about };
}

function called(at: number, session: string, ms: number): Event {
  const { tokens } = NO_USAGE;
  return {
    ...{ at, type: "call-ended", session, agent: "coder", model: "m" },
    ...{ tokens, usd: 0, replayed: false, ms },
  };
}

/** The slow way: every millisecond by itself. */
function byMoments(spans: readonly Span[], end: number): Shares {
  const sums: Partial<Record<Span["wait"], number>> = {};
  for (const at of moments(end)) {
    const wait = WAITS.find((one) => spans.some((span) => span.wait === one && covers(span, at)));
    if (wait !== undefined) sums[wait] = (sums[wait] ?? 0) + 1;
  }
  return sums;
}

function moments(end: number): readonly number[] {
  return Array.from({ length: end }, (_, at) => at);
}

function covers({ start, end }: Span, at: number): boolean {
  return start <= at && at < end;
}

function isWork({ wait }: Span): boolean {
  return ["model", "review", "planning", "gates", "trials"].includes(wait);
}
