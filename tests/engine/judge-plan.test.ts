import { expect, test } from "vitest";
import { judgePlan, type PlanningFacts } from "../../src/engine/judge-plan.ts";
import { digestOfBytes } from "../../src/model/digest.ts";

const [key, request, other] = ["key", "request", "other"].map((text) => digestOfBytes(text)) as [
  PlanningFacts["key"],
  PlanningFacts["key"],
  PlanningFacts["key"],
];
const record = { key, request, plan: null, backlog: other, approved: null };
const facts: PlanningFacts = {
  ...{ backlog: "file", record, key, request, asRendered: false, by: "agents", asked: false },
};

test("what was planned stays planned until its request, or whoever plans it, is another", () => {
  expect(judgePlan(facts)).toEqual({ work: "nothing" });
  expect(judgePlan({ ...facts, key: other, request: other })).toEqual({
    work: "plan",
    reason: "request-changed",
  });
  expect(judgePlan({ ...facts, key: other })).toEqual({ work: "plan", reason: "planner-changed" });
  expect(judgePlan({ ...facts, key: other, by: "template" })).toEqual({
    work: "plan",
    reason: "template-changed",
  });
  expect(judgePlan({ ...facts, request: other })).toEqual({ work: "nothing" });
});

test("what a person wrote is theirs, unless a template would write the very same", () => {
  const own = { ...facts, record: null };
  expect(judgePlan(own)).toEqual({ work: "nothing" });
  expect(judgePlan({ ...own, by: "template", asRendered: true })).toEqual({ work: "adopt" });
  expect(judgePlan({ ...own, backlog: "implied" })).toEqual({ work: "nothing" });
  expect(judgePlan({ ...facts, backlog: "front-matter", key: other })).toEqual({ work: "nothing" });
});

test("a feature without tasks is planned, and so is one that a person asks for", () => {
  expect(judgePlan({ ...facts, backlog: "unplanned" })).toEqual({ work: "plan", reason: "never-planned" });
  expect(judgePlan({ ...facts, record: null, asked: true })).toEqual({ work: "plan", reason: "asked-for" });
});
