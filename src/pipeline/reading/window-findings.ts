// Which windows are too large before anything is built? What a task is given of its own spec is known at once; the
// interfaces of its dependencies are counted when they exist.

import { assemble } from "../../context/assemble.ts";
import { sparedBytes } from "../../context/compressible.ts";
import { proofSegments } from "../../context/criteria-text.ts";
import { wholeSegments } from "../../context/whole-segments.ts";
import { routeRole, routeTask } from "../../engine/route.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import { proofOf } from "../../model/proof.ts";
import { isWhole, type Task } from "../../model/task.ts";
import type { Templates } from "../../model/template.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { mentionsOf, partOf } from "./generator-part.ts";
import { rulesFor } from "./project-rules.ts";
import type { Sources } from "./sources.ts";
import type { TemplateSources } from "./template-shelf.ts";

type WindowSources = Pick<Sources, "workspace" | "prompts">;

export async function windowFindings(
  sources: WindowSources,
  features: readonly Feature[],
  templates: Templates<TemplateSources>,
  tasksAre: "written" | "planned" = "written",
): Promise<Diagnostic[]> {
  const { workspace } = sources;
  const found: Diagnostic[] = [];
  for (const feature of features) {
    for (const task of feature.tasks) {
      if (isWhole(task)) continue;
      const generated = workspace.agents.length > 0 && routeTask(task, workspace).kind === "generator";
      const mentioned = async () => (generated ? mentionsOf(partOf(templates, task)) : null);
      found.push(...(await findingsOf(sources, { feature, task, mentioned, tasksAre })));
    }
  }
  return found;
}

interface Subject {
  readonly tasksAre: "written" | "planned";
  readonly feature: Feature;
  readonly task: Task;
  readonly mentioned: () => Promise<ReadonlySet<string> | null>;
}

async function findingsOf(
  sources: WindowSources,
  { feature, task, mentioned, tasksAre }: Subject,
): Promise<Diagnostic[]> {
  const { workspace } = sources;
  const limit = workspace.limits.windowBytes;
  const generated = workspace.agents.length > 0 && routeTask(task, workspace).kind === "generator";
  const everything = new Set(["params"]);
  const project = workspace.projects.find(({ id }) => id === task.project);
  const rules = generated ? [] : rulesFor(sources, project ?? {});
  const proofs = generated ? [] : proofSegments(task, project ?? { gates: [] }, proofOf(task, workspace));
  const { tasks } = feature;
  const indexOf = new Map(tasks.map(({ id }, index) => [id, index]));
  const wholes = wholeSegments({ tasks, indexOf }, task);
  const material = { task, feature, prompt: null, interfaces: [], rules, proofs, wholes, lessons: [] };
  // Nearly every window is small enough with all parameters, and then nobody needs to know which it mentions.
  if (assemble({ ...material, mentions: everything }, limit).ok) return [];
  const exact = { ...material, mentions: await mentioned() };
  const window = assemble(exact, limit);
  if (window.ok) return [];
  // What people wrote too large for an agent is made shorter by another, where it can be; who plans has only to split the task.
  const isShortened = tasksAre === "written" && !generated && routeRole("compressor", workspace).length > 0;
  const whole = isShortened ? assemble(exact, Number.POSITIVE_INFINITY) : window;
  if (whole.ok && whole.value.taskBytes - sparedBytes(whole.value.segments) <= limit) return [];
  const { file, line, column } = task.place;
  return diagnosticOf(window.failure, task.id).map((diagnostic) => ({ ...diagnostic, file, line, column }));
}
