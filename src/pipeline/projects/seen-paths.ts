// How does a project say the paths of its repository, and the repository those of a project? What tasks, windows, gates and
// locks name is seen from the project's root; what is composed and merged is said from the top. A project that is the whole
// of its repository says both alike. What was turned is remembered, so that the same tree stays the same object.

import { inRepository, seenFrom } from "../../model/path.ts";
import type { LockEntry } from "../../model/trace.ts";

type ByPath = ReadonlyMap<string, unknown>;

const SEEN = new WeakMap<ByPath, Map<string, ByPath>>();
const TOLD = new WeakMap<ByPath, Map<string, ByPath>>();

/** What stands at the paths of the repository, by the paths that a project with that root says. */
export function mapSeenFrom<T>(root: string, map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return turned(root, map, { by: seenFrom, to: SEEN, back: TOLD });
}

/** The way back. */
export function mapInRepository<T>(root: string, map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return turned(root, map, { by: inRepository, to: TOLD, back: SEEN });
}

/** What a lock says of a task, by the paths of the repository. */
export function entryInRepository(root: string, entry: LockEntry): LockEntry {
  if (root === "") return entry;
  const told = (path: string) => inRepository(root, path);
  return {
    ...entry,
    outputs: entry.outputs.map((output) => ({ ...output, path: told(output.path) })),
    released: entry.released.map(told),
    yielding: entry.yielding.map(({ path, blob }) => ({ path: told(path), blob })),
  };
}

interface Turn {
  readonly by: (root: string, path: string) => string;
  readonly to: WeakMap<ByPath, Map<string, ByPath>>;
  readonly back: WeakMap<ByPath, Map<string, ByPath>>;
}

function turned<T>(
  root: string,
  map: ReadonlyMap<string, T>,
  { by, to, back }: Turn,
): ReadonlyMap<string, T> {
  if (root === "") return map;
  const known = to.get(map)?.get(root);
  if (known !== undefined) return known as ReadonlyMap<string, T>;
  const made = new Map([...map].map(([path, value]) => [by(root, path), value]));
  remember(to, map, root, made);
  remember(back, made, root, map);
  return made;
}

function remember(memory: Turn["to"], from: ByPath, root: string, made: ByPath): void {
  const known = memory.get(from);
  if (known === undefined) memory.set(from, new Map([[root, made]]));
  else known.set(root, made);
}
