// How is a workspace written down? Turns short descriptions of features and projects into the files
// that people write. It does not know what the factory makes of them.

import { stringify } from "yaml";

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

export interface TaskText {
  readonly id: string;
  readonly title?: string;
  readonly type?: string;
  readonly project?: string;
  readonly description?: string;
  /** Default: every requirement of the feature. */
  readonly requirements?: readonly string[];
  readonly dependsOn?: readonly string[];
  /** Default: `src/<feature>/<task>.txt`. */
  readonly files?: readonly string[];
  readonly acceptance?: readonly string[];
  readonly context?: Readonly<Record<string, Value>>;
  /** Default: the part of the feature's template that is named like the task; null leaves the key out. */
  readonly generator?: string | null;
  readonly agent?: string;
  readonly gates?: readonly string[];
}

export interface FeatureText {
  readonly id: string;
  readonly title?: string;
  /** Default: `app`. */
  readonly projects?: readonly string[];
  readonly params?: Readonly<Record<string, Value>>;
  readonly dependsOn?: readonly string[];
  readonly requirements: Readonly<Record<string, string>>;
  readonly constraints?: readonly string[];
  readonly tasks: readonly TaskText[];
}

export interface GateText {
  readonly id: string;
  readonly run: string;
  readonly timeout?: string;
  readonly canary?: Readonly<Record<string, string>>;
  readonly report?: "junit" | "go" | "tap" | "cargo";
  readonly env?: readonly string[];
  readonly exclusive?: boolean;
  readonly inputs?: readonly string[];
  readonly network?: boolean;
}

/** `feature.md`, with every section that the contract names. */
export function featureText(feature: FeatureText): string {
  const projects = feature.projects ?? ["app"];
  const front = {
    id: feature.id,
    title: feature.title ?? `The ${feature.id} feature`,
    ...(projects.length === 1 ? { project: projects[0] } : { projects }),
    template: feature.id,
    ...(feature.params === undefined ? {} : { params: feature.params }),
    ...(feature.dependsOn === undefined ? {} : { depends_on: feature.dependsOn }),
  };
  const requirements = Object.entries(feature.requirements).map(([id, text]) => `- ${id}: ${text}`);
  const constraints = (feature.constraints ?? []).map((text) => `- ${text}`);
  return [
    `---\n${stringify(front)}---`,
    "## User Story\n\nAs a tester I want a small feature.",
    "## Problem Statement\n\nNothing shows whether a build is right.",
    `## Requirements\n\n${requirements.join("\n")}`,
    `## Constraints\n\n${constraints.join("\n")}`,
    "## Success Criteria\n\nThe build is green.",
    "## Context\n\nA temporary workspace.",
    "",
  ].join("\n\n");
}

export function backlogText(feature: FeatureText): string {
  const tasks = feature.tasks.map((task) => ({
    id: task.id,
    title: task.title ?? `Write ${task.id}`,
    ...(task.type === undefined ? {} : { type: task.type }),
    ...(task.project === undefined ? {} : { project: task.project }),
    description: task.description ?? `Write down what ${task.id} of ${feature.id} requires.`,
    requirements: task.requirements ?? Object.keys(feature.requirements),
    depends_on: task.dependsOn ?? [],
    scope: { files_hint: outputsOf(feature, task) },
    acceptance: task.acceptance ?? ["says what is required"],
    ...(task.context === undefined ? {} : { context: task.context }),
    ...(task.generator === null ? {} : { generator: task.generator ?? `${feature.id}/${task.id}` }),
    ...(task.agent === undefined ? {} : { agent: task.agent }),
    ...(task.gates === undefined ? {} : { gates: task.gates }),
  }));
  return stringify({ version: 1, feature: feature.id, tasks });
}

function outputsOf(feature: FeatureText, task: TaskText): readonly string[] {
  return task.files ?? [`src/${feature.id}/${task.id}.txt`];
}

/** One Handlebars source for every file of every task: it shows all that a window can show of a note. */
const NOTE = [
  "{{#each requirements}}",
  "{{id}}: {{text}}",
  "{{/each}}",
  "{{#each acceptance}}",
  "{{tag}} {{text}}",
  "{{/each}}",
  "",
].join("\n");

/** Template of the feature's own name, with a part for each task that writes the task's files. */
export function templateFiles(
  feature: FeatureText,
  source: string | ((task: TaskText) => string) = NOTE,
): Record<string, string> {
  const folder = `templates/features/${feature.id}`;
  const noteOf = (task: TaskText) => (typeof source === "string" ? "note.hbs" : `${task.id}.hbs`);
  const parts = feature.tasks.map((task) => [
    task.id,
    outputsOf(feature, task).map((to) => ({ template: noteOf(task), to })),
  ]);
  const params = Object.entries(feature.params ?? {}).map(([name, value]) => ({
    name,
    type: typeOf(value),
    question: `What is ${name}?`,
  }));
  return {
    [`${folder}/template.yaml`]: stringify({
      version: "1.0.0",
      description: `Notes of ${feature.id}`,
      params,
      code: Object.fromEntries(parts),
    }),
    ...Object.fromEntries(
      feature.tasks.map((task) => [
        `${folder}/code/${noteOf(task)}`,
        typeof source === "string" ? source : source(task),
      ]),
    ),
  };
}

function typeOf(value: Value): string {
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  return typeof value === "number" ? "integer" : "map";
}
