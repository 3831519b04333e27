// How is a sketch written down? As the files of a workspace; in a style, which says nothing and may change freely.

import { stringify } from "yaml";
import {
  type CodeSketch,
  type FeatureSketch,
  localId,
  PROJECTS,
  REQUIREMENTS,
  type Sketch,
  type TaskSketch,
} from "./sketch.ts";

/** All that a person may do to a file without saying anything else. */
export interface Style {
  /** Words on a line of prose. */
  readonly wrap: number;
  readonly comment: number;
  readonly reversedKeys: boolean;
  readonly reversedRequirements: boolean;
  readonly quoted: boolean;
}

export const PLAIN: Style = {
  wrap: 100,
  comment: 0,
  reversedKeys: false,
  reversedRequirements: false,
  quoted: false,
};

export interface Writing {
  readonly style: Style;
  /** Declaration of the agent that drafts every task. */
  readonly agent: Readonly<Record<string, string>>;
}

export function requirementText(feature: FeatureSketch, requirement: number): string {
  const rule = feature.requirements[requirement];
  return `Rule ${rule} of ${feature.id} holds for every thing that is kept, whatever else is asked of it.`;
}

export function itemsOf(feature: FeatureSketch): { name: string; size: number }[] {
  return feature.b.map((size, index) => ({ name: `item${index}`, size }));
}

export function filesOf(sketch: Sketch, { style, agent }: Writing): Map<string, string> {
  const homes = new Map(
    sketch.features.flatMap((feature) => feature.tasks.map((task) => [task.number, feature.id])),
  );
  const files = new Map<string, string>();
  const yaml = (value: Readonly<Record<string, unknown>>) => yamlText(value, style);
  files.set("templates/projects/plain/README.md", "A project.\n");
  files.set(
    "projects.yaml",
    yaml({
      projects: PROJECTS.map((id, index) => {
        const command = sketch.gates[index] ?? null;
        const gates = command === null ? [] : [{ id: "check", run: command }];
        return { id, path: `projects/${id}`, scaffold: "plain", gates };
      }),
      agents: { drafter: agent },
      limits: { window_bytes: 100000 },
    }),
  );
  for (const feature of sketch.features) {
    files.set(`specs/${feature.id}/feature.md`, featureText(feature, style));
    const tasks = feature.tasks.map((task) => taskEntry(feature, task, homes));
    files.set(`specs/${feature.id}/BACKLOG.yaml`, yaml({ version: 1, feature: feature.id, tasks }));
    const folder = `templates/features/${feature.id}`;
    const code = feature.tasks.map(({ number, code: { named, language } }) => {
      const id = localId(number);
      const to = `src/${feature.id}/${id}${named ? "-{{params.a}}" : ""}.${language}`;
      return [id, [{ template: `${id}.hbs`, to }]];
    });
    files.set(
      `${folder}/template.yaml`,
      yaml({
        version: "1.0.0",
        params: [
          { name: "a", type: "integer" },
          { name: "b", type: "list" },
        ],
        code: Object.fromEntries(code),
      }),
    );
    for (const task of feature.tasks) {
      files.set(`${folder}/code/${localId(task.number)}.hbs`, sourceText(task.number, task.code));
    }
  }
  return files;
}

function featureText(feature: FeatureSketch, style: Style): string {
  const lines = REQUIREMENTS.map(
    (id, index) => `- ${id}: ${wrapped(requirementText(feature, index), style)}`,
  );
  if (style.reversedRequirements) lines.reverse();
  const front = yamlText(
    {
      id: feature.id,
      title: feature.id,
      projects: PROJECTS,
      template: feature.id,
      params: { a: feature.a, b: itemsOf(feature) },
      ...(feature.after === null ? {} : { depends_on: [feature.after] }),
    },
    style,
  );
  const prose = wrapped(
    "Nobody knows yet whether what was built is what was asked for, and in which order.",
    style,
  );
  return [
    `---\n${front}---`,
    `## Problem Statement\n\n${prose}`,
    ...(style.comment > 0 ? [`<!-- remark ${style.comment} -->`] : []),
    `## Requirements\n\n${lines.join("\n")}`,
    `## Constraints\n\n- ${wrapped(`Nothing may take longer than ${feature.constraint} of anything that is known.`, style)}`,
    "",
  ].join("\n\n");
}

function taskEntry(feature: FeatureSketch, task: TaskSketch, homes: ReadonlyMap<number, string>) {
  const id = localId(task.number);
  return {
    id,
    title: `Title ${task.title}`,
    project: PROJECTS[task.project],
    description: `Description ${task.description}`,
    requirements: task.requirements.map((index) => REQUIREMENTS[index]),
    // Numbers are drawn before it is known which tasks there are.
    depends_on: task.dependsOn.flatMap((number) => {
      const home = homes.get(number);
      return home === undefined ? [] : [home === feature.id ? localId(number) : `${home}:${localId(number)}`];
    }),
    scope: { files_hint: [`src/${feature.id}/${id}*`] },
    acceptance: ["it holds"],
    generator: `${feature.id}/${id}`,
  };
}

const REFERENCES = {
  requirements: "{{#each requirements}}{{id}} {{text}} {{/each}}",
  a: "{{params.a}}",
  b: "{{#each params.b}}{{name}} {{size}} {{/each}}",
  interfaces: "{{#each interfaces}}{{project}}/{{path}} {{/each}}",
} as const;

function sourceText(number: number, code: CodeSketch): string {
  const lines = [`{{! ${code.note} }}export const text${number}: string = "${code.text}";`];
  for (const [name, reference] of Object.entries(REFERENCES)) {
    const shown = code[name as keyof typeof REFERENCES];
    if (shown === "body") lines.push(`export const ${name}: string = "${reference}";`);
    if (shown === "face") lines.push(`export type ${name}${number} = "${reference}";`);
  }
  if (code.loose) lines.push("export const loose = [text].map(String);");
  return `${lines.join("\n")}\n`;
}

function yamlText(value: Readonly<Record<string, unknown>>, style: Style): string {
  const ordered = style.reversedKeys ? reversed(value) : value;
  const text = stringify(ordered, {
    lineWidth: 0,
    defaultStringType: style.quoted ? "QUOTE_DOUBLE" : "PLAIN",
  });
  return style.comment === 0 ? text : `# Remark ${style.comment}\n${text}`;
}

/** Keys of every map the other way round; lists keep their order, which says something. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner)] as const);
  return Object.fromEntries(entries.reverse());
}

function wrapped(text: string, { wrap }: Style): string {
  const words = text.split(" ");
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += wrap) lines.push(words.slice(at, at + wrap).join(" "));
  return lines.join("\n  ");
}
