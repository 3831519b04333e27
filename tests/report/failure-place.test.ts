// Does a diagnostic that names a place in its words carry it in its fields?

import { describe, expect, it } from "vitest";
import type { Failure } from "../../src/model/failure.ts";
import { diagnosticLine } from "../../src/report/build-text.ts";
import { diagnosticOf } from "../../src/report/failure-diagnostic.ts";
import { placeIn } from "../../src/report/failure-place.ts";
import { FAILURES, RED } from "./samples.ts";

const ALL: readonly Failure[] = Object.values(FAILURES);
/** A path with an extension, or with a folder of the workspace before it; and the line behind it. */
const NAMED = /(?:^|[\s("])((?:[\w.@-]+\/)+[\w.@-]+|[\w@-]+\.(?:ts|md|ya?ml|json|lock|hbs))(?::(\d+))?/;
/** They name a path that is nowhere, one that is not the place to mend, a repository, or a branch. */
const ELSEWHERE: ReadonlySet<Failure["reason"]> = new Set([
  ...(["hostile-path", "ignored-path", "templates-not-fetched"] as const),
  ...(["merge-offered", "offer-taken", "push-refused"] as const),
]);

describe("the place of a failure", () => {
  it.each(ALL.filter(({ reason }) => !ELSEWHERE.has(reason)))(
    "is in fields where $reason names one",
    (failure) => {
      for (const { message, file, line } of diagnosticOf(failure, "products:T01")) {
        const named = NAMED.exec(message);
        if (named === null) continue;
        expect(file, message).toContain(named[1]);
        if (named[2] !== undefined) expect(line, message).toBe(Number(named[2]));
      }
    },
  );

  it("of a clarification is file, line and column", () => {
    const [found] = diagnosticOf(FAILURES["needs-clarification"], "products:T01");
    expect(found).toMatchObject({ file: "specs/products/feature.md", line: 12, column: 3 });
  });

  it("of a gate or a setup is where projects.yaml declares it, and of a window its task", () => {
    const place = { file: "projects.yaml", line: 9, column: 5 };
    const task = { file: "specs/products/BACKLOG.yaml", line: 4, column: 5 };
    const { result } = FAILURES["gate-broken"];
    const silent = { ...FAILURES["gate-broken"], result: { ...result, evidence: "no config" }, place };
    expect(diagnosticOf(silent, "app/")).toMatchObject([place]);
    expect(diagnosticOf({ ...FAILURES["setup-failed"], place }, "app/")).toMatchObject([place]);
    expect(diagnosticOf({ ...FAILURES["window-too-large"], place: task }, "a:T01")).toMatchObject([task]);
  });

  it("in a project is told from the workspace's root", () => {
    const failure: Failure = {
      reason: "gates-failed",
      results: [{ ...RED, evidence: "src/a.ts(3,5): error TS2322: no" }],
    };
    const place = { line: 3, column: 5 };
    expect(diagnosticOf(failure, "a:T01", "projects/app")).toMatchObject([
      { file: "projects/app/src/a.ts", ...place },
    ]);
    expect(diagnosticOf(failure, "a:T01", "./")).toMatchObject([{ file: "src/a.ts", ...place }]);
    expect(diagnosticOf(failure, "a:T01")).toMatchObject([{ file: "src/a.ts", ...place }]);
    const shared = diagnosticOf(FAILURES["shared-file"], "app/", "projects/app/");
    expect(shared).toMatchObject([{ file: "projects/app/src/routes.ts" }]);
  });

  it("does not push whose failure it is off the screen, and is not told twice", () => {
    const failed = diagnosticOf(FAILURES["gates-failed"], "products:T01", "projects/app");
    expect(failed.map(diagnosticLine)[0]).toMatch(/^error products:T01: Gate /);
    const [open] = diagnosticOf(FAILURES["needs-clarification"], "products:T01");
    expect(open && diagnosticLine(open)).toMatch(/^error products:T01: specs\/products\/feature\.md:12: /);
  });
});

describe("a place in the words of a gate", () => {
  it.each([
    ["src/a.ts:3:5: error", "src/a.ts", 3, 5],
    ["src/a.ts(3,5): error TS2322: Type", "src/a.ts", 3, 5],
    ["src/a.ts(3): error", "src/a.ts", 3, null],
    ["./receipts.go:12:2: undefined: x", "receipts.go", 12, 2],
    ['SyntaxError: File "src/app/x.py", line 4', "src/app/x.py", 4, null],
    ["E at tests/test_a.py:9 in test", "tests/test_a.py", 9, null],
    ["Error (src/deep/@scope/b.test.mjs:1:1)", "src/deep/@scope/b.test.mjs", 1, 1],
    ["tests/a.test.ts: expected 3 to be 4", "tests/a.test.ts", null, null],
  ])("%s", (evidence, file, line, column) => {
    expect(placeIn(evidence, null)).toEqual({ file, line, column });
  });

  it.each([
    "expected 3 to be 4",
    "e.g. a sentence with a dot",
    "Error.prototype is not a function",
    "/tmp/elsewhere/a.ts:3:5: error",
    "../outside/a.ts:3:5",
    "node:internal/modules/run.js:12:3",
    "https://example.org/a.html:80",
    "version 1.2.3:4 of it",
    "",
  ])("is none in %s", (evidence) => {
    expect(placeIn(evidence, null)).toEqual({ file: null, line: null, column: null });
  });
});
