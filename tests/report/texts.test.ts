import { describe, expect, it } from "vitest";
import type { BuildResult } from "../../src/model/build-result.ts";
import type { Digest } from "../../src/model/digest.ts";
import type { Event } from "../../src/model/event.ts";
import type { Explanation } from "../../src/model/explanation.ts";
import { evidence, plainLine, summary } from "../../src/report/build-text.ts";
import { explainText } from "../../src/report/explain-text.ts";
import { duration, money, size } from "../../src/report/figures.ts";
import { reasonText, staleText } from "../../src/report/stale-text.ts";
import { statusText, type TaskStatus } from "../../src/report/status-text.ts";
import { expectGolden } from "./golden.ts";
import { FAILURES, R2_CHANGED, REASONS, taskResult } from "./samples.ts";

const T01: TaskStatus = {
  id: "products:T01",
  title: "Product model",
  type: "code",
  project: "shop-api",
  verdict: "stale",
  reasons: [R2_CHANGED, { code: "acceptance-changed", subject: "A1", file: null, line: null }],
  agent: "coder",
  windowBytes: 1834,
};
const T02: TaskStatus = {
  ...T01,
  id: "products:T02",
  title: "Product routes",
  verdict: "fresh",
  reasons: [],
};
const ORDERS: TaskStatus = {
  ...T01,
  id: "orders:T01",
  title: "Order model \u001b[31mred\u001b[0m 注文",
  project: "shop-web",
  verdict: "blocked",
  reasons: [
    {
      code: "needs-clarification",
      subject: "May an order be empty?",
      file: "specs/orders/feature.md",
      line: 9,
    },
  ],
};

describe("the words of a reason", () => {
  it("are a clause for every code", () => {
    expectGolden(
      "reasons.txt",
      REASONS.map((reason) => `${reason.code}: ${staleText(reason)}`),
    );
    for (const reason of REASONS) expect(staleText(reason)).toMatch(/^[\w(].*[^\s:,]$/u);
  });

  it("end with the place where a person would look", () => {
    expect(reasonText(R2_CHANGED)).toBe("requirement R2 changed (specs/products/feature.md:14)");
    expect(reasonText({ ...R2_CHANGED, line: null })).toBe(
      "requirement R2 changed (specs/products/feature.md)",
    );
    expect(reasonText({ ...R2_CHANGED, file: null })).toBe("requirement R2 changed");
  });
});

describe("factory status", () => {
  it("groups tasks by feature, with verdicts and reasons", () => {
    expectGolden("status.txt", statusText([T01, T02, ORDERS], false));
  });

  it("is one line where all is fresh", () => {
    expect(statusText([T02, { ...T02, id: "orders:T01", project: "shop-web" }], false)).toEqual([
      "2 tasks in 2 projects up to date",
    ]);
  });

  it("says how to begin where there is no task", () => {
    expect(statusText([], false)).toEqual([
      "no tasks yet: create one with `factory new`, or write specs/<feature>/feature.md",
    ]);
  });
});

describe("factory explain", () => {
  const explanation: Explanation = {
    task: "products:T01",
    title: "Product model",
    type: "code",
    project: "shop-api",
    verdict: "stale",
    agent: "coder",
    said: "I left the limit as it was.",
    review: { attempt: 2, verdict: "approve", findings: ["The limit has no test."], unseen: [] },
    key: "0123456789abcdef".repeat(4) as Digest,
    reasons: [
      R2_CHANGED,
      { code: "agent-changed", subject: "coder", file: "projects.yaml", line: 20 },
      {
        code: "requirement-changed",
        subject: "R4",
        file: "specs/products/feature.md",
        line: 16,
        before: null,
        after: "A name is not empty.",
      },
    ],
    segments: [
      { kind: "role", name: "role", bytes: 1430 },
      { kind: "task", name: "task", bytes: 120 },
      { kind: "requirement", name: "R2", bytes: 84 },
      { kind: "interface", name: "shop-api/src/money.ts", bytes: 210 },
    ],
    dependents: Array.from(
      { length: 15 },
      (_, index) => `orders:T${String(index + 1).padStart(2, "0")}` as const,
    ),
    outputs: ["src/products/product.ts", "tests/products/product.test.ts"],
  };

  it("tells verdict, reasons with the lines that differ, the window by weight, and what follows", () => {
    expectGolden("explain.txt", explainText(explanation, false));
  });

  it("says so where there is nothing yet", () => {
    const bare = {
      ...explanation,
      verdict: "blocked",
      key: null,
      reasons: [],
      segments: [],
      dependents: [],
      outputs: [],
    } as const;
    expectGolden("explain-bare.txt", explainText(bare, false));
  });
});

describe("a build as lines", () => {
  const at = 0;
  const project = {
    id: "shop-api",
    branch: "main",
    commit: "c0ffee".repeat(6),
    tree: "beef".repeat(10),
    merged: true,
    moved: false,
  };
  const events: Event[] = [
    { at, type: "build-started", build: "b1", tasks: 4, settled: 1 },
    { at, type: "project-created", project: "shop-api", path: "projects/shop-api", from: null },
    { at, type: "setup-started", project: "shop-api", command: "npm ci" },
    { at, type: "setup-ended", project: "shop-api", ms: 900 },
    { at, type: "task-judged", task: "products:T01", verdict: "stale", reasons: [R2_CHANGED] },
    { at, type: "attempt-started", task: "products:T01", attempt: 1, agent: "coder", windowBytes: 1834 },
    { at, type: "attempt-ended", task: "products:T01", attempt: 1, failure: FAILURES["gates-failed"] },
    { at, type: "attempt-started", task: "products:T01", attempt: 2, agent: "coder", windowBytes: 1934 },
    { at, type: "attempt-ended", task: "products:T01", attempt: 2, failure: null },
    { at, type: "task-settled", result: taskResult({ attempts: 2 }), failure: null },
    { at, type: "task-settled", result: taskResult({ id: "products:T02", action: "fresh" }), failure: null },
    {
      at,
      type: "task-settled",
      result: taskResult({ id: "orders:T01", action: "restored", usd: null }),
      failure: null,
    },
    {
      at,
      type: "task-settled",
      result: taskResult({ id: "orders:T02", action: "failed" }),
      failure: FAILURES["empty-draft"],
    },
    {
      at,
      type: "task-settled",
      result: taskResult({
        id: "orders:T03",
        action: "blocked",
        reasons: [{ code: "dependency-failed", subject: "orders:T02", file: null, line: null }],
      }),
      failure: null,
    },
    { at, type: "project-settled", result: project, failure: null },
    {
      at,
      type: "project-settled",
      result: { ...project, id: "shop-web", merged: false },
      failure: FAILURES["merge-conflict"],
    },
    {
      at,
      type: "diagnostic",
      diagnostic: {
        severity: "warning",
        code: "no-canary",
        message: "Gate lint has no canary.",
        target: "shop-api/",
        file: "projects.yaml",
        line: 9,
        column: 5,
        fix: "Declare one.",
      },
    },
    { at, type: "build-ended", ok: false, ms: 5000 },
  ];

  it("has one line for each event that someone would miss", () => {
    expectGolden(
      "build-lines.txt",
      events.flatMap((event) => plainLine(event) ?? []),
    );
  });

  const result: BuildResult = {
    ok: true,
    projects: [project, { ...project, id: "shop-web" }],
    tasks: [taskResult({ action: "fresh", usd: 0 })],
    diagnostics: [],
    ms: 24_100,
  };

  it("ends in a line that says that there was nothing to do", () => {
    expect(summary(result)).toBe("2 projects up to date: nothing to do");
  });

  it("ends in counts, time and cost where there was", () => {
    const tasks = [
      taskResult({ usd: 0 }),
      taskResult({ usd: 0 }),
      taskResult({ action: "reverified", usd: 0 }),
      taskResult({ action: "fresh", usd: 0 }),
    ];
    expect(summary({ ...result, tasks })).toBe("2 regenerated, 1 reverified, 0 failed in 24.1 s · $0.00");
  });

  it("does not take an unknown price for nothing", () => {
    const tasks = [taskResult({ usd: 0.12 }), taskResult({ usd: null, action: "failed" })];
    expect(summary({ ...result, ok: false, tasks })).toBe(
      "1 regenerated, 1 failed in 24.1 s · ≥ $0.12 (some prices unknown)",
    );
  });

  it("tells what a reviewer found first", () => {
    const failure = {
      reason: "review-rejected",
      verdict: "changes",
      findings: ["a.ts: no limit", "b"],
    } as const;
    expect(evidence(failure, "work:T01")).toBe("The reviewer asks for changes. a.ts: no limit");
  });

  it("counts what planning cost, and features that were not planned", () => {
    const usage = { calls: 5, tokens: { in: 5000, out: 1000, cached: 0 }, usd: 0.25 };
    const planned = { ...result, tasks: [taskResult({ usd: 0.12 })], planning: { usage, failed: 0 } };
    expect(summary(planned)).toBe("1 regenerated, 0 failed in 24.1 s · $0.37");
    const unplanned = { ...result, ok: false, tasks: [], planning: { usage, failed: 1 } };
    expect(summary(unplanned)).toBe("0 failed, 1 feature not planned in 24.1 s · $0.25");
  });

  it("never claims that all is up to date when the build went wrong", () => {
    expect(summary({ ...result, ok: false })).toBe("0 failed in 24.1 s · $0.00");
  });
});

describe("figures", () => {
  it("keep one notation over their whole range", () => {
    expect([0, 412, 999.6, 3210, 59_949, 59_951, 245_000, 4_320_000].map(duration)).toEqual([
      "0 ms",
      "412 ms",
      "1.0 s",
      "3.2 s",
      "59.9 s",
      "1 min 00 s",
      "4 min 05 s",
      "1 h 12 min",
    ]);
    expect([0, 834, 1834, 2_516_582].map(size)).toEqual(["0 B", "834 B", "1.8 KB", "2.4 MB"]);
    expect([0, 0.0042, 0.125, 12].map((usd) => money({ usd, complete: true }))).toEqual([
      "$0.00",
      "$0.0042",
      "$0.13",
      "$12.00",
    ]);
  });
});
