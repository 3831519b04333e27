// Which commits lead from what the branch holds to this product? One per changed task, each with what stands in the project after
// it, so that git's blame leads from a line to the task that wrote it.

import { tasksOf } from "../../engine/graph.ts";
import { routeTask } from "../../engine/route.ts";
import { featureOf, type TaskId } from "../../model/address.ts";
import { type Result, success } from "../../model/result.ts";
import { sameEntry, type Tree } from "../../model/tree.ts";
import { versionName } from "../../spec/compare/semantic-digest.ts";
import type { ProductStep } from "../../workspaces/product.ts";
import type { LinesOfTask } from "../../workspaces/puts.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import { wholeFeature } from "../reading/read.ts";
import type { Run } from "../run/run.ts";
import { type ComposedEntry, type Composition, entryAfter } from "./compose.ts";
import { isShown } from "./compose-shared-file.ts";

/** Where the commits begin, and the one after the other. */
export interface Steps {
  readonly start: Tree;
  readonly steps: readonly ProductStep[];
}

/** From what the branch holds of products. Tasks that left the backlog take their files with them. */
export async function productSteps(
  run: Run,
  home: RepositoryState,
  composition: Composition,
): Promise<Result<Steps>> {
  const start = contributed(home);
  const steps = await unnamedSteps(run, home, start, composition);
  return steps.ok ? success({ start, steps: await named(run, steps.value) }) : steps;
}

type Unnamed = Omit<ProductStep, "spec">;

async function unnamedSteps(
  run: Run,
  home: RepositoryState,
  start: Tree,
  composition: Composition,
): Promise<Result<readonly Unnamed[]>> {
  const to = composition.tree;
  const current = new Map(start);
  const inserted = new Map<string, readonly LinesOfTask[]>();
  const steps: Unnamed[] = [];
  const shares = await sharesOf(run, home, composition.writers);
  if (!shares.ok) return shares;
  const advance = (paths: Iterable<string>, step: Omit<Unnamed, "tree" | "inserted">) => {
    let moved = false;
    for (const path of paths) {
      const share = step.task === null ? undefined : shares.value.get(path)?.get(step.task);
      if (share === "another's") continue;
      const made = share === undefined ? composition.inserted.get(path) : share.made?.inserted;
      const target = share === undefined ? to.get(path) : share.made?.entry;
      if (made == null) inserted.delete(path);
      else inserted.set(path, made);
      if (sameEntry(current.get(path), target)) continue;
      moved = true;
      if (target === undefined) current.delete(path);
      else current.set(path, target);
    }
    if (moved) steps.push({ ...step, tree: new Map(current), inserted: new Map(inserted) });
  };
  for (const task of tasksOf(run.graph, home.ids)) {
    const entry = home.entry(run.selected.entry(task.id));
    if (entry === null) continue;
    const before = home.entry(run.selected.before(task.id))?.outputs ?? [];
    const paths = new Set([...entry.outputs, ...before].map((output) => output.path));
    advance(paths, {
      task: task.id,
      key: entry.key,
      agent: entry.agent ?? routeTask(task, run.sources.workspace).id,
      title: task.title,
    });
  }
  for (const { task, entry: left } of run.selected.orphans) {
    const entry = home.entry(left);
    if (entry === null) continue;
    const paths = entry.outputs.map((output) => output.path);
    advance(paths, { task, key: entry.key, agent: null, title: "Remove what left the backlog" });
  }
  const rest = new Set([...current.keys(), ...to.keys()]);
  advance(rest, { task: null, key: null, agent: null, title: "Remove what no task owns" });
  return success(steps);
}

/** Today's human layer under what products contributed to the branch. */
function contributed(home: RepositoryState): Tree {
  const { contribution, product } = home.layers;
  const tree = new Map(home.human);
  for (const path of contribution) {
    const entry = product.get(path);
    if (entry === undefined) tree.delete(path);
    else tree.set(path, entry);
  }
  return tree;
}

/** Each with the version of the spec that it comes from. Asked only where something is committed. */
async function named(run: Run, steps: readonly Unnamed[]): Promise<ProductStep[]> {
  const names = new Map<string, string | null>();
  const told: ProductStep[] = [];
  for (const step of steps) {
    const feature = step.task === null ? null : featureOf(step.task);
    if (feature !== null && !names.has(feature)) names.set(feature, await specName(run, feature));
    told.push({ ...step, spec: feature === null ? null : (names.get(feature) ?? null) });
  }
  return told;
}

/** Null for a feature that is gone. */
async function specName(run: Run, id: string): Promise<string | null> {
  const outline = run.outlines.get(id);
  const feature =
    outline === undefined ? run.graph.features.get(id) : await wholeFeature(outline, run.sources);
  return feature == null ? null : versionName(feature);
}

/** What a task's commit makes of a file that others wrote, too: an entry, or nothing because others changed it. */
type Share = { readonly made: ComposedEntry | undefined } | "another's";

async function sharesOf(
  run: Run,
  home: RepositoryState,
  writers: Composition["writers"],
): Promise<Result<ReadonlyMap<string, ReadonlyMap<TaskId, Share>>>> {
  const { human: below, product: shown } = home.layers;
  const left = new Set(
    run.selected.orphans.flatMap(({ entry }) => home.entry(entry)?.outputs.map(({ path }) => path) ?? []),
  );
  const shares = new Map<string, Map<TaskId, Share>>();
  for (const [path, nodes] of writers) {
    if (nodes.length < 2) continue;
    const isLeft = left.has(path);
    // A product that came to nothing, or a lock that was put back: what the lock said before was never in a product.
    const isKnown = isLeft ? success(true) : await isShown(run, home, { path, below, shown });
    if (!isKnown.ok) return isKnown;
    const changed = nodes.map((node) => !isKnown.value || isChanged(run, home, { node, path }));
    // Then what is below the file has changed, and any of them stands for all.
    if (!changed.includes(true) && !isLeft) continue;
    const ofPath = new Map<TaskId, Share>();
    shares.set(path, ofPath);
    for (const [at, node] of nodes.entries()) {
      const task = run.graph.tasks[node]?.id as TaskId;
      if (!changed[at]) ofPath.set(task, "another's");
      // A later one whose work is in the last product must not be taken out for a moment: then it is the whole at once.
      else if (changed.slice(at).every((each) => each)) {
        const entry = await entryAfter(run, home, path, nodes.slice(0, at + 1));
        if (!entry.ok) return entry;
        ofPath.set(task, { made: entry.value });
      }
    }
  }
  return success(shares);
}

function isChanged(
  run: Run,
  home: RepositoryState,
  { node, path }: { readonly node: number; readonly path: string },
): boolean {
  const task = run.graph.tasks[node]?.id as TaskId;
  const [now, before] = [run.selected.entry(task), run.selected.before(task)].map((entry) =>
    home.entry(entry)?.outputs.find((output) => output.path === path),
  );
  return now?.digest !== before?.digest || now?.mode !== before?.mode;
}
