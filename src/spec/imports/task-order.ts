// In what order do imported tasks stand? As their list says, without circles, and one after the other where two write
// the same file.

import { globBase, globMatcher, isGlob } from "../../model/glob.ts";
import { foldedPath, foldersOf } from "../../model/path.ts";
import { clip } from "../findings/nearest.ts";
import type { Notes } from "./foreign.ts";
import { ANYWHERE, type Drafts, type TaskDraft } from "./task-drafts.ts";

/** The ids that each task waits for. */
export type TaskOrder = ReadonlyMap<string, ReadonlySet<string>>;

export function orderOf({ drafts, left }: Drafts, notes: Notes): TaskOrder {
  const order = new Map<string, Set<string>>(drafts.map(({ step }) => [step.id, new Set()]));
  const position = new Map(drafts.map(({ step }, index) => [step.id, index]));
  for (const { step } of drafts) {
    const lost = step.after.filter((id) => !order.has(id) && !left.has(id));
    if (lost.length > 0)
      notes.warn(
        "unknown-dependency",
        step.spot,
        `${step.id} waits for ${lost.map(clip).join(", ")}, which is not a task here.`,
      );
  }
  const tasksBefore = (ids: readonly string[]): string[] => {
    const found = new Set<string>();
    const open = [...ids];
    const seen = new Set<string>();
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      if (order.has(id)) found.add(id);
      else open.push(...(left.get(id)?.after ?? []));
    }
    return [...found].sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  };
  const forward: { readonly draft: TaskDraft; readonly id: string }[] = [];
  for (const [index, draft] of drafts.entries()) {
    for (const id of tasksBefore(draft.step.after)) {
      if ((position.get(id) ?? 0) < index) order.get(draft.step.id)?.add(id);
      else if (id !== draft.step.id) forward.push({ draft, id });
    }
  }
  for (const { draft, id } of forward) {
    if (!waitsFor(order, id, draft.step.id)) order.get(draft.step.id)?.add(id);
    else
      notes.warn(
        "cycle",
        draft.step.spot,
        `${draft.step.id} waits for ${id}, which waits for it: the list's own order counts.`,
      );
  }
  chain(sorted(drafts, order), order, notes);
  return order;
}

/** Whether `later` waits for `earlier`, over whatever lies between. */
function waitsFor(order: TaskOrder, later: string, earlier: string): boolean {
  const seen = new Set<string>();
  const open = [later];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of order.get(id) ?? []) {
      if (next === earlier) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return false;
}

/** Every task after those that it waits for, else as in the list. */
function sorted(drafts: readonly TaskDraft[], order: TaskOrder): TaskDraft[] {
  const byId = new Map(drafts.map((draft) => [draft.step.id, draft]));
  const done = new Set<string>();
  const result: TaskDraft[] = [];
  for (const { step } of drafts) {
    const open = [step.id];
    for (let id = open.at(-1); id !== undefined; id = open.at(-1)) {
      const waiting = [...(order.get(id) ?? [])].find((other) => !done.has(other));
      if (waiting !== undefined && !done.has(id)) {
        open.push(waiting);
        continue;
      }
      open.pop();
      const draft = byId.get(id);
      if (draft === undefined || done.has(id)) continue;
      done.add(id);
      result.push(draft);
    }
  }
  return result;
}

function chain(drafts: readonly TaskDraft[], order: Map<string, Set<string>>, notes: Notes): void {
  const claims = new Claims();
  const rank = new Map(drafts.map(({ step }, index) => [step.id, index]));
  const free = new Set(drafts.flatMap(({ step, files }) => (files.includes(ANYWHERE) ? [step.id] : [])));
  for (const { step, files } of drafts) {
    for (const file of files) {
      // The latest first: whoever waits for it waits for most of the others already.
      const owners = [...claims.meeting(file)].sort((a, b) => (rank.get(b) ?? 0) - (rank.get(a) ?? 0));
      for (const earlier of owners) {
        if (earlier === step.id || order.get(step.id)?.has(earlier) || waitsFor(order, step.id, earlier))
          continue;
        order.get(step.id)?.add(earlier);
        if (free.has(step.id) || free.has(earlier)) continue;
        notes.note(
          "chained",
          step.spot,
          `${step.id} and ${earlier} both write ${file}, so ${step.id} comes after ${earlier}.`,
        );
      }
    }
    for (const file of files) claims.add(file, step.id);
  }
}

/** Who claimed what last. It knows what sound-claims.ts and sound-neighbours.ts would find unordered. */
export class Claims {
  private readonly paths = new Map<string, string>();
  private readonly globs = new Map<string, string>();
  private readonly folders = new Map<string, string>();

  add(file: string, owner: string): void {
    // It comes after all that was claimed before.
    if (file === ANYWHERE) for (const claims of [this.paths, this.globs, this.folders]) claims.clear();
    if (isGlob(file)) this.globs.set(file, owner);
    else {
      this.paths.set(foldedPath(file), owner);
      for (const folder of foldersOf([foldedPath(file)])) this.folders.set(folder, owner);
    }
  }

  /** The last owner of each claim that meets this one. */
  meeting(file: string): ReadonlySet<string> {
    const owners = new Set<string>();
    const keep = (owner: string | undefined) => {
      if (owner !== undefined) owners.add(owner);
    };
    // JSON merges key by key.
    if (file.endsWith(".json")) return owners;
    const folded = foldedPath(file);
    if (isGlob(file)) {
      const matches = globMatcher(file);
      for (const [path, owner] of this.paths) if (!path.endsWith(".json") && matches(path)) keep(owner);
    } else {
      keep(this.paths.get(folded));
      keep(this.folders.get(folded));
      for (const folder of foldersOf([folded])) keep(this.paths.get(folder));
    }
    for (const [glob, owner] of this.globs) {
      const meets = isGlob(file) ? areNear(globBase(glob), globBase(file)) : globMatcher(glob)(file);
      if (meets) keep(owner);
    }
    return owners;
  }
}

function areNear(one: string, other: string): boolean {
  return (
    one === other ||
    `${other}/`.startsWith(one === "" ? "" : `${one}/`) ||
    `${one}/`.startsWith(other === "" ? "" : `${other}/`)
  );
}
