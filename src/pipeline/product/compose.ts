// What is the tree of a repository when the accepted outputs are laid on the human layer? In graph order, so it is the same
// whatever ran first, and of all projects that lie in it: a task finds what it builds on in whichever of them it was made.

import { nodesOf, withDependencies } from "../../engine/graph.ts";
import type { Change, Output } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { ownOutputs } from "../../model/trace.ts";
import type { Oid, Tree, TreeEntry } from "../../model/tree.ts";
import type { LinesOfTask } from "../../workspaces/puts.ts";
import { basedOutputs, baselessPaths } from "../projects/baseless.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";
import { composeSharedFile, idsOf, isInsertion, isShareable, type Selection } from "./compose-shared-file.ts";

/** What of a run it takes: results, and which comes after which. */
export type Composing = Pick<Run, "graph" | "selected">;

export interface Composition {
  /** As who asked sees it: a project from its root, a repository from its top. */
  readonly tree: Tree;
  /** For every generated path, the positions of the tasks that wrote it, in graph order. */
  readonly writers: ReadonlyMap<string, readonly number[]>;
  /** Paths at which stands what people have there today with lines of tasks in it, and these lines. */
  readonly inserted: ReadonlyMap<string, readonly LinesOfTask[]>;
}

/** The whole product of a repository, from the results that are selected now; without those of some tasks. */
export function productOf(
  run: Run,
  home: RepositoryState,
  without: ReadonlySet<number> = new Set(),
): Promise<Result<Composition>> {
  return compose(
    run,
    home,
    nodesOf(run.graph, home.ids).filter((node) => !without.has(node)),
  );
}

/**
 * What these tasks have made, on the human layer. With `standing`, whatever cannot be had, or merged, is as it stands on the
 * branch.
 */
export async function compose(
  run: Composing,
  home: RepositoryState,
  nodes: readonly number[],
  otherwise: "fails" | "standing" = "fails",
): Promise<Result<Composition>> {
  const layers = nodes.flatMap((node) => {
    const task = run.graph.tasks[node];
    const entry = task === undefined ? null : home.entry(run.selected.entry(task.id));
    return entry === null ? [] : [{ node, entry }];
  });
  const standIns = new Set(layers.flatMap(({ entry }) => [...baselessPaths(entry, home)]));
  const located = await home.contents.locate(layers.flatMap(({ entry }) => basedOutputs(entry, home)));
  if (!located.ok) return located;
  const [lost] = located.value.lost;
  if (lost !== undefined && otherwise === "fails") {
    return failed({ reason: "blob-missing", digest: lost.digest ?? "", path: lost.path });
  }
  for (const { path } of located.value.lost) standIns.add(path);

  const tree = new Map<string, TreeEntry>(home.human);
  const writers = new Map<string, number[]>();
  /** Of these, those that did more than tasks may do side by side. */
  const owners = new Map<string, number[]>();
  const shared = new Set<string>();
  for (const { node, entry } of layers) {
    for (const output of ownOutputs(entry)) {
      if (standIns.has(output.path)) {
        const standing = home.branch.get(output.path);
        if (standing !== undefined) tree.set(output.path, standing);
        writers.set(output.path, [...(writers.get(output.path) ?? []), node]);
        continue;
      }
      const earlier = writers.get(output.path) ?? [];
      const isLast =
        earlier.length === 0 ||
        isAbove(run, node, earlier) ||
        (otherwise === "standing" && !isShareable(output));
      const isBeside =
        isShareable(output) &&
        (otherwise === "standing" || isAbove(run, node, owners.get(output.path) ?? []));
      if (!isLast && !isBeside) {
        const detail = "neither task depends on the other";
        return failed({
          reason: "shared-file",
          path: output.path,
          tasks: idsOf(run, [...earlier, node]),
          detail,
        });
      }
      if (isLast && !isInsertion(output)) shared.delete(output.path);
      else shared.add(output.path);
      lay(tree, home, output);
      writers.set(output.path, [...earlier, node]);
      if (!isShareable(output)) owners.set(output.path, [...(owners.get(output.path) ?? []), node]);
    }
  }
  const inserted = new Map<string, readonly LinesOfTask[]>();
  for (const path of shared) {
    const merged = await entryAfter(run, home, path, writers.get(path) ?? []);
    if (!merged.ok && otherwise === "standing" && merged.failure.reason === "shared-file") {
      const standing = home.branch.get(path);
      if (standing !== undefined) tree.set(path, standing);
      continue;
    }
    if (!merged.ok) return merged;
    if (merged.value === undefined) continue;
    tree.set(path, merged.value.entry);
    if (merged.value.inserted !== null) inserted.set(path, merged.value.inserted);
  }
  return success({ tree, writers, inserted });
}

/** What stands at a path, and which lines of it tasks inserted into what people have there; null where it is not people's. */
export interface ComposedEntry {
  readonly entry: TreeEntry;
  readonly inserted: readonly LinesOfTask[] | null;
}

/** After these tasks, all of which wrote the path, in graph order; undefined where the last deletes it. */
export async function entryAfter(
  run: Composing,
  home: RepositoryState,
  path: string,
  nodes: readonly number[],
): Promise<Result<ComposedEntry | undefined>> {
  const last = nodes.at(-1);
  const id = last === undefined ? undefined : run.graph.tasks[last]?.id;
  const own = id && home.entry(run.selected.entry(id))?.outputs.find((made) => made.path === path);
  const isLast = last !== undefined && isAbove(run, last, nodes.slice(0, -1));
  const recorded = (): ComposedEntry | undefined =>
    own && own.digest !== null
      ? { entry: { mode: own.mode, oid: home.contents.oidOf(own.digest) }, inserted: null }
      : undefined;
  if (isLast && !(own && isInsertion(own))) return success(recorded());
  const selection: Selection = (task) => home.entry(run.selected.entry(task));
  const merged = await composeSharedFile(run, home, { path, nodes, selection, below: home.human });
  // The place at which it inserted is gone, and its task is told so: until that is made again, it stays as it was.
  if (!merged.ok && merged.failure.reason === "shared-file" && isLast) return success(recorded());
  if (!merged.ok) return merged;
  const { mode, bytes, inserted } = merged.value;
  const written = await home.repository.write([bytes]);
  return written.ok ? success({ entry: { mode, oid: written.value[0] as Oid }, inserted }) : written;
}

export function lay(
  tree: Map<string, TreeEntry>,
  { contents }: Pick<ProjectState, "contents">,
  output: Output,
): void {
  if (output.digest === null) tree.delete(output.path);
  else tree.set(output.path, { mode: output.mode, oid: contents.oidOf(output.digest) });
}

/** A tree with changes laid on it that nobody has accepted: they are in the engine's git, and in no store. */
export async function layChanges(
  state: ProjectState,
  tree: Tree,
  changes: readonly Change[],
): Promise<Result<Tree>> {
  if (changes.length === 0) return success(tree);
  const written = changes.flatMap(({ content }) => (content === null ? [] : [content]));
  const oids = await state.repository.write(written);
  if (!oids.ok) return oids;
  const laid = new Map<string, TreeEntry>(tree);
  const next = oids.value[Symbol.iterator]();
  for (const { path, mode, content } of changes) {
    if (content === null) laid.delete(path);
    else laid.set(path, { mode, oid: next.next().value as TreeEntry["oid"] });
  }
  return success(laid);
}

/** An ordered chain of owners: the later one saw what the earlier ones wrote. */
function isAbove(run: Composing, node: number, earlier: readonly number[]): boolean {
  const below = new Set(withDependencies(run.graph, [node]));
  return earlier.every((at) => below.has(at));
}
