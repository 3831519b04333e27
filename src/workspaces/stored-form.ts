// Which bytes would `git add` store? A project's .gitattributes say how lines end, which keywords are expanded and in
// which encoding a file lies on the disk; a blob that ignores them makes the project dirty for everybody. git itself
// converts, in a scratch folder. It runs no filter: there is none in the engine's clone, and files that fall under one
// are refused by name.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { Change } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import { type Oid, sameEntry, type Tree, type TreeEntry } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import type { Git } from "./git.ts";
import { blobOid } from "./objects.ts";
import type { Repository } from "./repository.ts";

/** Whose words the contents are: bytes as they lie in a folder, or text as the blobs of the project hold it. */
export type ContentForm = "on-disk" | "as-blob";

export interface Draft {
  readonly changes: readonly Change[];
  /** What the changes lie on; all of its blobs are in the repository. */
  readonly tree: Tree;
  readonly form: ContentForm;
}

/** What decides about a file, as `git check-attr` words it. */
interface Attributes {
  readonly filter: string;
  readonly encoding: string;
}

const NAME = ".gitattributes";
/** Words of `check-attr` for an attribute that has no value. */
const WITHOUT_VALUE: ReadonlySet<string> = new Set(["unspecified", "unset", "set"]);

/** Whether anything says how files are converted. Where nothing does, blobs are what lies on the disk. */
export function hasAttributes(tree: Tree, changes: readonly Change[] = []): boolean {
  for (const path of tree.keys()) if (isAttributes(path)) return true;
  return changes.some(({ path }) => isAttributes(path));
}

/**
 * The changes as git stores them, less those that say what the tree says already. `filtered-path` where one falls under
 * a filter, `not-encoded` where one is not in the encoding that it should have.
 */
export async function storedForm(repository: Repository, draft: Draft): Promise<Result<readonly Change[]>> {
  const { changes, tree } = draft;
  if (!changes.some(isFile) || !hasAttributes(tree, changes)) return success(changes);
  const scratch = await onDisk(repository.scratch, "make room for a conversion", async () => {
    await mkdir(repository.scratch, { recursive: true });
    return mkdtemp(join(repository.scratch, "stored-"));
  });
  if (!scratch.ok) return scratch;
  const stored = await repository.withIndex((git) =>
    convert(git.at({ workTree: scratch.value }), repository, draft),
  );
  const removed = await onDisk(scratch.value, "remove a conversion", () =>
    rm(scratch.value, { recursive: true, force: true }),
  );
  return removed.ok ? stored : removed;
}

/** The filter that each of these paths of a tree falls under, by path; a path without one is left out. */
export async function filtersOf(
  repository: Repository,
  tree: Tree,
  paths: readonly string[],
): Promise<Result<ReadonlyMap<string, string>>> {
  if (paths.length === 0 || !hasAttributes(tree)) return success(new Map());
  return repository.withIndex(async (git) => {
    const entries = [...tree].filter(([path]) => isAttributes(path));
    const laid = await layIndex(git, entries);
    if (!laid.ok) return laid;
    const told = await attributesOf(git, paths, ["--cached"]);
    if (!told.ok) return told;
    const filters = [...told.value].map(([path, { filter }]): [string, string] => [path, filter]);
    return success(new Map(filters.filter(([, filter]) => !WITHOUT_VALUE.has(filter))));
  });
}

async function convert(git: Git, repository: Repository, draft: Draft): Promise<Result<readonly Change[]>> {
  const { changes, tree, form } = draft;
  const files = changes.filter(isFile);
  // Whether a file had CRLF before decides what `text=auto` does, so git is shown what stood there.
  const replaced = new Set(changes.filter((change) => !isFile(change)).map(({ path }) => path));
  const known = files.map(({ path }) => path);
  const before = new Set([...known, ...[...tree.keys()].filter(isAttributes)]);
  const entries = [...before].flatMap((path): [string, TreeEntry][] => {
    const entry = tree.get(path);
    return entry === undefined || replaced.has(path) || !isBlob(entry) ? [] : [[path, entry]];
  });
  const laid = await layIndex(git, entries);
  if (!laid.ok) return laid;
  const attributes = files.filter(({ path }) => isAttributes(path));
  const shown = await layFiles(git, attributes);
  if (!shown.ok) return shown;
  const told = await attributesOf(git, known);
  if (!told.ok) return told;
  for (const [path, { filter }] of told.value) {
    if (!WITHOUT_VALUE.has(filter)) return failed({ reason: "filtered-path", path, filter });
  }
  // A text that never lay on a disk is in the encoding of blobs.
  const isText = ({ path, content }: FileChange) =>
    form === "as-blob" && !WITHOUT_VALUE.has(told.value.get(path)?.encoding ?? "unset") && isUtf8(content);
  const rest = files.filter((change) => !isText(change));
  const disk = await layFiles(
    git,
    rest.filter(({ path }) => !isAttributes(path)),
  );
  if (!disk.ok) return disk;
  const args = ["update-index", "--add", "--replace", "-z", "--stdin"];
  const added = await git.feed(args, rest.map(({ path }) => `${path}\0`).join(""));
  if (!added.ok) return notEncoded(told.value, added);
  const listed = await git.feed(["ls-files", "-s", "-z"]);
  if (!listed.ok) return listed;
  const oids = oidsIn(listed.value);
  return readBack(repository, draft, (change) =>
    isText(change) ? withoutCarriageReturns(change.content) : (oids.get(change.path) as Oid),
  );
}

type FileChange = Change & { readonly content: Uint8Array };

/** Contents that git changed are read from where it wrote them. */
async function readBack(
  repository: Repository,
  { changes, tree }: Draft,
  storedOf: (change: FileChange) => Uint8Array | Oid,
): Promise<Result<readonly Change[]>> {
  const format = repository.located.objectFormat;
  const stored: Change[] = [];
  for (const change of changes) {
    if (!isFile(change)) {
      stored.push(change);
      continue;
    }
    const answer = storedOf(change);
    const oid = typeof answer === "string" ? answer : blobOid(answer, format);
    if (sameEntry(tree.get(change.path), { mode: change.mode, oid })) continue;
    if (typeof answer !== "string") stored.push({ ...change, content: answer });
    else if (answer === blobOid(change.content, format)) stored.push(change);
    else {
      const read = await repository.read([answer]);
      if (!read.ok) return read;
      stored.push({ ...change, content: read.value[0] as Uint8Array });
    }
  }
  return success(stored);
}

/** Puts entries into the index of `git`, whatever lies on the disk. */
export async function layIndex(
  git: Git,
  entries: readonly (readonly [string, TreeEntry])[],
): Promise<Result<null>> {
  const lines = entries.map(([path, { mode, oid }]) => `${mode} ${oid}\t${path}\0`).join("");
  const laid = await git.feed(["update-index", "-z", "--index-info"], lines);
  return laid.ok ? success(null) : laid;
}

// Only plain files and folders come to lie there, so no path leads out of the scratch folder.
async function layFiles(git: Git, files: readonly FileChange[]): Promise<Result<null>> {
  const folder = git.place.workTree as string;
  return onDisk(folder, "write files for a conversion", async () => {
    for (const { path, content } of files) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { flag: "wx" });
    }
    return null;
  });
}

async function attributesOf(
  git: Git,
  paths: readonly string[],
  options: readonly string[] = [],
): Promise<Result<ReadonlyMap<string, Attributes>>> {
  const args = ["check-attr", ...options, "-z", "--stdin", "filter", "working-tree-encoding"];
  const answer = await git.feed(args, paths.map((path) => `${path}\0`).join(""));
  if (!answer.ok) return answer;
  const words = answer.value.toString("utf8").split("\0");
  const told = new Map<string, Attributes>();
  for (let at = 0; at + 5 < words.length; at += 6) {
    told.set(words[at] as string, { filter: words[at + 2] as string, encoding: words[at + 5] as string });
  }
  return success(told);
}

function notEncoded(told: ReadonlyMap<string, Attributes>, result: Result<never>): Result<never> {
  if (result.ok || result.failure.reason !== "git") return result;
  const { stderr } = result.failure;
  const found = [...told].find(
    ([path, { encoding }]) => !WITHOUT_VALUE.has(encoding) && stderr.includes(`'${path}'`),
  );
  if (found === undefined) return result;
  return failed({ reason: "not-encoded", path: found[0], encoding: found[1].encoding });
}

function oidsIn(listing: Buffer): ReadonlyMap<string, Oid> {
  const oids = new Map<string, Oid>();
  for (const record of listing.toString("utf8").split("\0")) {
    const tab = record.indexOf("\t");
    if (tab > 0) oids.set(record.slice(tab + 1), record.split(" ")[1] as Oid);
  }
  return oids;
}

export function isAttributes(path: string): boolean {
  return posix.basename(path) === NAME;
}

function isBlob({ mode }: TreeEntry): boolean {
  return mode === "100644" || mode === "100755";
}

/** What git converts: the target of a link is stored as it is. */
function isFile(change: Change): change is FileChange {
  return change.content !== null && change.mode !== "120000";
}

function isUtf8(content: Uint8Array): boolean {
  try {
    return !new TextDecoder("utf-8", { fatal: true }).decode(content).includes("\0");
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function withoutCarriageReturns(content: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(content).toString("utf8").replaceAll("\r\n", "\n")));
}
