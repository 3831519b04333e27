// What does a spec say once one of its tasks is revised, and is the workspace sound with it? Nothing is written here.

import { dirname } from "node:path/posix";
import type { Graph } from "../../engine/graph.ts";
import type { Failure } from "../../model/failure.ts";
import type { Feature } from "../../model/feature.ts";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { reviseTask, type TaskRevision } from "../../spec/edit/edit-task.ts";
import { taskYaml } from "../../spec/edit/task-yaml.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { findings } from "../../spec/validate/validate.ts";
import { withDefaults } from "../reading/param-defaults.ts";
import type { Sources } from "../reading/sources.ts";
import { featureFiles, type TaskSource, taskSource } from "../run/task-source.ts";

export interface RevisedSource {
  /** From the workspace root. */
  readonly file: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly feature: Feature;
  readonly task: Task;
}

interface Known {
  readonly sources: Sources;
  readonly graph: Graph;
}

/** Fails with sentences for the author where the revised task would make the workspace unsound. */
export function reviseSource(
  known: Known,
  task: Task,
  revision: TaskRevision,
): Result<RevisedSource, Failure | readonly string[]> {
  if (Object.keys(revision).length === 0) return failed(["Nothing in it differs from the task that failed."]);
  const source = taskSource(known, task.id);
  if (!source.ok) return source;
  const { name, file, path, local, text: before } = source.value;
  if (local === null) return failed(onlyAFeature(task, file));
  const current = read(known, source.value);
  if (!current.ok) return current;
  if (current.value === null || !isSame(current.value, task)) return failed(movedOn(task, path));
  const after = reviseTask(before, name, local, revision);
  if (!after.ok) return after;
  const feature = read(known, { ...source.value, text: after.value });
  if (!feature.ok) return feature;
  const written = feature.value?.tasks.find(({ id }) => id === task.id);
  if (feature.value === null || written === undefined)
    return failed(["It cannot be written into the backlog."]);
  const wrong = unsound(known, feature.value);
  if (wrong.length > 0) return failed(wrong);
  return success({ file, path, before, after: after.value, feature: feature.value, task: written });
}

/** Null for what is not sound in itself. */
function read({ sources }: Known, { name, file, text }: TaskSource): Result<Feature | null> {
  const files = featureFiles(sources.root, dirname(file));
  if (!files.ok) return files;
  const bytes = Buffer.from(text);
  const { value, diagnostics } = parseFeature({
    ...files.value,
    ...(name === "feature.md"
      ? { feature: { ...files.value.feature, bytes } }
      : { backlog: { path: file, bytes } }),
  });
  if (value === null || diagnostics.some(({ severity }) => severity === "error")) return success(null);
  return success(withDefaults(value, sources.templates));
}

/** Somebody may have written the file since it was read. What they wrote of other tasks is no matter. */
function isSame(feature: Feature, task: Task): boolean {
  const now = feature.tasks.find(({ id }) => id === task.id);
  return now !== undefined && taskYaml(now) === taskYaml(task);
}

function unsound({ sources }: Known, feature: Feature): string[] {
  const { workspace, features, templates, prompts } = sources;
  const all = features.map((one) => (one.id === feature.id ? feature : one));
  const found = findings(workspace, all, templates, undefined, prompts.keys());
  const errors = found.filter(({ severity }) => severity === "error");
  return errors.map(({ message, fix }) => `${message} ${fix}`);
}

function onlyAFeature(task: Task, file: string): Failure {
  return {
    reason: "usage",
    message: `${task.id} is its feature as a whole, which only a person may rewrite`,
    fix: `Improve ${file}, or give it a BACKLOG.yaml.`,
    place: wholeFile(file),
  };
}

function movedOn(task: Task, path: string): Failure {
  return {
    reason: "usage",
    message: `${task.id} was edited in ${path} while it was built, so it is not rewritten`,
    fix: "Run `factory build` again: it starts from the edited task.",
    place: wholeFile(path),
  };
}
