// What does a large workspace look like? Writes one with the same graph for the factory, make and ninja: tasks in ten
// layers, each with about 2 KB of spec of its own and up to two dependencies in the layer before, one of them in the
// next feature. Nothing in it is random, so a folder with the same parameters can be used again.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const LAYERS = 10;
/** Counts up when the files below change, so that no older folder is used again. */
const VERSION = 1;

/** The one requirement that the bench edits, as a piece of its text. */
export const EDITED = {
  file: "specs/f0001/feature.md",
  input: "peers/in/f0001-t01.txt",
  text: /revision \d+/,
};

/** @returns {{folder: string, isNew: boolean}} The workspace; `peers/` in it holds the files of make and ninja. */
export function generateWorkspace({ tasks, features, projects }) {
  const folder = join(tmpdir(), `factory-bench-${tasks}-${features}-${projects}-v${VERSION}`);
  const mark = join(folder, ".generated");
  if (existsSync(mark)) return { folder, isNew: false };
  const graph = graphOf({ tasks, features, projects });
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of workspaceFiles(graph)) write(path, text);
  for (const [path, text] of peerFiles(graph)) write(path, text);
  write(".generated", "");
  return { folder, isNew: true };
}

/** Features with their tasks, whose `dependsOn` names tasks as `feature:T01`. */
export function graphOf({ tasks, features, projects }) {
  const size = Math.ceil(tasks / features);
  const width = Math.ceil(size / LAYERS);
  const name = (feature) => `f${String((feature % features) + 1).padStart(4, "0")}`;
  return {
    projects: Array.from({ length: projects }, (_, index) => `p${String(index + 1).padStart(2, "0")}`),
    features: Array.from({ length: features }, (_, index) => ({
      id: name(index),
      project: `p${String(Math.floor((index * projects) / features) + 1).padStart(2, "0")}`,
      tasks: Array.from({ length: Math.min(size, tasks - index * size) }, (_, slot) => {
        const layer = Math.floor(slot / width);
        const above = slot - width;
        const beside = above - (slot % width) + ((slot + 1) % width);
        return {
          id: taskName(slot),
          title: `${name(index)}-${taskName(slot).toLowerCase()}`,
          requirement: `R${slot + 1}`,
          text: prose(index, slot),
          dependsOn:
            layer === 0
              ? []
              : [`${name(index)}:${taskName(above)}`, `${name(index + 1)}:${taskName(beside)}`],
        };
      }),
    })),
  };
}

function taskName(slot) {
  return `T${String(slot + 1).padStart(2, "0")}`;
}

const WORDS =
  "order price customer basket refund stock parcel invoice discount currency address delivery".split(" ");

/** About 2 KB that differ for every task. */
function prose(feature, slot) {
  const sentences = [`This is revision 0 of the rule ${feature}-${slot}.`];
  for (let index = 0; sentences.join(" ").length < 1900; index++) {
    const word = (step) => WORDS[(feature + slot * 7 + index * step) % WORDS.length];
    sentences.push(`Every ${word(1)} of a ${word(5)} keeps its ${word(7)} until the ${word(11)} is settled.`);
  }
  return sentences.join(" ");
}

function* workspaceFiles({ projects, features }) {
  const declared = projects.map(
    (id) => `  - {id: ${id}, path: projects/${id}, scaffold: bench, branch: main}\n`,
  );
  yield [
    "projects.yaml",
    `version: 1\nprojects:\n${declared.join("")}agents:\n  local: {kind: generator}\nrouting: {implementer: local}\n`,
  ];
  yield ["templates/projects/bench/README.md", "# A project of the bench\n"];
  yield [
    "templates/features/bench/template.yaml",
    'version: "1.0.0"\ndescription: One line for each task\ncode:\n' +
      '  line:\n    - {template: line.hbs, to: "src/{{task.title}}.txt"}\n',
  ];
  yield ["templates/features/bench/code/line.hbs", "{{#each requirements}}{{text}}{{/each}}\n"];
  for (const { id, project, tasks } of features) {
    const requirements = tasks.map((task) => `- ${task.requirement}: ${task.text}`);
    yield [
      `specs/${id}/feature.md`,
      `---\nid: ${id}\ntitle: Feature ${id}\nproject: ${project}\ntemplate: bench\n---\n\n` +
        `## Requirements\n\n${requirements.join("\n")}\n`,
    ];
    yield [`specs/${id}/BACKLOG.yaml`, `version: 1\nfeature: ${id}\ntasks:\n${tasks.map(entry).join("")}`];
  }
}

function entry(task) {
  return `  - id: ${task.id}
    title: ${task.title}
    description: Write down the rule.
    requirements: [${task.requirement}]
    depends_on: [${task.dependsOn.join(", ")}]
    scope: {files_hint: [src/${task.title}.txt]}
    acceptance: [says what the rule says]
    generator: bench/line
`;
}

/** The same graph with the cheapest command there is: each output is a copy of its input. */
function* peerFiles({ features }) {
  const tasks = features.flatMap(({ id, tasks: own }) =>
    own.map((task) => ({ ...task, address: `${id}:${task.id}` })),
  );
  const output = (task) => `out/${task.title}.txt`;
  const outputs = new Map(tasks.map((task) => [task.address, output(task)]));
  const needs = (task) =>
    task.dependsOn.map((address) => outputs.get(address)).filter((path) => path !== undefined);
  for (const task of tasks) yield [`peers/in/${task.title}.txt`, `${task.text}\n`];
  yield ["peers/out/.keep", ""];
  const rules = tasks.map(
    (task) => `${output(task)}: in/${task.title}.txt ${needs(task).join(" ")}\n\t@cp $< $@\n`,
  );
  yield [
    "peers/Makefile",
    `.SUFFIXES:\nMAKEFLAGS += -r\nall: ${tasks.map(output).join(" ")}\n${rules.join("")}`,
  ];
  const edges = tasks.map(
    (task) => `build ${output(task)}: copy in/${task.title}.txt | ${needs(task).join(" ")}\n`,
  );
  yield ["peers/build.ninja", `rule copy\n  command = cp $in $out\n${edges.join("")}`];
}
