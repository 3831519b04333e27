// Which features may not be built yet, although their tasks are known? Those whose plan waits for a person or an agent,
// and tasks that come after a feature of which no task is known at all.

import { plainReason } from "../../engine/action-manifest.ts";
import { featureOf } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import { folderOf } from "../../model/feature.ts";
import { isGlob } from "../../model/glob.ts";
import { pointerIn } from "../../model/pointer.ts";
import { isSecretPath } from "../../model/sensitive-path.ts";
import type { Task } from "../../model/task.ts";
import type { Reason } from "../../model/verdict.ts";
import type { Sources } from "../reading/sources.ts";
import type { Run } from "./run.ts";

/** Beside what planning itself held: planned backlogs that a person has not approved, where they want to be asked. */
export function heldFeatures(
  { workspace, locks, features }: Pick<Sources, "workspace" | "locks" | "features">,
  planning: ReadonlyMap<string, Failure>,
): ReadonlyMap<string, Failure> {
  const held = new Map(planning);
  if (workspace.checkpoints.backlog !== "ask") return held;
  for (const feature of features) {
    const { id, backlog } = feature;
    const record = locks.get(id)?.planning;
    if (backlog !== "file" || record === undefined || record.approved !== null || held.has(id)) continue;
    held.set(id, { reason: "approval-needed", target: id, file: `${folderOf(feature)}/BACKLOG.yaml` });
  }
  return held;
}

/** What keeps a task from being built until a person or a plan says more; null where nothing does. */
export interface Hold {
  readonly reasons: readonly Reason[];
  readonly failure: Failure;
}

export function holdOn(run: Pick<Run, "held" | "graph">, task: Task): Hold | null {
  const held = heldBy(run, task);
  if (held !== null) return { reasons: [plainReason("plan-waits", held.feature)], failure: held.failure };
  const open = run.graph.features.get(task.feature)?.clarifications[0];
  if (open === undefined) return null;
  const { text, place } = open;
  const { file, line, column } = place;
  return {
    reasons: [{ code: "needs-clarification", subject: text, file, line }],
    failure: { reason: "needs-clarification", text, file, line, column },
  };
}

/** Files that a scope names by their very path are touched with a person's word alone, and what planned it is none. */
export function unapprovedIn(
  { sources, graph }: Pick<Run, "sources" | "graph">,
  { id, feature, filesHint, context, generator }: Task,
  isSensitive: (path: string) => boolean,
): Failure | null {
  const record = sources.locks.get(feature)?.planning;
  if (record === undefined || record.approved !== null || generator !== null) return null;
  const spec = graph.features.get(feature);
  if (spec?.backlog !== "file") return null;
  const secret = context.files.map((pointer) => pointerIn(pointer).path).filter(isSecretPath);
  const paths = [...filesHint.filter((path) => !isGlob(path) && isSensitive(path)), ...secret];
  if (paths.length === 0) return null;
  const file = `${folderOf(spec)}/BACKLOG.yaml`;
  return { reason: "approval-needed", target: feature, file, task: id, paths };
}

/** The feature that keeps a task from being built, and why. */
function heldBy(
  { held, graph }: Pick<Run, "held" | "graph">,
  task: Task,
): { readonly feature: string; readonly failure: Failure } | null {
  if (held.size === 0) return null;
  const own = held.get(task.feature);
  if (own !== undefined) return { feature: task.feature, failure: own };
  const before = [...(graph.features.get(task.feature)?.dependsOn ?? []), ...task.dependsOn.map(featureOf)];
  for (const feature of before) {
    const failure = held.get(feature);
    const isEmpty = graph.features.get(feature)?.tasks.length === 0;
    if (failure !== undefined && isEmpty) return { feature, failure };
  }
  return null;
}
