// Do two tasks that may run side by side want to write the same file? Only claims that really meet are looked at.

import type { Feature } from "../../model/feature.ts";
import { globBase, globMatcher, isGlob } from "../../model/glob.ts";
import { inRepository, seenFrom } from "../../model/path.ts";
import type { Project } from "../../model/project.ts";
import { isWhole, type Task } from "../../model/task.ts";
import type { Templates } from "../../model/template.ts";
import type { Findings } from "../findings/findings.ts";
import { checkNeighbours } from "./name-neighbours.ts";
import type { TopologicalOrder } from "./topological-order.ts";

/** JSON merges key by key, so unordered tasks may share it. */
function isShareable(path: string): boolean {
  return path.endsWith(".json");
}

interface Claims {
  /** Who claims a path or a glob, by its text. */
  readonly paths: Map<string, Task[]>;
  readonly globs: Map<string, Task[]>;
}

/** Where tasks write. */
interface Places {
  readonly projects: readonly Project[];
  readonly templates: Templates;
}

/** Paths are told as those of the repository: projects that share one meet there. */
export function checkClaims(
  features: readonly Feature[],
  places: Places,
  order: TopologicalOrder,
  findings: Findings,
): void {
  const { projects } = places;
  const shared = { told: new Set<string>(), isInsertion: insertionsIn(places), findings };
  for (const { paths, globs } of claimsByRepository(features, projects).values()) {
    checkNeighbours(paths, order, findings);
    const matching = globIndex(globs);
    for (const [path, owners] of paths) {
      if (isShareable(path)) continue;
      const claimants = new Set(owners);
      for (const glob of matching(path)) for (const task of globs.get(glob) ?? []) claimants.add(task);
      checkOrdered(path, claimants, order, shared);
    }
    for (const [glob, owners] of globs) {
      if (isShareable(glob)) continue;
      const claimants = new Set(owners);
      for (const folder of foldersAbove(`${globBase(glob)}/`)) {
        const whole = folder === "" ? "**" : `${folder}/**`;
        for (const task of globs.get(whole) ?? []) claimants.add(task);
      }
      checkOrdered(glob, claimants, order, shared);
    }
  }
}

function claimsByRepository(features: readonly Feature[], projects: readonly Project[]): Map<string, Claims> {
  const repositories = new Map<string, Claims>();
  const known = new Map(projects.map((project) => [project.id, project]));
  for (const one of features.flatMap((feature) => feature.tasks)) {
    // What a whole names bounds its parts, which write it.
    if (isWhole(one)) continue;
    const { repository = one.project, root = "" } = known.get(one.project) ?? {};
    const task =
      root === "" ? one : { ...one, filesHint: one.filesHint.map((hint) => inRepository(root, hint)) };
    const claims = repositories.get(repository) ?? { paths: new Map(), globs: new Map() };
    repositories.set(repository, claims);
    for (const hint of task.filesHint) {
      const kind = isGlob(hint) ? claims.globs : claims.paths;
      const owners = kind.get(hint);
      if (owners === undefined) kind.set(hint, [task]);
      else owners.push(task);
    }
  }
  return repositories;
}

/** Which globs cover a path: only those are tried whose literal beginning is a folder above it. */
function globIndex(globs: ReadonlyMap<string, unknown>): (path: string) => string[] {
  const byBase = new Map<string, string[]>();
  for (const glob of globs.keys()) {
    const base = globBase(glob);
    const sharing = byBase.get(base);
    if (sharing === undefined) byBase.set(base, [glob]);
    else sharing.push(glob);
  }
  const matchers = new Map<string, (path: string) => boolean>();
  const matches = (glob: string, path: string): boolean => {
    const matcher = matchers.get(glob) ?? globMatcher(glob);
    matchers.set(glob, matcher);
    return matcher(path);
  };
  if (byBase.size === 0) return () => [];
  return (path) =>
    foldersAbove(path).flatMap((folder) => (byBase.get(folder) ?? []).filter((glob) => matches(glob, path)));
}

/** `a/b/c` lies in `a/b`, `a` and the root `""`. */
function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    folders.push(path.slice(0, end));
  }
  return [...folders, ""];
}

interface SharedClaims {
  readonly told: Set<string>;
  /** Whether the task only inserts lines into the file at the path. */
  readonly isInsertion: (task: Task, path: string) => boolean;
  readonly findings: Findings;
}

/**
 * As far as the template says it: an expression in its path may stand for anything, and what a build then finds to be another
 * file it refuses.
 */
function insertionsIn({ projects, templates }: Places): SharedClaims["isInsertion"] {
  const roots = new Map(projects.map(({ id, root }) => [id, root]));
  return ({ generator, project }, path) => {
    const [name = "", part = ""] = (generator ?? "").split("/", 2);
    const files = templates.get(name)?.parts[part] ?? [];
    const own = seenFrom(roots.get(project) ?? "", path);
    const isWritten = files.some(({ to, inject }) => inject === undefined && to === own);
    return !isWritten && files.some(({ to, inject }) => inject !== undefined && mayBe(to, own));
  };
}

function mayBe(to: string, path: string): boolean {
  const literals = to.split(/\{\{.*?\}\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`, "s").test(path);
}

/**
 * A chain is in order when each task comes before the next one by rank: then it comes before all later ones too. Those that
 * only insert lines need no order among themselves.
 */
function checkOrdered(
  path: string,
  claimants: ReadonlySet<Task>,
  order: TopologicalOrder,
  { told, isInsertion, findings }: SharedClaims,
): void {
  if (claimants.size < 2) return;
  const ranked = [...claimants].flatMap((task) => {
    const rank = order.rankOf(task);
    return rank === null ? [] : [{ task, rank }];
  });
  ranked.sort((a, b) => a.rank - b.rank);
  /** The last one that wrote the file, and all that inserted into it since. */
  let open: { readonly task: Task; readonly inserts: boolean }[] = [];
  for (const { task: later } of ranked) {
    const inserts = isInsertion(later, path);
    for (const { task: earlier, inserts: both } of open) {
      if ((inserts && both) || order.comesBefore(earlier, later)) continue;
      const key = `${earlier.id} ${later.id} ${path}`;
      if (told.has(key)) continue;
      told.add(key);
      findings.error(
        "shared-file",
        { target: later.id, place: hintPlace(later, path) },
        {
          message: `${earlier.id} and ${later.id} both claim ${path} in ${whereOf(earlier, later)}, and neither comes before the other.`,
          fix: `Add ${earlier.id} to depends_on of ${later.id}, or let only one of them write the file.`,
        },
      );
    }
    open = inserts ? [...open, { task: later, inserts }] : [{ task: later, inserts }];
  }
}

function whereOf({ project: one }: Task, { project: other }: Task): string {
  return one === other ? one : `the repository of ${one} and ${other}`;
}

function hintPlace(task: Task, path: string) {
  const exact = task.filesHint.indexOf(path);
  return task.places[`scope.files_hint.${exact}`] ?? task.places["scope.files_hint"] ?? task.place;
}
