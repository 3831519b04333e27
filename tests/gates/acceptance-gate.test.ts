// Is every criterion proved by a test that passed?

import { expect, it } from "vitest";
import { acceptanceGate } from "../../src/gates/acceptance-gate.ts";
import type { TestCase } from "../../src/gates/test-case.ts";
import type { TaskId } from "../../src/model/address.ts";
import type { Criterion } from "../../src/model/task.ts";
import { criteria, taskOf } from "./nouns.ts";

const task = taskOf({ acceptance: criteria({ A1: "rejects a negative price", A10: "adds tax" }) });

function test(name: string, outcome: TestCase["outcome"], classname = ""): TestCase {
  return { name, classname, file: null, outcome, message: "" };
}

it("A task passes when a passing test carries each criterion in its name or its suite's", () => {
  const result = acceptanceGate(task, [
    test("[products:T01.A1] no", "passed"),
    test("adds", "passed", "[products:T01.A10]"),
    test("unrelated", "failed"),
  ]);
  expect(result).toMatchObject({ gate: "acceptance", passed: true, evidence: "", end: "built-in" });
});

it("A criterion without a test is named with its text, and A10 does not prove A1", () => {
  const result = acceptanceGate(task, [
    test("[products:T01.A10]", "passed"),
    test("[orders:T01.A1]", "passed"),
  ]);
  expect(result).toMatchObject({
    passed: false,
    evidence: "[products:T01.A1] has no test: rejects a negative price",
  });
});

it("A skipped test proves nothing, and a failed one beside a passing one disproves", () => {
  const result = acceptanceGate(task, [
    test("[products:T01.A1]", "skipped"),
    test("[products:T01.A10] small", "passed"),
    test("[products:T01.A10] large", "failed"),
  ]);
  expect(result.evidence).toBe(
    "[products:T01.A1] is skipped: rejects a negative price; [products:T01.A10] failed: adds tax",
  );
});

it("Where names cannot hold brackets, the tag has a second form, whatever the case of its letters", () => {
  const bills = taskOf({
    id: "my-bills:T01.b" as TaskId,
    feature: "my-bills",
    acceptance: criteria({ A1: "adds" }),
  });
  const proves = (name: string, features: readonly string[] = ["my-bills"]) =>
    acceptanceGate(bills, [test(name, "passed")], features).passed;
  const right = [
    "my_bills_t01_b_a1",
    "tests::my_bills_t01_b_a1_adds",
    "test_my_bills_t01_b_a1[1-2]",
    "TestMy_Bills_T01_b_A1",
    "testMy_bills_t01_b_a1()",
    "TestX/my_bills_t01_b_a1#01",
  ];
  for (const name of right) expect(proves(name), name).toBe(true);
  const wrong = [
    "my_bills_t01_b_a10",
    "my_bills_t01_b_a1x",
    "xmy_bills_t01_b_a1",
    "my_bills_t01_a1",
    "bills_t01_b_a1",
  ];
  for (const name of wrong) expect(proves(name), name).toBe(false);
});

it("The second form of another feature or criterion proves nothing here, though it holds this one's", () => {
  const bills = taskOf({
    id: "bills:T01" as TaskId,
    feature: "bills",
    acceptance: criteria({ A1: "adds", A1_b: "subtracts" }),
  });
  const evidence = (names: readonly string[], features: readonly string[]) =>
    acceptanceGate(
      bills,
      names.map((name) => test(name, "passed")),
      features,
    ).evidence;
  expect(evidence(["test_bills_t01_a1", "bills_t01_a1_b"], ["bills", "old-bills"])).toBe("");
  expect(evidence(["bills_t01_a1_b"], ["bills"])).toBe("[bills:T01.A1] has no test: adds");
  const both = "[bills:T01.A1] has no test: adds; [bills:T01.A1_b] has no test: subtracts";
  expect(evidence(["old_bills_t01_a1", "old_bills_t01_a1_b"], ["bills", "old-bills"])).toBe(both);
  // Two ids that differ in a sign alone have one word, which is nobody's.
  expect(evidence(["bills_t01_a1", "bills_t01_a1_b"], ["bills", "Bills"])).toBe(both);
});

it("A named test proves its criterion without a tag, and what a gate or a reviewer shows is not asked of tests", () => {
  const [first, second] = criteria({ A1: "still adds", A2: "reads well" }) as [Criterion, Criterion];
  const named = taskOf({
    acceptance: [
      { ...first, proof: { test: "sums › adds two" } },
      { ...second, proof: "reviewer" },
      { ...second, id: "A3", proof: { gate: "types" } },
    ],
  });
  const passes = (...cases: readonly TestCase[]) => acceptanceGate(named, cases).passed;
  expect(passes(test("adds two", "passed", "tests/a.test.ts > sums"))).toBe(true);
  expect(passes(test("sums adds two numbers", "passed"))).toBe(true);
  expect(passes(test("sums adds twofold", "passed"))).toBe(false);
  expect(passes(test("sums adds two", "failed"), test("sums adds two more", "passed"))).toBe(false);
  expect(passes(test("sums adds two", "skipped"))).toBe(false);
  expect(acceptanceGate(named, [test("adds", "passed")]).evidence).toBe(
    '[products:T01.A1] needs the test "sums › adds two", which no gate reports: still adds',
  );
});
