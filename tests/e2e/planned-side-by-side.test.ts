// Do two features that are planned in one build agree on who writes a file first, whichever of them is cut first?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

/** Cuts the backlog of the slow feature once that of the other one is written; orders its task when it is told to. */
const PLANNER = `import { appendFileSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
const [root, file, slow, learns] = process.argv.slice(2);
const shown = readFileSync(file, "utf8");
const feature = /[tT]he feature is (\\w+)\\./.exec(shown)?.[1];
if (shown.startsWith("You cut a plan")) {
  const other = feature === "alpha" ? "beta" : "alpha";
  while (feature === slow && !existsSync(root + "/specs/" + other + "/BACKLOG.yaml")) await setTimeout(10);
  appendFileSync(root + "/asked.log", feature + "\\n" + shown.slice(shown.indexOf("\\n## ")) + "\\n");
  const after = learns === "yes" && shown.includes("both claim") ? "depends_on: [" + other + ":T01], " : "";
  console.log("tasks:\\n  - {id: T01, title: Add, requirements: [R1], " + after + "scope: {files_hint: [src/list.txt]}, acceptance: [it is there]}");
} else if (shown.startsWith("You merge"))
  for (const name of ["Problem Statement", "Requirements", "Architecture", "Test Plan", "Risks & Mitigations", "Implementation Steps"])
    console.log("## " + name + "\\n\\nIt goes into src/list.txt.\\n");
else console.log("# Document");
`;

async function workspace(slow: string, learns: "yes" | "no"): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  const feature = (id: string) =>
    `---\nid: ${id}\ntitle: The ${id}\nproject: app\n---\n\n## Requirements\n\n- R1: There is an ${id}.\n`;
  const program = `node ${JSON.stringify(rig.path("planner.mjs"))} ${JSON.stringify(rig.root)} {{window}} ${slow} ${learns}`;
  rig.write({
    "planner.mjs": PLANNER,
    "specs/alpha/feature.md": feature("alpha"),
    "specs/beta/feature.md": feature("beta"),
    "projects.yaml": `version: 1
projects:
  - {id: app, path: projects/app, gates: [{id: check, run: sh check.sh}]}
agents:
  planner: {kind: command, run: '${program}'}
  writer: {kind: command, run: 'mkdir -p src && echo line >> src/list.txt'}
routing: {planner: planner, implementer: writer}
`,
    ".gitignore": ".factory/\nprojects/\nasked.log\n",
  });
  return rig;
}

test("of two features that want one file, the one that is cut last orders its task after the other's", async () => {
  await using rig = await workspace("alpha", "yes");
  const build = await rig.build();
  expect(build.actions).toEqual({ "alpha:T01": "regenerated", "beta:T01": "regenerated" });
  expect(rig.read("specs/alpha/BACKLOG.yaml")).toContain("depends_on: [beta:T01]");
  expect(rig.read("asked.log")).toContain("Add beta:T01 to depends_on of alpha:T01");
  expect(rig.read("asked.log")).toContain("- src/list.txt: beta:T01");
});

test("a planner that cannot order its task keeps its own feature waiting, and all else is built", async () => {
  await using rig = await workspace("beta", "no");
  const build = await rig.build();
  expect([build.code, build.actions]).toEqual([1, { "alpha:T01": "regenerated" }]);
  expect(build.stderr).toContain("error beta: ");
  expect(build.stderr).toContain("alpha:T01 and beta:T01 both claim src/list.txt");

  // Asked anew, it begins with what was wrong.
  rig.edit("projects.yaml", "beta no", "beta yes");
  expect((await rig.factory("retry", "beta")).code).toBe(0);
  expect(rig.read("specs/beta/BACKLOG.yaml")).toContain("depends_on: [alpha:T01]");
});
