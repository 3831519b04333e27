// Which criteria are proved by whom, and what is said of those that are not?

import { expect, test } from "vitest";
import { proofForReviewer, proofSegment } from "../../src/context/criteria-text.ts";
import type { Feature } from "../../src/model/feature.ts";
import { proofOf } from "../../src/model/proof.ts";
import type { Task } from "../../src/model/task.ts";
import type { Workspace } from "../../src/model/workspace.ts";
import { plannedBacklog } from "../../src/spec/answers/planned-backlog.ts";
import { criteriaIn, unprovenFindings } from "../../src/spec/validate/provable.ts";
import { findings } from "../../src/spec/validate/validate.ts";
import { feature, file, lines, sound, workspace } from "./sources.ts";

const GATES = '{id: test, run: go test -json, report: go}, {id: lint, run: "true"}';
const projects = (gates: string, routing = "{implementer: coder}") =>
  sound(
    workspace(
      `projects:\n  - {id: shop, path: p, gates: [${gates}]}\nagents:\n  local: {kind: generator}\n  coder: {kind: openai, model: m}\nrouting: ${routing}\n`,
    ),
  );
const ENTRIES = [
  "{id: T01, title: t, acceptance: [a, b], scope: {files_hint: [a.go, a_test.go]}}",
  "{id: T02, title: t, acceptance: [a], scope: {files_hint: [a.go]}, depends_on: [T01]}",
  "{id: T03, title: t, type: docs, acceptance: [a], scope: {files_hint: [b.go]}}",
  "{id: T04, title: t, acceptance: [a], scope: {files_hint: [go.mod, readme.md]}}",
  "{id: T05, title: t, acceptance: [a], scope: {files_hint: [c_test.go]}, gates: [lint]}",
];
const TASKS = `tasks:\n${ENTRIES.map((entry) => `  - ${entry}\n`).join("")}`;
const HEAD = "---\ntitle: A\nproject: shop\n---\n";
const BILLS = sound(feature("bills", HEAD, TASKS));

function proofs(space: Workspace, { tasks }: Feature = BILLS): readonly string[] {
  return tasks.map((task) => {
    const proof = proofOf(task, space);
    return proof.by === "nobody" ? proof.why : proof.by;
  });
}

test("tests prove where a gate of the task reports them, a reviewer where no test can be written, else nobody", () => {
  expect(proofs(projects(GATES))).toEqual(["tests", "tests", "no-test-file", "no-test-file", "other-gates"]);
  const reviewed = projects(GATES, "{implementer: coder, reviewer: coder}");
  expect(proofs(reviewed)).toEqual(["tests", "tests", "reviewer", "reviewer", "other-gates"]);
  // What a template renders is reviewed by nobody.
  const rendered = projects(GATES, "{implementer: local, reviewer: coder}");
  expect(proofs(rendered)[3]).toBe("no-test-file");
  const silent = projects('{id: lint, run: "true"}', "{implementer: coder, reviewer: coder}");
  expect(proofs(silent)).toEqual(["no-report", "no-report", "reviewer", "reviewer", "no-report"]);
});

test("what nothing proves is counted once for each project, with its reasons", () => {
  const told = (space: Workspace) => lines(unprovenFindings(space, criteriaIn(BILLS, space)));
  expect(told(projects(GATES))).toEqual([
    "warning projects.yaml:2:5 criteria-unproven shop/: Nothing proves 3 of 6 criteria of shop: the `gates:` of bills:T05 leave out every gate that reports tests; bills:T03 and bills:T04 may write no test, and nobody reviews them. | Add a gate with `report:` to these `gates:`. Route a reviewer with `routing: {reviewer: …}`, or add the file of a test to `files_hint`.",
  ]);
  const one = sound(feature("one", HEAD, `tasks:\n  - ${ENTRIES[3]}\n`));
  expect(lines(unprovenFindings(projects(GATES), criteriaIn(one, projects(GATES))))[0]).toContain(
    "Nothing proves 1 of 1 criterion of shop: one:T04 may write no test, and nobody reviews it.",
  );
});

test("code that may be written without a test is a warning where tests prove it, and a fault of a new plan", () => {
  const found = (space: Workspace) =>
    lines(findings(space, [BILLS], new Map())).filter((line) => line.includes("no-test-file"));
  expect(found(projects(GATES))).toEqual([
    "warning specs/bills/BACKLOG.yaml:3:50 no-test-file bills:T02: bills:T02 may write no file that could hold a test, but only tests prove its criteria. | Add the file of its tests to files_hint, such as a_test.go.",
  ]);
  expect(found(projects('{id: lint, run: "true"}'))).toEqual([]);
  const planned = (space: Workspace) =>
    plannedBacklog(TASKS, file("specs/bills/feature.md", HEAD), (one) => findings(space, [one], new Map()));
  expect(planned(projects(GATES))).toMatchObject({
    ok: false,
    failure: [expect.stringContaining("bills:T02 may write no file that could hold a test")],
  });
  expect(planned(projects('{id: lint, run: "true"}')).ok).toBe(true);
});

test("a window tells the second form of the tag where names cannot hold brackets, and nothing where they can", () => {
  const told = (files: readonly string[], gates: string) => {
    const space = projects(gates);
    const task: Task = { ...(BILLS.tasks[0] as Task), filesHint: files };
    return (
      proofSegment(task, space.projects[0] as (typeof space.projects)[0], proofOf(task, space))?.text ?? null
    );
  };
  const junit = '{id: test, run: "t {{report}}", report: junit}';
  expect(told(["a.ts", "a.test.ts"], junit)).toBeNull();
  expect(told(["tests/**"], junit)).toBeNull();
  expect(told(["tests/test_a.py"], junit)).toContain("`bills_t01_a1` for [bills:T01.A1]");
  expect(told(["tests/**"], GATES)).toContain("`bills_t01_a1`");
  expect(told(["a.ts", "a.test.ts"], '{id: lint, run: "true"}')).toContain(
    "No gate tells which tests passed",
  );
  expect(told(["readme.md"], junit)).toContain("write none");
  const [space, task] = [projects(GATES), BILLS.tasks[3] as Task];
  const paper = proofSegment(task, space.projects[0] as (typeof space.projects)[0], proofOf(task, space));
  expect(proofForReviewer(paper)?.text).toContain("Judge each of them by the change");
  expect(proofForReviewer(null)).toBeNull();
});
