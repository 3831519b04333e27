import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskId } from "../../src/model/address.ts";
import type { Event } from "../../src/model/event.ts";
import type { Role } from "../../src/model/role.ts";
import { clip, columns } from "../../src/report/columns.ts";
import { largeMap } from "../../src/report/large-map.ts";
import { frame, type Screen } from "../../src/report/live-frame.ts";
import { chosenIn, lookFrame, NO_LOOK, pressed } from "../../src/report/live-look.ts";
import { BEFORE, fold, type LiveState } from "../../src/report/live-state.ts";
import {
  type Expectations,
  expectationsOf,
  NOTHING_EXPECTED,
  remainingWork,
} from "../../src/report/remaining-work.ts";
import { sparkline } from "../../src/report/sparkline.ts";
import { expectGolden } from "./golden.ts";
import { FAILURES, RED, taskResult } from "./samples.ts";

const START = 1_700_000_000_000;

const BUSY: Event[] = [
  { at: START, type: "build-started", build: "b1", tasks: 47, settled: 9 },
  { at: START, type: "task-waiting", task: "orders:T02", on: ["orders:T01", "products:T02"] },
  { at: START, type: "task-waiting", task: "orders:T03", on: ["orders:T02"] },
  { at: START, type: "task-waiting", task: "orders:T04", on: ["products:T01"] },
  { at: START, type: "task-waiting", task: "orders:T05", on: ["orders:T04"] },
  { at: START, type: "task-waiting", task: "orders:T06", on: ["orders:T05"] },
  { at: START + 100, type: "setup-started", project: "shop-web", command: "npm ci" },
  {
    at: START + 200,
    type: "attempt-started",
    task: "products:T02",
    attempt: 1,
    agent: "coder",
    windowBytes: 1,
  },
  {
    at: START + 300,
    type: "attempt-started",
    task: "products:T03",
    attempt: 1,
    agent: "coder",
    windowBytes: 1,
  },
  {
    at: START + 300,
    type: "attempt-started",
    task: "products:T04",
    attempt: 1,
    agent: "scout",
    windowBytes: 1,
  },
  {
    at: START + 400,
    type: "attempt-started",
    task: "products:T05",
    attempt: 1,
    agent: "scout",
    windowBytes: 1,
  },
  held("s1", "products:T01", "implementer"),
  spent("s1", 0.12),
  held("s2", "docs:T01", "documenter"),
  spent("s2", null),
  {
    at: START + 900,
    type: "task-settled",
    result: taskResult({ id: "products:T01", usd: 0.12 }),
    failure: null,
  },
  {
    at: START + 1000,
    type: "task-settled",
    result: taskResult({ id: "docs:T01", usd: null, action: "failed" }),
    failure: FAILURES["gates-failed"],
  },
  {
    at: START + 1100,
    type: "task-settled",
    result: taskResult({ id: "docs:T02", usd: 0, action: "blocked" }),
    failure: null,
  },
  {
    at: START + 1200,
    type: "attempt-ended",
    task: "products:T02",
    attempt: 1,
    failure: FAILURES["empty-draft"],
  },
  {
    at: START + 1300,
    type: "attempt-started",
    task: "products:T02",
    attempt: 2,
    agent: "coder",
    windowBytes: 1,
  },
  { at: START + 2000, type: "draft-ended", task: "products:T03", attempt: 1 },
  { at: START + 2100, type: "gates-started", subject: "products:T04" },
  { at: START + 2200, type: "gate-started", subject: "products:T04", gate: "test" },
  {
    at: START + 2300,
    type: "attempt-ended",
    task: "products:T05",
    attempt: 1,
    failure: FAILURES["gates-failed"],
  },
];

function held(session: string, subject: string, role: Role): Event {
  const about = { session, role, subject, agent: "coder", attempt: 1 };
  return { at: START + 500, type: "session-started", ...about, windowBytes: 1, segments: [] };
}

function spent(session: string, usd: number | null): Event {
  const usage = { calls: 1, tokens: { in: 1, out: 1, cached: 0 }, usd };
  return { at: START + 800, type: "session-ended", session, usage, failure: null };
}

function called(session: string, usd: number, replayed = false): Event {
  const tokens = { in: 1, out: 1, cached: 0 };
  const what = { session, agent: "coder", model: "m", tokens, usd, replayed, ms: 1 };
  return { at: START + 700, type: "call-ended", ...what };
}

function stateOf(events: readonly Event[]): LiveState {
  return events.reduce(fold, BEFORE);
}

type Shown = Omit<Screen, "remaining" | "chosen"> &
  Partial<Pick<Screen, "chosen">> & { readonly expected: Expectations };

function shown(events: readonly Event[], over: Partial<Shown> = {}): string[] {
  const usual = { width: 80, height: 23, color: false, now: START + 5400, expected: NOTHING_EXPECTED };
  const { expected, ...screen } = { ...usual, ...over };
  const state = stateOf(events);
  return frame(state, { chosen: null, ...screen, remaining: remainingWork(state, expected, screen.now) });
}

it("gates that another machine runs are told with its name", () => {
  const subject = "products:T01";
  const started: Event = { at: START, type: "gates-started", subject, worker: "big-one" };
  expect(fold(BEFORE, started).running.get(subject)?.phase).toEqual({
    ...{ kind: "checking", gate: null, worker: "big-one" },
  });
  expect(shown([started]).join("\n")).toContain("gates on big-one");
});

it("the fleet is told as it was seen last, and no more once the build has ended", () => {
  const seen = (sight: Extract<Event, { type: "fleet-seen" }>["sight"]): Event => ({
    ...{ at: START, type: "fleet-seen", sight },
  });
  const two = seen({ workers: 2, slots: 4, busy: 3, waiting: 1 });
  expect(shown([...BUSY, two])).toContain("  fleet: 2 workers, 3 of 4 slots in use, 1 stage waiting");
  const away = shown([...BUSY, two, seen(null)]).join("\n");
  expect(away.match(/fleet: .*/g)).toEqual(["fleet: cannot be asked"]);
  expect(shown([two, ...BUSY]).join("\n")).toContain("fleet: 2 workers");
  const ended: Event = { at: START, type: "build-ended", ok: true, ms: 1 };
  for (const events of [BUSY, [...BUSY, two, ended]]) expect(shown(events).join("\n")).not.toContain("fleet");
});

describe("a look into a running task", () => {
  const state = stateOf(BUSY);
  const tasks = [...state.running.keys()].filter((subject) => subject.includes(":"));
  const typed = (...keys: readonly string[]) =>
    keys.reduce((look, key) => pressed(look, key, state), NO_LOOK);
  const [UP, DOWN, ENTER] = ["\u001b[A", "\u001bOB", "\r"];

  it("goes by arrows, digits and enter, and any key leaves it", () => {
    const chosen = (...keys: readonly string[]) => chosenIn(typed(...keys), state);
    expect(chosen()).toBe(tasks[0]);
    expect([chosen(DOWN), chosen(DOWN, UP), chosen(UP), chosen("2"), chosen("9"), chosen("x")]).toEqual(
      [1, 0, 0, 1, 0, 0].map((at) => tasks[at]),
    );
    expect(chosen(...tasks.map(() => DOWN))).toBe(tasks.at(-1));
    expect(typed(DOWN, ENTER)).toEqual({ chosen: tasks[1], isOpen: true });
    expect(typed(DOWN, ENTER, DOWN)).toEqual({ chosen: tasks[1], isOpen: false });
    expect(pressed(NO_LOOK, ENTER, BEFORE)).toEqual(NO_LOOK);
    expect(chosenIn({ chosen: "gone:T01", isOpen: false }, state)).toBe(tasks[0]);
  });

  it("has the chosen task in sight, however many run", () => {
    const chosen = tasks.at(-1) as string;
    for (const height of [4, 6, 9, 23]) {
      const lines = shown(BUSY, { chosen, height });
      expect(lines.length).toBeLessThanOrEqual(height);
      expect(lines.filter((line) => line.startsWith("› "))).toEqual([expect.stringContaining(chosen)]);
    }
    expect(shown(BUSY, { chosen }).join("\n")).toContain("enter: look inside");
    expect(shown(BUSY).join("\n")).not.toContain("enter: look inside");
  });

  it("shows the end of the log, never wider nor higher than the screen", () => {
    const lines = Array.from({ length: 50 }, (_, index) => `step ${index} \u001b[31m${"wide ".repeat(40)}`);
    const screen = { width: 40, height: 8, color: false, now: START + 5400, chosen: null };
    const remaining = remainingWork(state, NOTHING_EXPECTED, screen.now);
    const task = tasks[0] as string;
    const frames = lookFrame(state, { ...screen, remaining }, { task, lines });
    expect(frames).toHaveLength(8);
    expect(frames[0]).toContain(task);
    expect(frames.slice(1, -1).map((line) => line.slice(0, 7))).toEqual(
      [44, 45, 46, 47, 48, 49].map((index) => `step ${index}`),
    );
    expect(frames.every((line) => columns(line) <= 40 && !line.includes("\u001b"))).toBe(true);
    expect(frames.at(-1)).toBe("any key returns");
    const early = lookFrame(state, { ...screen, remaining }, { task: "gone:T01", lines: null });
    expect(early).toEqual([
      expect.stringContaining("is not worked on any more"),
      "no agent has said anything yet",
      "any key returns",
    ]);
    expect(lookFrame(state, { ...screen, height: 1, remaining }, { task, lines })).toHaveLength(1);
  });
});

describe("the live view", () => {
  it("shows who drafts, which gate runs, what waits for what, what failed and what it cost", () => {
    expectGolden("live.txt", shown(BUSY));
  });

  it("says which gates are being tried, and no longer those that had their say", () => {
    const trial = (
      type: "trial-started" | "trial-ended",
      gate: string,
      on: "untouched" | "canary",
    ): Event => {
      const about = { at: START + 100, project: "shop-web", gate, on };
      return type === "trial-started" ? { ...about, type } : { ...about, type, asExpected: true, ms: 1 };
    };
    const begun: Event[] = [
      { at: START, type: "build-started", build: "b1", tasks: 1, settled: 0 },
      { at: START + 50, type: "canary-started", project: "shop-web" },
      trial("trial-started", "lint", "untouched"),
      trial("trial-started", "lint", "canary"),
    ];
    expect(shown(begun).join("\n")).toContain("testing gates lint untouched, lint on its canary");
    const later = [...begun, trial("trial-ended", "lint", "untouched")];
    expect(shown(later).join("\n")).toContain("testing gate lint on its canary");
    const ended: Event = {
      at: START + 200,
      type: "canary-ended",
      project: "shop-web",
      passed: true,
      ms: 150,
    };
    expect(shown([...later, trial("trial-ended", "lint", "canary"), ended]).join("\n")).not.toContain(
      "testing",
    );
  });

  it("tells what is left by what the same tasks took before, and how to look into one that takes long", () => {
    const expected = expectationsOf([
      { task: "products:T02", ms: 10_000, usd: 0.1 },
      { task: "orders:T02", ms: 100_000, usd: 0.3 },
      { task: "products:T02", ms: 65_200, usd: 0.2 },
    ]);
    const waits = (task: TaskId, ...on: TaskId[]): Event => ({ at: START, type: "task-waiting", task, on });
    const events: Event[] = [
      { at: START, type: "build-started", build: "b1", tasks: 3, settled: 0 },
      waits("orders:T02", "products:T02"),
      waits("orders:T03", "products:T02"),
      {
        at: START + 200,
        type: "attempt-started",
        task: "products:T02",
        attempt: 1,
        agent: "coder",
        windowBytes: 1,
      },
    ];
    // 60 s of the running one and 100 s of the other; 60 of 65 parts of 0.20, 0.30, and 0.20 as usual.
    expect(shown(events, { width: 100, expected }).slice(-2)).toEqual([
      "  critical path: products:T02 → orders:T02",
      "  ────────────────────────  0/3 · 5.4 s · $0.00 · about 4 min and $0.68 left",
    ]);
    const later = { width: 100, expected, now: START + 64_200 };
    expect(shown(events, later).slice(-3)).toEqual([
      "  critical path: products:T02 → orders:T02",
      "  look inside: factory logs products:T02 -f",
      "  ────────────────────────  0/3 · 1 min 04 s · $0.00 · about 3 min and $0.50 left",
    ]);
    expect(shown(events, { width: 40, expected }).at(-1)).toBe("  ────────────────  0/3 · 5.4 s · $0.00");
    const known = expectationsOf([{ task: "orders:T02", ms: 1, usd: null }]);
    expect(shown(events, { expected: known }).at(-1)).toContain(
      "less than a minute at an unknown price left",
    );
    // A chain as long as a graph may be.
    const chain = Array.from(
      { length: 20_000 },
      (_, at) => [`f:${at + 1}`, [`f:${at}`]] as [TaskId, TaskId[]],
    );
    const waiting = new Map([...chain.reverse(), ["f:0", ["f:9"]] as [TaskId, TaskId[]]]);
    const path = remainingWork(
      { ...BEFORE, total: 20_001, waiting: largeMap(waiting) },
      expected,
      START,
    ).criticalPath;
    expect(path.length).toBeGreaterThan(19_900);
  });

  it("fits a narrow and low terminal", () => {
    expectGolden("live-narrow.txt", shown(BUSY, { width: 44, height: 8 }));
  });

  it("is a bar alone where there is one row", () => {
    expect(shown(BUSY, { height: 1, width: 100 })).toEqual([
      "  ━━━━━━──────────────────  12/47 · 1 failed · 1 blocked · 5.4 s · ≥ $0.12 (some prices unknown)",
    ]);
  });

  it("is calm before anything has begun and after all has ended", () => {
    expectGolden("live-calm.txt", [
      ...shown(BUSY.slice(0, 1)),
      "",
      ...shown([...BUSY, { at: START + 5400, type: "build-ended", ok: false, ms: 5400 }]),
    ]);
  });

  it("tells reviews, rebases, planners side by side, and who waits for a provider", () => {
    const start: Event[] = [
      { at: START, type: "build-started", build: "b1", tasks: 4, settled: 1 },
      held("s1", "products:T01", "reviewer"),
      held("s2", "products:T02", "rebase"),
      { at: START, type: "planning-started", feature: "orders" },
      held("s3", "orders", "spec-planner"),
      held("s4", "orders", "qa-planner"),
    ];
    const waits: Event = {
      at: START,
      type: "call-waiting",
      session: "s1",
      agent: "coder",
      cause: "rate",
      ms: 1,
    };
    const phases = (events: readonly Event[]) => shown(events).map((line) => line.slice(4, 70).trim());
    expect(phases([...start, waits]).slice(0, 3)).toEqual([
      expect.stringContaining("products:T01  waits for the provider (rate) until "),
      expect.stringContaining("products:T02  rebase: rewriting the task by coder"),
      expect.stringContaining("orders        planning: spec-planner, qa-planner"),
    ]);
    expect(phases([...start, waits, called("s1", 0.1)])[0]).toMatch(/^products:T01 {2}review by coder/);
  });

  it("counts money while it is spent, once, and nothing for what was paid before", () => {
    const events = [held("s1", "products:T01", "implementer"), called("s1", 0.1), called("s1", 0.2, true)];
    expect(stateOf(events).cost.usd).toBeCloseTo(0.1);
    expect(stateOf([...events, spent("s1", 0.1)]).cost.usd).toBeCloseTo(0.1);
    // Features are planned before the tasks of a build are known.
    const planned: Event[] = [
      { at: START - 9, type: "planning-started", feature: "products" },
      held("s2", "products", "qa-planner"),
      spent("s2", 0.3),
      { at: START, type: "planning-ended", feature: "products", failure: null },
      { at: START, type: "build-started", build: "b1", tasks: 1, settled: 0 },
    ];
    expect(stateOf(planned).cost.usd).toBeCloseTo(0.3);
    expect([stateOf(planned).startedAt, stateOf(planned).running.size]).toEqual([START - 9, 0]);
  });

  it("counts a task that is settled twice once", () => {
    const settled: Event = { at: START, type: "task-settled", result: taskResult(), failure: null };
    expect(stateOf([BUSY[0]!, settled, settled]).done).toBe(10);
  });

  it("paints without changing what stands there", () => {
    const bare = shown(BUSY, { color: true }).map((line) => line.replace(/\u001b\[\d+m/g, ""));
    expect(bare).toEqual(shown(BUSY));
  });

  it("does not touch the state that it is given", () => {
    const before = stateOf(BUSY);
    const copy = structuredClone(before);
    fold(before, {
      at: START,
      type: "task-settled",
      result: taskResult({ id: "products:T03" }),
      failure: null,
    });
    expect(before).toEqual(copy);
  });

  it("is never wider than the terminal, never taller, and never lets a control character through", () => {
    const name = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 30 }),
      fc.constantFrom(
        "注文モデル",
        "👩‍💻 dev",
        "\u001b[2J\u001b]0;x\u0007",
        "a\nb\rc\td",
        "e\u0301e\u0301",
        "\u202eabc",
      ),
    );
    const busy = fc.array(fc.tuple(name, name, fc.nat(5)), { maxLength: 30 });
    fc.assert(
      fc.property(busy, fc.nat(120), fc.nat(30), fc.boolean(), (tasks, width, height, color) => {
        const events: Event[] = [
          { at: 0, type: "build-started", build: "b", tasks: tasks.length + 40, settled: 3 },
          ...tasks.map(([id, text, kind]) => eventOf(`f:${id}`, text, kind)),
        ];
        const lines = shown(events, {
          ...{ width, height, now: 7_000_000, color },
          expected: expectationsOf([{ task: "f:1", ms: 9_000_000, usd: 0.5 }]),
        });
        expect(lines.length).toBeLessThanOrEqual(height);
        for (const line of lines) {
          const bare = color ? line.replace(/\u001b\[\d+m/g, "") : line;
          expect(bare).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(columns(bare)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("a line of figures", () => {
  it("has its highest as a full block, and a gap where nothing is known", () => {
    expect([sparkline([0, 1, 4, 8]), sparkline([0.5, null, 1], 1), sparkline([0, 0]), sparkline([])]).toEqual(
      ["▁▁▄█", "▄ █", "▁▁", ""],
    );
  });
});

describe("the width of a text", () => {
  it("counts what is drawn in two columns as two", () => {
    expect(["abc", "注文", "👍", "ｱ", "Ａ", "✓ ━─ …", "한국", "⌚", "☰"].map(columns)).toEqual([
      3, 4, 2, 1, 2, 6, 4, 2, 2,
    ]);
  });

  it("is kept by clipping, which never cuts a character in two", () => {
    expect(clip("注文モデル", 6)).toBe("注文…");
    expect(clip("👍👍👍", 4)).toBe("👍…");
    expect(clip("abc", 3)).toBe("abc");
    expect(clip("abc", 0)).toBe("");
  });
});

function eventOf(task: TaskId, text: string, kind: number): Event {
  switch (kind) {
    case 0:
      return { at: 0, type: "attempt-started", task, attempt: 2, agent: text, windowBytes: 1 };
    case 1:
      return { at: 0, type: "gate-started", subject: task, gate: text };
    case 2:
      return { at: 0, type: "task-waiting", task, on: [`f:${text}`] };
    case 3:
      return { at: 0, type: "draft-ended", task, attempt: 1 };
    case 4:
      return { at: 0, type: "setup-started", project: text, command: text };
    default:
      return {
        at: 0,
        type: "task-settled",
        result: taskResult({ id: task, action: "failed", usd: null }),
        failure: { reason: "gates-failed", results: [{ ...RED, evidence: text }] },
      };
  }
}
