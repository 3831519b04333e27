// Where does a task stand in the sources, and how is its text changed there? For the commands and steps that write into
// a spec what a person decided, or what failures taught; everything around it stays as it was.

import { join } from "node:path";
import { featureOf, localIdOf, type TaskId } from "../../model/address.ts";
import { folderOf } from "../../model/feature.ts";
import { type Result, success } from "../../model/result.ts";
import { readFileCapped } from "../../platform/files.ts";
import type { FeatureSources } from "../../spec/read/parse-feature.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import { writeDurably } from "../../store/durable.ts";
import type { Run } from "./run.ts";

const SOURCE_LIMIT = 1024 * 1024;

/** The file that holds a task, as it is now. */
export interface TaskSource {
  /** `BACKLOG.yaml`, or `feature.md` where the front matter holds the tasks, or where there are none. */
  readonly name: "BACKLOG.yaml" | "feature.md";
  /** From the workspace root. */
  readonly file: string;
  readonly path: string;
  readonly text: string;
  /** The task's own id; null where the feature itself is the task. */
  readonly local: string | null;
}

export function taskSource(run: Pick<Run, "sources" | "graph">, task: TaskId): Result<TaskSource> {
  const feature = run.graph.features.get(featureOf(task));
  if (feature === undefined) throw new Error(`bug: no feature has the task ${task}`);
  const name = feature.backlog === "file" ? "BACKLOG.yaml" : "feature.md";
  const file = `${folderOf(feature)}/${name}`;
  const path = join(run.sources.root, file);
  const source = readFileCapped(path, SOURCE_LIMIT);
  if (!source.ok) return source;
  const text = Buffer.from(source.value).toString("utf8");
  return success({ name, file, path, text, local: feature.backlog === "implied" ? null : localIdOf(task) });
}

/** The files of the feature in a folder as they are now, for its reader. */
export function featureFiles(root: string, folder: string): Result<FeatureSources> {
  const files: (SourceFile | null)[] = [];
  for (const name of ["feature.md", "BACKLOG.yaml", "PLAN.md"]) {
    const path = `${folder}/${name}`;
    const read = readFileCapped(join(root, path), SOURCE_LIMIT);
    const isAbsent = !read.ok && read.failure.reason === "io" && read.failure.code === "ENOENT";
    if (!read.ok && (!isAbsent || name === "feature.md")) return read;
    files.push(read.ok ? { path, bytes: read.value } : null);
  }
  const [request, backlog = null, plan = null] = files;
  return success({ feature: request as SourceFile, backlog, plan });
}

/** Adds a constraint, and files that the task may write, to the task, or to the feature where that is the task. */
export async function writeConstraint(
  run: Pick<Run, "sources" | "graph">,
  task: TaskId,
  text: string,
  files: readonly string[] = [],
): Promise<Result<void>> {
  const source = taskSource(run, task);
  if (!source.ok) return source;
  const { addConstraint, addConstraintToFeature } = await import("../../spec/edit/add-constraint.ts");
  const { name, path, text: before, local } = source.value;
  const after =
    local === null
      ? addConstraintToFeature(before, text, files)
      : addConstraint(before, name, local, text, files);
  return after.ok ? writeDurably(path, after.value) : after;
}
