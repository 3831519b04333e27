import { expect, test } from "vitest";
import { NO_USAGE } from "../../src/model/output.ts";
import type { Spending } from "../../src/model/spending.ts";
import { estimate } from "../../src/report/estimate.ts";

function call(subject: string, role: Spending["role"], session: string, usd: number | null): Spending {
  const phase = role === "backlog" || role === "spec-planner" ? "planning" : "implementation";
  const usage = { ...NO_USAGE, calls: 1, usd };
  return {
    what: "call",
    at: 0,
    role,
    phase,
    agent: "coder",
    model: "m",
    subject,
    project: "app",
    attempt: 1,
    session,
    usage,
  };
}

const SPENT = [
  call("a:T01", "implementer", "1", 0.1),
  call("a:T01", "implementer", "1", 0.1),
  call("a:T01", "reviewer", "2", 0.1),
  call("a:T01", "implementer", "3", 0.1),
  call("a:T02", "implementer", "4", 0.5),
  call("a", "spec-planner", "5", 0.3),
  call("a", "backlog", "6", 0.2),
];

test("a task costs what a draft of it cost, with all that came with it", () => {
  expect(estimate([{ subject: "a:T01", agent: "coder" }], SPENT)).toBeCloseTo(0.2);
});

test("a task that is new costs what those of its agent did, and a feature that is new what planning did", () => {
  expect(estimate([{ subject: "b:T01", agent: "coder" }], SPENT)).toBeCloseTo(0.3);
  expect(estimate([{ subject: "b", agent: "" }], SPENT)).toBeCloseTo(0.5);
});

test("what nothing tells is unknown, also beside what is known", () => {
  expect(estimate([{ subject: "b:T01", agent: "other" }], SPENT)).toBeNull();
  expect(
    estimate(
      [
        { subject: "a:T01", agent: "coder" },
        { subject: "b:T01", agent: "other" },
      ],
      SPENT,
    ),
  ).toBeNull();
  expect(
    estimate([{ subject: "a:T01", agent: "coder" }], [call("a:T01", "implementer", "1", null)]),
  ).toBeNull();
  expect(estimate([], [])).toBe(0);
});
