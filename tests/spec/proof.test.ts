// Which criteria are proved by whom, and what is said of those that are not?

import { expect, test } from "vitest";
import { proofSegments, proofsForReviewer, taggedAcceptance } from "../../src/context/criteria-text.ts";
import { windowTexts } from "../../src/context/window-text.ts";
import type { Feature } from "../../src/model/feature.ts";
import type { Project } from "../../src/model/project.ts";
import { proofOf, proofOfCriterion } from "../../src/model/proof.ts";
import type { Task } from "../../src/model/task.ts";
import type { Workspace } from "../../src/model/workspace.ts";
import { betterTask } from "../../src/spec/answers/better-task.ts";
import { wideningsOf } from "../../src/spec/compare/find-widenings.ts";
import { reviseTask } from "../../src/spec/edit/edit-task.ts";
import { criteriaIn, testRoomFindings, unprovenFindings } from "../../src/spec/validate/provable.ts";
import { findings } from "../../src/spec/validate/validate.ts";
import { feature, lines, sound, workspace } from "./sources.ts";

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
    "warning projects.yaml:2:5 criteria-unproven shop/: Nothing proves 3 of 6 criteria of shop: the `gates:` of bills:T05 leave out every gate that reports tests; bills:T03 and bills:T04 may write no test, and nobody reviews them. | Add a gate with `report:` to these `gates:`. Route a reviewer with `routing: {reviewer: …}`, add the file of a test to `files_hint`, or say in the criterion what shows it: `proof: {test: …}` for a test that is there, or `proof: {gate: …}`.",
  ]);
  const one = sound(feature("one", HEAD, `tasks:\n  - ${ENTRIES[3]}\n`));
  expect(lines(unprovenFindings(projects(GATES), criteriaIn(one, projects(GATES))))[0]).toContain(
    "Nothing proves 1 of 1 criterion of shop: one:T04 may write no test, and nobody reviews it.",
  );
});

test("code that may be written without a test is a warning where only tests prove it and none names it", () => {
  const found = (space: Workspace, said: readonly string[] | null = []) =>
    lines(testRoomFindings(BILLS.tasks, space, () => said && new Set(said)));
  const fix =
    "Add the file of its tests to files_hint, such as a_test.go. Where a test that is there, a gate or a reviewer shows a criterion, say so: proof: {test: …}, {gate: …} or reviewer.";
  const warning = (why: string) =>
    `warning specs/bills/BACKLOG.yaml:3:50 no-test-file bills:T02: bills:T02 may write no file that could hold a test, and ${why}. | ${fix}`;
  expect(found(projects(GATES))).toEqual([warning("no committed test names A1")]);
  expect(found(projects(GATES), null)).toEqual([
    warning("the tests of shop cannot be read to see whether one names A1"),
  ]);
  for (const name of ["[bills:T02.A1]", "bills_t02_a1"]) expect(found(projects(GATES), [name])).toEqual([]);
  expect(found(projects('{id: lint, run: "true"}'))).toEqual([]);
});

test("a window tells the second form of the tag where names cannot hold brackets, and nothing where they can", () => {
  const told = (files: readonly string[], gates: string) => {
    const space = projects(gates);
    const task: Task = { ...(BILLS.tasks[0] as Task), filesHint: files };
    const [first] = proofSegments(task, space.projects[0] as Project, proofOf(task, space));
    return first?.text ?? null;
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
  const paper = proofSegments(task, space.projects[0] as Project, proofOf(task, space));
  expect(proofsForReviewer(paper)[0]?.text).toContain("Judge each of them by the change");
  expect(proofsForReviewer([])).toEqual([]);
});

const OWN = `tasks:
  - id: T01
    title: t
    scope: {files_hint: [a.go, a_test.go]}
    acceptance:
      - plain
      - {id: A2, text: reads well, proof: reviewer}
      - {id: A3, text: still adds, proof: {test: TestAdd/two numbers}}
      - {id: A4, text: has types, proof: {gate: lint}}
`;

test("a criterion names its own proof: a reviewer, a test that is there, or a gate", () => {
  const space = projects(GATES);
  const own = sound(feature("own", HEAD, OWN));
  const task = own.tasks[0] as Task;
  const by = (where: Workspace) =>
    task.acceptance.map((one) => {
      const proof = proofOfCriterion(one, task, where);
      return proof.by === "nobody" ? proof.why : proof.by;
    });
  expect(by(space)).toEqual(["tests", "no-reviewer", "tests", "gate"]);
  expect(by(projects(GATES, "{implementer: coder, reviewer: coder}"))[1]).toBe("reviewer");
  expect(lines(unprovenFindings(space, criteriaIn(own, space)))[0]).toContain(
    "Nothing proves 1 of 4 criteria of shop: own:T01 leaves them to a reviewer, and none is asked.",
  );
  const segments = proofSegments(task, space.projects[0] as Project, proofOf(task, space));
  expect(segments.map(({ name }) => name)).toEqual(["tag", "A2", "A3", "A4"]);
  const { text } = windowTexts({
    segments: [...segments, ...taggedAcceptance(task)],
    taskBytes: 0,
  });
  expect(text).toContain("whose name carries the tag, unless it says otherwise\n");
  expect(text).toContain("- [own:T01.A1] plain\n");
  expect(text).toContain("- [own:T01.A2] reads well (needs no test: whoever reads the change judges it)");
  expect(text).toContain("- [own:T01.A3] still adds (needs no tag: the test `TestAdd/two numbers` shows it)");
  expect(text).toContain("- [own:T01.A4] has types (needs no test: the gate lint shows it)");
});

test("a proof names a gate that judges the task, and a task whose criteria all name theirs needs no file for tests", () => {
  const found = (backlog: string) => {
    const own = sound(feature("own", HEAD, backlog));
    return lines([
      ...findings(projects(GATES), [own], new Map()),
      ...testRoomFindings(own.tasks, projects(GATES), () => new Set()),
    ]).filter((line) => line.includes("unknown-gate") || line.includes("no-test-file"));
  };
  expect(found(OWN)).toEqual([]);
  expect(found(OWN.replace("gate: lint", "gate: lind"))).toEqual([
    expect.stringContaining('own:T01 names the unknown gate of the task "lind". | Did you mean "lint"?'),
  ]);
  const narrow = OWN.replace("    scope:", "    gates: [test]\n    scope:");
  expect(found(narrow)).toEqual([expect.stringContaining("unknown-gate")]);
  const alone = OWN.replace("      - plain\n", "").replace(", a_test.go", "");
  expect(found(alone)).toEqual([]);
  expect(found(OWN.replace(", a_test.go", ""))).toEqual([expect.stringContaining("no-test-file")]);
  expect(
    lines(feature("own", HEAD, OWN.replace("proof: reviewer", "proof: nobody")).diagnostics)[0],
  ).toContain('acceptance[1].proof is "nobody"');
});

test("another proof of a criterion is a person's to agree to, and a rewrite that says nothing of it keeps it", () => {
  const task = sound(feature("own", HEAD, OWN)).tasks[0] as Task;
  const weaker = {
    ...task,
    acceptance: task.acceptance.map((one) => ({ ...one, proof: "reviewer" as const })),
  };
  expect(wideningsOf(task, weaker, () => false).map((one) => "id" in one && one.id)).toEqual([
    "A1",
    "A3",
    "A4",
  ]);
  expect(wideningsOf(task, task, () => false)).toEqual([]);
  const answer = "id: T01\nacceptance: [plainly, reads well, still adds, has types]\n";
  const better = betterTask(answer, task);
  expect(better).toMatchObject({
    value: {
      acceptance: [
        { id: "A1", text: "plainly" },
        { proof: "reviewer" },
        { proof: { test: "TestAdd/two numbers" } },
        {},
      ],
    },
  });
  const text = better.ok
    ? reviseTask(`version: 1\nfeature: own\n${OWN}`, "BACKLOG.yaml", "T01", better.value)
    : better;
  expect(text).toMatchObject({ value: expect.stringContaining("proof: {test: TestAdd/two numbers}") });
});
