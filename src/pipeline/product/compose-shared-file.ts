// What do the tasks come to together that share a file without an order among them? Each task's version with what it saw of the
// others', from whichever results are asked about; how they merge is workspaces/merge-package-manifest.ts for JSON, and
// workspaces/merge-inserted.ts for lines that each inserted.

import { nodesOf, withDependencies } from "../../engine/graph.ts";
import type { TaskId } from "../../model/address.ts";
import type { FileMode, Output } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { type LockEntry, ownOutputs } from "../../model/trace.ts";
import { sameEntry, type Tree } from "../../model/tree.ts";
import { type LinesWriter, mergeInserted } from "../../workspaces/merge-inserted.ts";
import { mergePackageManifest, type PackageManifestWriter } from "../../workspaces/merge-package-manifest.ts";
import { blobOid } from "../../workspaces/objects.ts";
import type { LinesOfTask } from "../../workspaces/puts.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";

/** Which result of a task is meant, by the paths of the repository. */
export type Selection = (task: TaskId) => LockEntry | null;

/** Only JSON merges key by key, whoever wrote it and how; all other files need an order of the tasks that write them. */
export function isPackageManifest(path: string): boolean {
  return path.endsWith(".json");
}

/** Lines are inserted into any other file, and keep their places there. */
export function isInsertion({ path, inserted }: Pick<Output, "path" | "inserted">): boolean {
  return inserted !== undefined && !isPackageManifest(path);
}

/** Whether tasks that do the same need no order with this one, at that path. */
export function isShareable(output: Pick<Output, "path" | "inserted">): boolean {
  return isPackageManifest(output.path) || isInsertion(output);
}

interface Composed {
  readonly mode: FileMode;
  readonly bytes: Uint8Array;
  /** Lines that tasks inserted into what people have; null where the file is not people's. */
  readonly inserted: readonly LinesOfTask[] | null;
}

interface SharedFile {
  readonly path: string;
  /** All that wrote the path, in graph order; their outputs must have been located. */
  readonly nodes: readonly number[];
  readonly selection: Selection;
  /** The human layer below. */
  readonly below: Tree;
}

type SharedFileWriter = PackageManifestWriter & LinesWriter;

export async function composeSharedFile(
  run: Pick<Run, "graph">,
  home: RepositoryState,
  { path, nodes, selection, below }: SharedFile,
): Promise<Result<Composed>> {
  const human = below.get(path);
  const start = human === undefined ? success(null) : await home.contents.of(human.oid);
  if (!start.ok) return start;
  const tasks = idsOf(run, nodes);
  const writers: SharedFileWriter[] = [];
  let mode: FileMode = "100644";
  for (const [at, task] of tasks.entries()) {
    const made: Output | undefined = selection(task)?.outputs.find((output) => output.path === path);
    const digest = made?.digest ?? null;
    if (made === undefined || digest === null) {
      return failed({ reason: "shared-file", path, tasks, detail: `${task} deletes it` });
    }
    const content = await home.contents.of(home.contents.oidOf(digest));
    if (!content.ok) return content;
    const seen = new Set(withDependencies(run.graph, [nodes[at] as number]));
    const saw = [...nodes.keys()].filter((other) => other !== at && seen.has(nodes[other] as number));
    writers.push({ task, bytes: content.value, inserted: made.inserted ?? null, saw });
    mode = made.mode;
  }
  const merged = merge(path, start.value, writers);
  return merged.ok ? success({ mode, ...merged.value }) : merged;
}

function merge(
  path: string,
  start: Uint8Array | null,
  writers: readonly SharedFileWriter[],
): Result<Pick<Composed, "bytes" | "inserted">> {
  if (isPackageManifest(path)) {
    const merged = mergePackageManifest(path, start, writers);
    return merged.ok ? success({ bytes: merged.value ?? new Uint8Array(), inserted: null }) : merged;
  }
  const merged = mergeInserted(start ?? new Uint8Array(), writers);
  if ("content" in merged) {
    const isTheirs = start !== null && writers.every(({ inserted }) => inserted !== null);
    return success({ bytes: merged.content, inserted: isTheirs ? merged.inserted : null });
  }
  const tasks = writers.map(({ task }) => task);
  const detail = `the place at which ${tasks[merged.lost]} inserts its lines is gone`;
  return failed({ reason: "shared-file", path, tasks, detail });
}

/** Whether the last product holds at the path what all tasks that shared it had made when the build began. */
export function isSharedFilePublished(
  run: Run,
  home: RepositoryState,
  path: string,
): Promise<Result<boolean>> {
  const known = home.publishedSharedFiles.get(path);
  if (known !== undefined) return known;
  const asked = showsSharedFile(run, home, path);
  home.publishedSharedFiles.set(path, asked);
  return asked;
}

async function showsSharedFile(run: Run, home: RepositoryState, path: string): Promise<Result<boolean>> {
  const written = writtenBefore(run, home, path);
  if (written.length < 2) return success(false);
  return isShown(run, home, { path, below: home.human, shown: home.product });
}

/** Whether `shown` has at the path what all tasks had made of it when the build began, on the human layer `below`. */
export async function isShown(
  run: Run,
  home: RepositoryState,
  { path, below, shown }: { readonly path: string; readonly below: Tree; readonly shown: Tree },
): Promise<Result<boolean>> {
  const written = writtenBefore(run, home, path);
  if (written.length === 0) return success(sameEntry(below.get(path), shown.get(path)));
  const located = await home.contents.locate(written.map(({ output }) => output));
  if (!located.ok) return located;
  if (located.value.lost.length > 0) return success(false);
  const nodes = written.map(({ node }) => node);
  const whole = await composeSharedFile(run, home, { path, nodes, selection: before(run, home), below });
  // What did not merge when the build began was in no product.
  if (!whole.ok) return whole.failure.reason === "shared-file" ? success(false) : whole;
  const oid = blobOid(whole.value.bytes, home.repository.located.objectFormat);
  return success(sameEntry({ mode: whole.value.mode, oid }, shown.get(path)));
}

function writtenBefore(run: Run, home: RepositoryState, path: string) {
  return nodesOf(run.graph, home.ids).flatMap((node) => {
    const entry = before(run, home)((run.graph.tasks[node] as Task).id);
    const own = entry === null ? [] : ownOutputs(entry);
    return own.filter((output) => output.path === path).map((output) => ({ node, output }));
  });
}

function before(run: Run, home: RepositoryState): Selection {
  return (task) => home.entry(run.selected.before(task));
}

export function idsOf(run: Pick<Run, "graph">, nodes: readonly number[]): readonly TaskId[] {
  return nodes.map((node) => run.graph.tasks[node]?.id as TaskId);
}
