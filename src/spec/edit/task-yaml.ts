// How is a task written down where nothing is known of its author's spelling? In one way, so that a comment or a quote
// in the backlog changes no window.

import type { Task } from "../../model/task.ts";
import { yamlText } from "../yaml/yaml.ts";

/** The entry of one task as YAML: canonical order, without what is empty. */
export function taskYaml(task: Task): string {
  return written({
    ...headOf(task),
    type: task.type,
    project: task.project,
    description: task.description,
    requirements: task.requirements,
    depends_on: task.dependsOn.map((dependency) => near(dependency, task.feature)),
    scope: filled({ files_hint: task.filesHint }),
    acceptance: task.acceptance.map(({ id, text }) => ({ id, text })),
    context: filled({
      files: task.context.files,
      constraints: task.context.constraints,
      patterns: task.context.patterns,
      negative_evidence: task.context.negativeEvidence,
    }),
    generator: task.generator,
    agent: task.agent,
    gates: task.gates,
    tests: task.independentTests ? "independent" : null,
  });
}

/** Enough to build upon a task and to keep clear of its files. */
export function briefTaskYaml(task: Task): string {
  const scope = filled({ files_hint: task.filesHint });
  return written({ ...headOf(task), requirements: task.requirements, scope });
}

function headOf(task: Task) {
  return { id: near(task.id, task.feature), title: task.title };
}

/** An address as a backlog of the feature spells it. */
function near(address: string, feature: string): string {
  return address.startsWith(`${feature}:`) ? address.slice(feature.length + 1) : address;
}

type Members = Readonly<Record<string, unknown>>;

function written(members: Members): string {
  return yamlText(filled(members));
}

function filled(members: Members): Members {
  const isFilled = (value: unknown) =>
    value !== null && value !== "" && (typeof value !== "object" || Object.keys(value as object).length > 0);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => isFilled(value)));
}
