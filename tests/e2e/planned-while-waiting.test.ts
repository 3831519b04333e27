// Does whoever plans a feature hear of the files that a plan wants which waits for a person, in the same build or an
// earlier one, before the day of the approval?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

/**
 * Answers with the backlog that the test wrote for the feature: `told` where the window speaks of a plan that waits, and
 * that is there. Where the test asks for it, beta is asked before alpha has an answer, and answers once alpha's plan waits.
 */
const PLANNER = `import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
const [root, file, slow] = process.argv.slice(2);
const shown = readFileSync(file, "utf8");
const feature = /[tT]he feature is (\\w+)\\./.exec(shown)?.[1];
if (shown.startsWith("You cut a plan")) {
  appendFileSync(root + "/asked.log", "ASKED " + feature + "\\n" + shown.slice(shown.indexOf("\\n## ")) + "\\n");
  const isAsked = () => readFileSync(root + "/asked.log", "utf8").includes("ASKED " + slow);
  while (feature === "alpha" && existsSync(root + "/specs/" + slow) && !isAsked()) await setTimeout(10);
  while (feature === slow && !existsSync(root + "/.factory/tasks/alpha/planning.held.json")) await setTimeout(10);
  const told = root + "/answers/" + feature + "-told";
  const isTold = /once a person approves/.test(shown) && existsSync(told);
  process.stdout.write(readFileSync(isTold ? told : root + "/answers/" + feature, "utf8"));
} else if (shown.startsWith("You merge"))
  for (const name of ["Problem Statement", "Requirements", "Architecture", "Test Plan", "Risks & Mitigations", "Implementation Steps"])
    console.log("## " + name + "\\n\\nIt goes into src/list.txt.\\n");
else console.log("# Document");
`;

const feature = (id: string) =>
  `---\nid: ${id}\ntitle: The ${id}\nproject: app\n---\n\n## Requirements\n\n- R1: There is an ${id}.\n`;

/** One entry; `more` stands before its files. */
const entry = (id: string, files: string, more = "") =>
  `  - {id: ${id}, title: Add ${id}, requirements: [R1], ${more}scope: {files_hint: [${files}]}, acceptance: [it is there]}\n`;

const WIDER = `tasks:\n${entry("T01", "src/alpha.txt, src/list.txt")}`;

/** Alpha is built; its next plan wants src/list.txt, which beta's wants, too. */
async function workspace(slow = "nobody"): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  const program = `node ${JSON.stringify(rig.path("planner.mjs"))} ${JSON.stringify(rig.root)} {{window}} ${slow}`;
  rig.write({
    "planner.mjs": PLANNER,
    "write.sh": `mkdir -p src
for f in $(sed -n '/Files that you may write/,/^## /p' "$1" | grep -o 'src/[a-z]*.txt'); do echo line >> $f; done
`,
    "specs/alpha/feature.md": feature("alpha"),
    "answers/alpha": `tasks:\n${entry("T01", "src/alpha.txt")}`,
    "answers/beta": `tasks:\n${entry("T01", "src/list.txt")}`,
    "projects.yaml": `version: 1
projects:
  - {id: app, path: projects/app, gates: [{id: check, run: sh check.sh}]}
agents:
  planner: {kind: command, run: '${program}'}
  writer: {kind: command, run: 'sh "{{workspace}}/write.sh" {{window}}'}
routing: {planner: planner, implementer: writer}
`,
    ".gitignore": ".factory/\nprojects/\nasked.log\n",
  });
  expect((await rig.build()).code).toBe(0);
  rig.edit("specs/alpha/feature.md", "an alpha", "a loud alpha");
  rig.write({ "answers/alpha": WIDER });
  return rig;
}

const windows = (rig: FactoryRig, of: string) =>
  rig
    .read("asked.log")
    .split("ASKED ")
    .filter((window) => window.startsWith(`${of}\n`));

test("what a plan claims that waits since an earlier build is told, and the other leaves the file to it", async () => {
  await using rig = await workspace();
  expect((await rig.build()).code).toBe(5);
  rig.write({
    "specs/beta/feature.md": feature("beta"),
    "answers/beta-told": `tasks:\n${entry("T01", "src/beta.txt")}`,
  });
  const build = await rig.build();
  expect([build.code, build.actions["beta:T01"]]).toEqual([5, "regenerated"]);
  const [first, ...more] = windows(rig, "beta");
  expect([first, more]).toEqual([
    expect.stringContaining("- src/list.txt: alpha:T01 (once a person approves its new plan)"),
    [],
  ]);
  expect((await rig.factory("approve", "alpha")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
});

test("planned in the same build, it is told of the clash once the other waits, and orders its task after that", async () => {
  await using rig = await workspace("beta");
  rig.write({
    "specs/beta/feature.md": feature("beta"),
    "answers/beta-told": `tasks:\n${entry("T01", "src/list.txt", "depends_on: [alpha:T01], ")}`,
  });
  expect((await rig.build()).code).toBe(5);
  const [first, second, ...more] = windows(rig, "beta");
  expect(more).toEqual([]);
  expect(first).not.toContain("approves");
  expect(second).toContain(
    "beta:T01, once a person approves a plan that waits: alpha:T01 and beta:T01 both claim src/list.txt in app",
  );
  expect(second).toContain("add alpha:T01 to depends_on of beta:T01");
  expect((await rig.factory("approve", "alpha")).code).toBe(0);
  const built = await rig.build();
  expect([built.code, built.actions["beta:T01"]]).toEqual([0, "regenerated"]);
});

test("who cannot do without the file keeps it, for the plan that waits may never be; nobody can come after its new tasks", async () => {
  await using rig = await workspace();
  rig.write({
    "answers/alpha": `${WIDER.replace(", src/list.txt", ", src/loud.txt")}${entry("T02", "src/list.txt")}`,
  });
  expect((await rig.build()).code).toBe(5);
  rig.write({ "specs/beta/feature.md": feature("beta") });
  const build = await rig.build();
  expect([build.code, build.actions["beta:T01"]]).toEqual([5, "regenerated"]);
  const [first, second, ...more] = windows(rig, "beta");
  expect(more).toEqual([]);
  expect(first).toContain(
    "alpha:T02 (once a person approves the plan that adds it; nothing can depend on it before)",
  );
  expect(second).toContain("Leave the file to alpha:T02, on which nothing can depend before");
  expect((await rig.factory("approve", "alpha")).stderr).toContain("both claim src/list.txt in app");

  // What nobody could approve as it lies there claims nothing; `approve` tells of it.
  rig.write({ ".factory/tasks/alpha/BACKLOG.proposed.yaml": "tasks: no list\n" });
  rig.write({
    "specs/gamma/feature.md": feature("gamma"),
    "answers/gamma": `tasks:\n${entry("T01", "src/gamma.txt")}`,
  });
  expect((await rig.build()).actions["gamma:T01"]).toBe("regenerated");
});
