// How do tests play planners? As one real process that answers by its role from files that the test writes, and takes down
// every window that it was shown.

import { existsSync } from "node:fs";
import { FactoryRig, madeOnce } from "./factory-rig.ts";

/** Answers by its role, which the prompt tells, from files that the test writes; takes down every window. */
const PLANNER = `import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
const [root, file] = process.argv.slice(2);
const shown = readFileSync(file, "utf8");
const roles = { "You write down what": "spec", "You plan how a feature is built": "architecture", "You cut a plan": "backlog", "You merge the doc": "merger" };
const role = Object.entries(roles).find(([words]) => shown.startsWith(words))?.[1] ?? "qa";
mkdirSync(root + "/asked", { recursive: true });
const count = readdirSync(root + "/asked").filter((name) => name.startsWith(role)).length + 1;
writeFileSync(root + "/asked/" + role + "-" + count, shown);
appendFileSync(root + "/asked.log", role + " " + existsSync("check.sh") + "\\n");
const answers = [role + "-" + count, role].map((name) => root + "/answers/" + name).filter(existsSync);
process.stdout.write(readFileSync(answers[0], "utf8"));
`;

const SECTIONS = [
  "Problem Statement",
  "Requirements",
  "Architecture",
  "Test Plan",
  "Risks & Mitigations",
  "Implementation Steps",
];

export const planText = (architecture = "One file.") =>
  `# Plan\n\n${SECTIONS.map((name) => `## ${name}\n\n${name === "Architecture" ? architecture : "As asked."}\n`).join("\n")}`;

export const entry = (id: string, requirement: string, title: string) => `  - id: ${id}
    title: ${title}
    requirements: [${requirement}]
    scope: {files_hint: [src/${id}.txt]}
    acceptance: [it is there]
`;

export const backlogText = (...entries: readonly string[]) =>
  `version: 1\nfeature: notes\ntasks:\n${entries.join("\n")}`;

export const FEATURE = `---
title: Notes
project: app
---

## Requirements

- R1: A note can be written.
- R2: A note can be read.
`;

export async function plannedNotes(extra = ""): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  const program = 'node "{{workspace}}/planner.mjs" "{{workspace}}" {{window}}';
  const writer =
    'mkdir -p src && for f in T01 T02 T03; do grep -q "src/$f.txt" {{window}} && cp {{window}} src/$f.txt; done; true';
  rig.write({
    "planner.mjs": PLANNER,
    "specs/notes/feature.md": FEATURE,
    "answers/spec": "# Specification\n\nNOBODY ELSE SEES THIS SPECIFICATION.\n",
    "answers/architecture": "# Architecture\n\nA file per task.\n",
    "answers/qa": "# Tests\n\nNone.\n",
    "answers/merger": planText(),
    "answers/backlog": backlogText(entry("T01", "R1", "Write"), entry("T02", "R2", "Read")),
    "projects.yaml": `version: 1
projects:
  - {id: app, path: projects/app, gates: [{id: check, run: sh check.sh}]}
agents:
  planner: {kind: command, run: '${program}'}
  writer: {kind: command, run: '${writer}'}
routing: {planner: planner, implementer: writer}
${extra}`,
    ".gitignore": ".factory/\nprojects/\nasked/\nasked.log\n",
  });
  return rig;
}

export const builtNotes = madeOnce(async () => {
  const rig = await plannedNotes();
  const { code, stderr } = await rig.build();
  if (code !== 0) throw new Error(`the notes do not build: ${stderr}`);
  return rig;
});

export const asked = (rig: FactoryRig) =>
  existsSync(rig.path("asked.log")) ? rig.read("asked.log").trim().split("\n").sort() : [];
