// Is every criterion proved by a test that passed?

import { expect, it } from "vitest";
import { acceptanceGate } from "../../src/gates/acceptance.ts";
import type { TestCase } from "../../src/gates/junit.ts";
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
