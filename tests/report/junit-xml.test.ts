// Can every host read what a build came to, whatever gates, agents and specs said? The report is read back by a parser
// and by the reader of test reports that gates use.

import fc from "fast-check";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, it } from "vitest";
import { parseJUnit } from "../../src/gates/junit.ts";
import type { BuildResult } from "../../src/model/build-result.ts";
import type { Failure, TargetFailure } from "../../src/model/failure.ts";
import { junitReport, refusedReport } from "../../src/report/junit-xml.ts";
import { taskResult } from "./samples.ts";

function gateFailure(output: string, evidence = "src/a.ts: says BROKEN"): Failure {
  const results = [{ gate: "test", passed: false, ms: 12, evidence, output, end: "exited" as const }];
  return { reason: "gates-failed", results };
}

function unexpected(message: string): Failure {
  return { reason: "unexpected", task: null, message, stack: "" };
}

const RESULT: BuildResult = {
  ok: false,
  projects: [{ id: "app", branch: "main", commit: null, tree: null, merged: false, moved: false }],
  tasks: [
    taskResult({ project: "app", ms: 1500 }),
    taskResult({ id: "products:T02", project: "app", action: "failed" }),
    taskResult({
      id: "products:T03",
      project: "app",
      action: "blocked",
      reasons: [{ code: "dependency-failed", subject: "products:T02", file: null, line: null }],
    }),
  ],
  diagnostics: [],
  ms: 2000,
};

describe("the report of a build", () => {
  it("has a case per task and one for the product, with figures that add up", () => {
    const failures: TargetFailure[] = [{ target: "products:T02", failure: gateFailure("line 1\nline 2\n") }];
    const xml = junitReport(RESULT, failures);
    expect(xml).toContain('<testsuites name="factory build" tests="4" failures="1" errors="0" skipped="2"');
    expect(xml).toContain('<testcase classname="products" name="products:T01" time="1.500"/>');
    expect(xml).toContain("test: src/a.ts: says BROKEN\nline 1\nline 2\n");
    expect(xml).toMatch(/products:T03.*<skipped message="[^"]*products:T02[^"]*"/);
    const read = parseJUnit(xml);
    expect(read.ok && read.value.map(({ outcome }) => outcome)).toEqual([
      "passed",
      "failed",
      "skipped",
      "skipped",
    ]);
  });

  it("tells of failures that are of no task and no project", () => {
    const failure = unexpected("the planner fell over");
    const xml = junitReport(RESULT, [{ target: "orders", failure }]);
    expect(xml).toMatch(/<testsuite name="factory" tests="1" failures="1"/);
    expect(xml).toContain("the planner fell over");
  });

  it("is an error where the build was refused before it began", () => {
    const finding = {
      severity: "error" as const,
      code: "unknown-key",
      message: "Unknown key `colour`.",
      target: null,
      file: "projects.yaml",
      line: 3,
      column: 1,
      fix: "Remove it.",
    };
    const xml = refusedReport([finding, { ...finding, severity: "warning" }]);
    expect(xml).toContain('tests="1" failures="0" errors="1"');
    expect(xml).toContain('name="projects.yaml:3:1"');
  });

  it("is well-formed whatever anybody said", () => {
    const any = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
    // Halves of characters, which a cut leaves.
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((all) => String.fromCharCode(...all));
    fc.assert(
      fc.property(fc.oneof(any, units), (text) => {
        const failure = gateFailure(`x${text}`, text);
        const xml = junitReport(RESULT, [
          { target: "products:T02", failure },
          { target: text, failure: unexpected(text) },
        ]);
        expect(XMLValidator.validate(xml)).toBe(true);
        expect(parseJUnit(xml).ok).toBe(true);
        // Validators of others are stricter than ours about what XML can hold.
        expect(xml).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
      }),
    );
  });
});
