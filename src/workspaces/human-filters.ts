// Which files of the human layer does a program of the person's store in another form, and what do they hold when they
// are checked out? git-lfs is the known one. The person's own git runs it, in their repository and with their settings,
// once per content; it never runs on what an agent wrote, nor because a draft's .gitattributes ask for it.

import { constants } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { digestOf } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";
import { sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { inUse, onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { gitAt } from "./locate.ts";
import type { Repository } from "./repository.ts";
import { filtersOf, hasAttributes, isAttributes, layIndex } from "./stored-form.ts";

/** Files of a worktree that hold something else than their blobs: where their content lies, by path. */
export type Smudged = ReadonlyMap<string, string>;

const NOTHING: Smudged = new Map();

/** What the person's git would run for one filter; null where nothing is configured under its name. */
type Drivers = ReadonlyMap<string, string>;

interface Filtered {
  /** Filters by path. */
  readonly filters: ReadonlyMap<string, string>;
  readonly drivers: Drivers;
}

/** A human layer is read once per build, and asked for with every worktree. */
const KNOWN = new WeakMap<Tree, Promise<Result<Filtered>>>();

/**
 * Contents of the files of `tree` that are the human layer's own and fall under a filter which the person has. Those of
 * a filter that they do not have stay as their blobs are, as in their own checkout. `filter-failed` by name.
 */
export async function smudgedFiles(
  repository: Repository,
  { tree, human }: { readonly tree: Tree; readonly human: Tree },
): Promise<Result<Smudged>> {
  if (!hasAttributes(human)) return success(NOTHING);
  const known = await filteredOnce(repository, human);
  if (!known.ok) return known;
  const { filters, drivers } = known.value;
  const wanted = new Map<string, Wanted>();
  for (const [path, filter] of filters) {
    const entry = tree.get(path);
    const driver = drivers.get(filter);
    if (entry === undefined || driver === undefined || !sameEntry(entry, human.get(path))) continue;
    const name = digestOf("smudged/1", [entry.oid, path, filter, driver]);
    wanted.set(path, { entry, filter, file: join(repository.smudged, name) });
  }
  if (wanted.size === 0) return success(NOTHING);
  const made = await makeMissing(repository, human, wanted);
  if (!made.ok) return made;
  return success(new Map([...wanted].map(([path, { file }]) => [path, file])));
}

/** Lays them over the blobs that are checked out in a folder. What is there already as it should be is left alone. */
export function laySmudged(dir: string, smudged: Smudged, tree: Tree): Promise<Result<null>> {
  return onDisk(dir, "write filtered files", async () => {
    for (const [path, source] of smudged) {
      const file = join(dir, path);
      if (await isSame(file, source)) continue;
      // Never through a link, nor into a file that somebody holds open.
      await unlessMissing(unlink(file));
      await mkdir(dirname(file), { recursive: true });
      await copyFile(source, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      await chmod(file, tree.get(path)?.mode === "100755" ? 0o755 : 0o644);
    }
    return null;
  });
}

/** Lets the index of a worktree take them for unchanged. */
export async function acceptSmudged(git: Git, smudged: Smudged): Promise<Result<null>> {
  if (smudged.size === 0) return success(null);
  const names = [...smudged.keys()].map((path) => `${path}\0`).join("");
  const marked = await git.feed(["update-index", "--assume-unchanged", "-z", "--stdin"], names);
  return marked.ok ? success(null) : marked;
}

/** Filters of a tree that the person's git does not know, each with the first of its paths. */
export async function unknownFilters(
  repository: Repository,
  human: Tree,
): Promise<Result<readonly { readonly filter: string; readonly path: string }[]>> {
  if (!hasAttributes(human)) return success([]);
  const known = await filteredOnce(repository, human);
  if (!known.ok) return known;
  const first = new Map<string, string>();
  for (const [path, filter] of known.value.filters) {
    if (!known.value.drivers.has(filter) && !first.has(filter)) first.set(filter, path);
  }
  return success([...first].map(([filter, path]) => ({ filter, path })));
}

interface Wanted {
  readonly entry: TreeEntry;
  readonly filter: string;
  readonly file: string;
}

function filteredOnce(repository: Repository, human: Tree): Promise<Result<Filtered>> {
  const known = KNOWN.get(human);
  if (known !== undefined) return known;
  const asked = filteredIn(repository, human);
  KNOWN.set(human, asked);
  return asked;
}

async function filteredIn(repository: Repository, human: Tree): Promise<Result<Filtered>> {
  const attributes = [...human].filter(([path]) => isAttributes(path));
  const read = await repository.read(attributes.map(([, { oid }]) => oid));
  if (!read.ok) return read;
  const none = { filters: new Map(), drivers: new Map() };
  // Most projects with attributes have line ends in mind, and are asked no further.
  if (!read.value.some((content) => Buffer.from(content).includes("filter"))) return success(none);
  const paths = [...human].filter(([, { mode }]) => mode.startsWith("100")).map(([path]) => path);
  const filters = await filtersOf(repository, human, paths);
  if (!filters.ok || filters.value.size === 0) return filters.ok ? success(none) : filters;
  const drivers = await driversOf(gitAt(repository.located).asPerson());
  return drivers.ok ? success({ filters: filters.value, drivers: drivers.value }) : drivers;
}

/** By name, those that do something at a checkout; the value changes with what they are. */
async function driversOf(git: Git): Promise<Result<Drivers>> {
  const answer = await git.ask(["config", "--null", "--get-regexp", "^filter\\."], "", [0, 1]);
  if (!answer.ok) return answer;
  const drivers = new Map<string, string>();
  for (const record of answer.value.stdout.toString("utf8").split("\0")) {
    const name = /^filter\.([\s\S]+)\.(?:smudge|process)\n/i.exec(record)?.[1];
    if (name !== undefined) drivers.set(name, `${drivers.get(name) ?? ""}${record}\0`);
  }
  return success(drivers);
}

async function makeMissing(
  repository: Repository,
  human: Tree,
  wanted: ReadonlyMap<string, Wanted>,
): Promise<Result<null>> {
  const missing = new Map<string, Wanted>();
  for (const [path, one] of wanted) {
    const found = await onDisk(one.file, "look for a filtered file", () => unlessMissing(stat(one.file)));
    if (!found.ok) return found;
    if (found.value === null) missing.set(path, one);
    else await inUse(one.file, found.value);
  }
  if (missing.size === 0) return success(null);
  const folder = await onDisk(repository.smudged, "make room for filtered files", async () => {
    await mkdir(repository.smudged, { recursive: true });
    return mkdtemp(join(repository.smudged, "new-"));
  });
  if (!folder.ok) return folder;
  const made = await smudgeInto(folder.value, repository, { human, missing });
  const removed = await onDisk(folder.value, "remove a folder of filters", () =>
    rm(folder.value, { recursive: true, force: true }),
  );
  return made.ok ? (removed.ok ? success(null) : removed) : made;
}

// git checks the files out into an empty folder, so that their attributes are those of the tree, and not those of the
// branch that the person has before them.
async function smudgeInto(
  folder: string,
  repository: Repository,
  { human, missing }: { readonly human: Tree; readonly missing: ReadonlyMap<string, Wanted> },
): Promise<Result<null>> {
  const objects = await repository.objectFolders();
  if (!objects.ok) return objects;
  const place = { workTree: folder, indexFile: join(folder, ".index") };
  const git = gitAt(repository.located).at(place).asPerson();
  const shown = [...human].filter(([path]) => isAttributes(path) || path === ".lfsconfig");
  const entries = [...shown, ...[...missing].map(([path, { entry }]): [string, TreeEntry] => [path, entry])];
  const laid = await layIndex(git, entries);
  if (!laid.ok) return laid;
  // A filter that fails would else leave the stored form, and nobody would know.
  const names = [...new Set([...missing.values()].map(({ filter }) => filter))];
  const required = names.flatMap((name) => ["-c", `filter.${name}.required=true`]);
  const args = [...required, "checkout-index", "-f", "-z", "--stdin"];
  const env = { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects.value.slice(0, 1).join(":") };
  const input = [...missing.keys()].map((path) => `${path}\0`).join("");
  const checkedOut = await git.ask(args, input, [0], env);
  if (!checkedOut.ok) {
    const detail = checkedOut.failure.reason === "git" ? checkedOut.failure.stderr : "";
    if (detail === "") return checkedOut;
    const filter = names.find((name) => detail.includes(name)) ?? names.join(", ");
    return failed({ reason: "filter-failed", filter, paths: [...missing.keys()], detail });
  }
  return onDisk(folder, "keep filtered files", async () => {
    for (const [path, { file }] of missing) await rename(join(folder, path), file);
    return null;
  });
}

async function isSame(file: string, source: string): Promise<boolean> {
  const [there, wanted] = await Promise.all([unlessMissing(stat(file)), stat(source)]);
  if (there === null || !there.isFile() || there.size !== wanted.size) return false;
  const [before, now] = await Promise.all([readFile(source), readFile(file)]);
  return before.equals(now);
}
