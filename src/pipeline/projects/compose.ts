// What is the tree of a project when the accepted outputs are laid on the human layer? In graph order, so it is the same
// whatever ran first.

import { withDependencies } from "../../engine/graph.ts";
import type { TaskId } from "../../model/address.ts";
import type { Change, Output } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Oid, Tree, TreeEntry } from "../../model/tree.ts";
import { mergeJson } from "../../workspaces/merge-json.ts";
import type { Run } from "../run.ts";
import type { Site } from "./site.ts";

export interface Composition {
  readonly tree: Tree;
  /** For every generated path, the positions of the tasks that wrote it, in graph order. */
  readonly writers: ReadonlyMap<string, readonly number[]>;
}

/** The tree that a task's attempt works on: the human layer and what its dependencies made, nothing of its siblings. */
export function groundOf(run: Run, site: Site, node: number): Promise<Result<Composition>> {
  return compose(
    run,
    site,
    withDependencies(run.graph, [node]).filter((at) => at !== node),
  );
}

/** The whole product of a project, from the results that are selected now. */
export function productOf(run: Run, site: Site): Promise<Result<Composition>> {
  return compose(run, site, [...run.graph.tasks.keys()]);
}

async function compose(run: Run, site: Site, nodes: readonly number[]): Promise<Result<Composition>> {
  const layers = nodes.flatMap((node) => {
    const task = run.graph.tasks[node];
    const entry = task?.project === site.project.id ? run.book.entry(task.id) : null;
    return entry === null || task === undefined ? [] : [{ node, entry }];
  });
  const located = await site.locate(layers.flatMap(({ entry }) => entry.outputs));
  if (!located.ok) return located;
  const lost = located.value.lost[0];
  if (lost !== undefined) {
    return failed({ reason: "blob-missing", digest: lost.digest ?? "", path: lost.path });
  }

  const tree = new Map<string, TreeEntry>(site.human);
  const writers = new Map<string, number[]>();
  for (const { node, entry } of layers) {
    for (const output of entry.outputs) {
      if (entry.released.includes(output.path)) continue;
      const earlier = writers.get(output.path);
      if (earlier !== undefined && !isAbove(run, node, earlier)) {
        const merged = await mergeShared(run, site, output, [...earlier, node]);
        if (!merged.ok) return merged;
        tree.set(output.path, { mode: output.mode, oid: merged.value });
      } else lay(tree, site, output);
      writers.set(output.path, [...(earlier ?? []), node]);
    }
  }
  return success({ tree, writers });
}

export function lay(tree: Map<string, TreeEntry>, site: Site, output: Output): void {
  if (output.digest === null) tree.delete(output.path);
  else tree.set(output.path, { mode: output.mode, oid: site.oidOf(output.digest) });
}

/** A tree with changes laid on it that nobody has accepted: they are in the engine's git, and in no store. */
export async function layChanges(site: Site, tree: Tree, changes: readonly Change[]): Promise<Result<Tree>> {
  if (changes.length === 0) return success(tree);
  const written = changes.flatMap(({ content }) => (content === null ? [] : [content]));
  const oids = await site.repository.write(written);
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
function isAbove(run: Run, node: number, earlier: readonly number[]): boolean {
  const below = new Set(withDependencies(run.graph, [node]));
  return earlier.every((at) => below.has(at));
}

/** Unordered tasks may share JSON manifests, which merge key by key; any other shared file is an error that names them. */
async function mergeShared(
  run: Run,
  site: Site,
  output: Output,
  nodes: readonly number[],
): Promise<Result<Oid>> {
  const tasks = nodes.map((node) => run.graph.tasks[node]?.id as TaskId);
  if (!output.path.endsWith(".json")) {
    return failed({
      reason: "shared-file",
      path: output.path,
      tasks,
      detail: "neither task depends on the other",
    });
  }
  const base = site.human.get(output.path);
  const baseContent = base === undefined ? success(null) : await site.contentOf(base.oid);
  if (!baseContent.ok) return baseContent;
  const variants: { task: TaskId; bytes: Uint8Array }[] = [];
  for (const task of tasks) {
    const made = run.book.entry(task)?.outputs.find((other) => other.path === output.path);
    if (made === undefined || made.digest === null) continue;
    const content = await site.contentOf(site.oidOf(made.digest));
    if (!content.ok) return content;
    variants.push({ task, bytes: content.value });
  }
  const merged = mergeJson(output.path, baseContent.value, variants);
  if (!merged.ok) return merged;
  const written = await site.repository.write([merged.value]);
  return written.ok ? success(written.value[0] as Oid) : written;
}
