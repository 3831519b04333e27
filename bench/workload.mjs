// What do the agents of the bench work on, and what do they say? Three features that are written freely, each planned
// into four tasks that need nothing of each other: twelve that could all be done at once. Answers are as long as those of
// models are, and follow from the request alone, so that every run asks for the same and gets the same.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./measure.mjs";

export const FEATURES = ["invoices", "parcels", "refunds"];

/** Of each feature: two that are code, one so simple that any model can do it, and its documentation. */
const TASKS = [
  { id: "T01", part: "total", type: "code" },
  { id: "T02", part: "due", type: "code" },
  { id: "T03", part: "label", type: "simple" },
  { id: "T04", part: "guide", type: "docs" },
];

const PLANNING = {
  "You write down what": "spec",
  "You plan how a feature is built": "architecture",
  "You plan how it is proved": "qa",
  "You merge the doc": "merger",
  "You cut a plan": "backlog",
};

export const PLANNERS = ["spec", "architecture", "qa"];

/** A strong model writes code; a cheap one does all that is words. */
const projectsYaml = (url) => `version: 1
projects:
  - {id: app, path: projects/app, gates: [{id: check, run: node check.mjs}]}
agents:
  coder: {kind: openai, model: gpt-5.4, base_url: "${url}"}
  scout: {kind: openai, model: gpt-6-luna, base_url: "${url}"}
routing:
  planner: scout
  implementer: {docs: scout, simple: scout, default: coder}
  reviewer: scout
  rebase: coder
`;

/** Every module loads, and every test passes. */
const CHECK = `import { readdirSync } from "node:fs";
for (const folder of ["src", "tests"])
  for (const name of readdirSync(folder)) await import("./" + folder + "/" + name);
`;

/** Makes the workspace in an empty folder. */
export function layWorkspace(folder, url) {
  write(folder, { "projects.yaml": projectsYaml(url), ".gitignore": ".factory/\nprojects/\n" });
  for (const name of FEATURES) write(folder, { [`specs/${name}/feature.md`]: request(name) });
  layProject(join(folder, "projects/app"));
}

/** Something to build on: as much code as a young service has. */
export function layProject(folder) {
  const names = "order price customer basket stock currency address delivery clock money".split(" ");
  const module = (name) =>
    `/** What the shop knows of a ${name}. */\nexport function ${name}Of(row) {\n  return { kind: "${name}", ...row };\n}\n`;
  const check = (name) =>
    `import assert from "node:assert/strict";\nimport { ${name}Of } from "../src/${name}.js";\nassert.equal(${name}Of({}).kind, "${name}");\n`;
  write(folder, {
    "package.json": `${JSON.stringify({ name: "app", type: "module", private: true }, null, 2)}\n`,
    "README.md": `# A shop\n\n${prose("shop", 900)}\n`,
    "check.mjs": CHECK,
    ...Object.fromEntries(names.map((name) => [`src/${name}.js`, module(name)])),
    ...Object.fromEntries(names.map((name) => [`tests/${name}.test.js`, check(name)])),
  });
  const git = (...words) =>
    run(["git", "-c", "user.name=Bench", "-c", "user.email=bench@example.invalid", ...words], folder);
  git("init", "--quiet", "--initial-branch=main");
  git("add", ".");
  git("commit", "--quiet", "--message", "A shop");
}

function write(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function request(name) {
  const requirements = TASKS.map(
    ({ part }, index) => `- R${index + 1}: The ${part} of ${name} follows the rule. ${prose(part, 240)}`,
  );
  return `---\ntitle: The ${name} of the shop\nproject: app\n---\n\n## Problem Statement\n\n${prose(name, 300)}\n\n## Requirements\n\n${requirements.join("\n")}\n`;
}

/** What a model says to a conversation, and what that is for. */
export function reply(messages) {
  const system = messages.find(({ role }) => role === "system")?.text ?? "";
  const window = messages.find(({ role }) => role === "user")?.text ?? "";
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const role = Object.entries(PLANNING).find(([words]) => system.startsWith(words))?.[1];
  if (role !== undefined) {
    const feature = FEATURES.find((name) => window.includes(`the ${name}`) || window.includes(`of ${name}`));
    return { label: { role, feature }, ...planning(role, feature, turn) };
  }
  const [, feature, part] = /\b(?:src|docs)\/(\w+)-(\w+)\.(?:js|md)/.exec(window) ?? [];
  const task = TASKS.find((one) => one.part === part);
  if (task === undefined) throw new Error(`nobody knows what to say to:\n${system}\n${window}`);
  const label = { feature, task: `${feature}:${task.id}` };
  if (system.startsWith("You review")) {
    const text = `${prose(part, 480)}\n\n{"verdict": "approve", "findings": []}`;
    return { label: { ...label, role: "reviewer" }, text };
  }
  return { label: { ...label, role: "implementer" }, ...drafting(task, feature, turn) };
}

const call = (name, input) => ({ name, input });

function planning(role, feature, turn) {
  if (PLANNERS.includes(role)) {
    if (turn === 0) return { calls: [call("read_file", { path: "README.md" })] };
    const length = { spec: 2300, architecture: 2500, qa: 2100 }[role];
    return { text: `# The ${feature}: ${role}\n\n${prose(feature, length)}\n` };
  }
  if (role === "backlog") return { text: backlog(feature) };
  const sections = [
    ...["Problem Statement", "Requirements", "Architecture"],
    ...["Test Plan", "Risks & Mitigations", "Implementation Steps"],
  ];
  return {
    text: `# The ${feature}\n\n${sections.map((name) => `## ${name}\n\n${prose(feature, 420)}\n`).join("\n")}`,
  };
}

const filesOf = ({ part, type }, feature) =>
  type === "docs"
    ? [`docs/${feature}-${part}.md`]
    : [`src/${feature}-${part}.js`, `tests/${feature}-${part}.test.js`];

function backlog(feature) {
  const entries = TASKS.map(
    (task, index) => `  - id: ${task.id}
    title: The ${task.part} of ${feature}
    type: ${task.type}
    description: ${prose(task.part, 160)}
    requirements: [R${index + 1}]
    scope: {files_hint: [${filesOf(task, feature).join(", ")}]}
    acceptance: [the ${task.part} follows the rule, what is not known is refused]
`,
  );
  return `version: 1\nfeature: ${feature}\ntasks:\n${entries.join("\n")}`;
}

/** Looks around, writes, lets the check run where there is code, hands in. */
function drafting(task, feature, turn) {
  const files = filesOf(task, feature);
  const done = call("finish", { summary: `The ${task.part} of ${feature} is there.` });
  if (turn === 0) return { calls: ["README.md", "src/order.js"].map((path) => call("read_file", { path })) };
  if (turn === 1) {
    const text = task.type === "docs" ? `# The ${feature}\n\n${prose(feature, 1100)}\n` : null;
    const contents = [text ?? source(task, feature), check(task, feature)];
    return { calls: files.map((path, index) => call("write_file", { path, content: contents[index] })) };
  }
  if (turn === 2 && task.type === "code") return { calls: [call("run_gate", { gate: "check" })] };
  return { calls: [done] };
}

const source = ({ part }, feature) =>
  `// ${prose(feature, 420)}\nexport function ${part}(row) {\n  if (row === undefined) throw new TypeError("unknown");\n  return { ...row, ${part}: "${feature}" };\n}\n`;

const check = ({ part }, feature) =>
  `import assert from "node:assert/strict";\nimport { ${part} } from "../src/${feature}-${part}.js";\nassert.equal(${part}({}).${part}, "${feature}");\nassert.throws(() => ${part}());\n`;

const WORDS =
  "order price customer basket refund stock parcel invoice discount currency address delivery".split(" ");

/** Sentences about a word, `length` characters of them. */
function prose(about, length) {
  let text = "";
  for (let index = about.length; text.length < length; index++) {
    const word = (step) => WORDS[(index * step) % WORDS.length];
    text += `Every ${word(1)} of the ${about} keeps its ${word(5)} until the ${word(7)} is settled. `;
  }
  return `${text.slice(0, length).trim()}.`;
}
