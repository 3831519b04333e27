// Did features or projects go away that earlier builds knew, and did a person mean it? A folder that is unmounted or
// moved for a moment looks like one that was deleted, and what follows from it is that code is removed or forgotten.

import { join } from "node:path";
import { dirname } from "node:path/posix";
import { featureOf, type TaskId, taskId } from "../../model/address.ts";
import type { RemovalsMeant } from "../../model/build-options.ts";
import type { Failure } from "../../model/failure.ts";
import { type Result, success } from "../../model/result.ts";
import { SPECS, specFolders } from "../../model/spec-folders.ts";
import { listIfThere } from "../../platform/files.ts";
import type { PreviousBuild } from "./build-index.ts";
import { type KnownTask, type Removal, SpecHistory } from "./removals.ts";
import type { Sources } from "./sources.ts";

export interface VanishedSources {
  /** `sources-vanished` of all for which nobody gave a word; null where nothing is to be asked. */
  readonly question: (Failure & { readonly reason: "sources-vanished" }) | null;
  /** Tasks of what is asked about, with the projects that they were built into. */
  readonly tasks: readonly KnownTask[];
  /** What is gone and meant to be: features by their name, projects as `name/`. */
  readonly meant: readonly string[];
  /** Projects that the last build worked in and that leave with a word. */
  readonly leaving: readonly string[];
}

/**
 * What is gone is asked about unless a commit says it, or a person does. Whoever checks out another line of history,
 * which never had the feature, says it too, as long as that line has any feature at all.
 */
export async function vanishedSources(
  sources: Sources,
  previous: PreviousBuild,
  consent: RemovalsMeant,
): Promise<Result<VanishedSources>> {
  const features = await goneFeatures(sources, previous);
  if (!features.ok) return features;
  const projects = await goneProjects(sources, previous);
  if (!projects.ok) return projects;
  const left = sources.features.length;
  const unsaid = [...features.value].filter(([, { removal }]) => isUnsaid(removal, left));
  const unsaidProjects = [...projects.value].filter(([, removal]) => isUnsaid(removal, 1));
  const isMeant = (name: string) =>
    consent === true || (consent !== false && consent.has(name)) || previous.meant.has(name);
  const asked = new Map(unsaid.filter(([id]) => !isMeant(id)));
  const askedProjects = new Set(unsaidProjects.map(([id]) => id).filter((id) => !isMeant(`${id}/`)));
  const names = [...unsaid.map(([id]) => id), ...unsaidProjects.map(([id]) => `${id}/`)];
  const meant = [...new Set([...names.filter(isMeant), ...previous.meant])].sort();
  const built = new Set([...previous.taskSummaries.values()].map(({ project }) => project));
  const leaving = [...projects.value.keys()].filter((id) => built.has(id) && !askedProjects.has(id));
  const tasks = new Map<TaskId, string>([...asked.values()].flatMap((gone) => gone.tasks));
  for (const { id: task, project } of previous.taskSummaries.values()) {
    if (asked.has(featureOf(task)) || askedProjects.has(project)) tasks.set(task, project);
  }
  if (asked.size + askedProjects.size === 0) return success({ question: null, tasks: [], meant, leaving });
  const unread = [...asked].filter(([, gone]) => gone.isThere).map(([id]) => id);
  const question = {
    reason: "sources-vanished" as const,
    features: [...asked.keys()].sort(),
    unread: unread.sort(),
    folders: Object.fromEntries(
      [...asked].flatMap(([id, { folder }]) => (folder === null ? [] : [[id, folder]])),
    ),
    projects: [...askedProjects].sort(),
    tasks: tasks.size,
    all: left === 0,
  };
  return success({ question, tasks: [...tasks], meant, leaving });
}

function isUnsaid(removal: Removal, left: number): boolean {
  return removal === "uncommitted" || removal === "untold" || (removal === "elsewhere" && left === 0);
}

interface Gone {
  readonly removal: Removal;
  /** Where it lay; null where nobody knows any more. */
  readonly folder: string | null;
  /** It still lies there, and nobody reads that folder any more. */
  readonly isThere: boolean;
  /** As the locks tell them; the summaries of the last build tell more. */
  readonly tasks: readonly KnownTask[];
}

async function goneFeatures(
  sources: Sources,
  previous: PreviousBuild,
): Promise<Result<ReadonlyMap<string, Gone>>> {
  const { root, features, locks } = sources;
  const specs = specFolders(sources.workspace.projects);
  const tasks = new Map<string, readonly KnownTask[]>();
  for (const task of previous.taskSummaries.keys()) tasks.set(featureOf(task), []);
  // A lock that is left alone in its folder.
  for (const lock of locks.alone) {
    const own = Object.entries(lock.tasks).map(([id, { project }]): KnownTask => {
      return [taskId(lock.feature, id), project];
    });
    tasks.set(lock.feature, own);
  }
  // Where nothing is remembered, the traces still tell which features were built.
  const traces =
    previous.suspects === null && features.length === 0 ? await tracedFeatures(root) : success([]);
  if (!traces.ok) return traces;
  for (const id of traces.value) if (!tasks.has(id) && !previous.meant.has(id)) tasks.set(id, []);
  const present = new Set(features.map(({ id }) => id));
  const gone = new Map<string, Gone>();
  // Since the last build no folder came or went, so what that knew is all there is to know.
  const wasListed = previous.suspects !== null && specs.every((folder) => previous.stamps.has(folder));
  if (wasListed && [...tasks.keys()].every((id) => present.has(id))) return success(gone);
  const history = await SpecHistory.of(root);
  if (!history.ok) return history;
  const locked = wasListed ? success(new Map<string, string>()) : await history.value.lockedFeatures(specs);
  if (!locked.ok) return locked;
  for (const id of new Set([...tasks.keys(), ...locked.value.keys()])) {
    const path = locked.value.get(id);
    if (present.has(id) || !isAway(root, specs, id)) continue;
    if (!tasks.has(id) && previous.meant.has(id)) continue;
    const lock = path === undefined ? null : dirname(path);
    const only = specs.length === 1 ? `${SPECS}/${id}` : null;
    const folder = locks.folderOf(id) ?? previous.folders.get(id) ?? lock ?? only;
    const past = new Set([...(folder === null ? [] : [folder]), ...specs.map((one) => `${one}/${id}`)]);
    const removal = await history.value.ofFeature([...past]);
    if (!removal.ok) return removal;
    const known = path === undefined ? success(tasks.get(id) ?? []) : await history.value.tasksIn(path);
    if (!known.ok) return known;
    const left = folder === null ? success([]) : listIfThere(join(root, folder));
    if (!left.ok) return left;
    const isThere = left.value.some(({ name }) => name === "feature.md");
    gone.set(id, { removal: removal.value, folder, isThere, tasks: known.value });
  }
  return success(gone);
}

function tracedFeatures(root: string): Result<readonly string[]> {
  const traces = listIfThere(join(root, ".factory/store/traces"));
  if (!traces.ok) return traces;
  return success(traces.value.filter(({ kind }) => kind === "folder").map(({ name }) => name));
}

/** A request that cannot be read, or a link that leads nowhere, is there: it is told as what it is. */
function isAway(root: string, specs: readonly string[], feature: string): boolean {
  return specs.every((folder) => {
    const folders = listIfThere(join(root, folder));
    if (!folders.ok || folders.value.some(({ name, kind }) => name === feature && kind === "link"))
      return false;
    const files = listIfThere(join(root, folder, feature));
    return files.ok && files.value.every(({ name }) => name !== "feature.md");
  });
}

/** Projects that were built into and that projects.yaml does not declare, under this name or for this folder. */
async function goneProjects(
  { root, workspace, locks }: Sources,
  { taskSummaries, suspects, places }: PreviousBuild,
): Promise<Result<ReadonlyMap<string, Removal>>> {
  const gone = new Map<string, Removal>();
  const declared = new Set(workspace.projects.map(({ id }) => id));
  const folders = new Set(workspace.projects.map(({ path }) => path));
  const isGone = (id: string, path: string | undefined) =>
    !declared.has(id) && (path === undefined || !folders.has(path));
  const built = new Set([...taskSummaries.values()].map(({ project }) => project));
  const recorded = new Set(
    suspects !== null
      ? []
      : locks.all().flatMap(({ tasks }) => Object.values(tasks).map(({ project }) => project)),
  );
  const candidates = [...new Set([...built, ...recorded])].filter((id) => isGone(id, places.get(id)));
  if (candidates.length === 0) return success(gone);
  const history = await SpecHistory.of(root);
  if (!history.ok) return history;
  const committed = await history.value.declaredProjects();
  if (!committed.ok) return committed;
  for (const id of candidates) {
    const before = committed.value?.find((project) => project.id === id);
    if (before !== undefined) {
      if (isGone(id, before.path)) gone.set(id, "uncommitted");
      continue;
    }
    const removal = await history.value.ofProject(id);
    if (!removal.ok) return removal;
    // A lock may have come with a feature from another workspace, whose projects are none of this one.
    if (built.has(id) || removal.value !== "untold") gone.set(id, removal.value);
  }
  return success(gone);
}
