// How are blobs, trees and commits read and written? Few processes for many objects, and no work tree anywhere.
// It knows nothing of branches.

import { createHash } from "node:crypto";
import type { CommitStyle } from "../model/commit-rules.ts";
import { failed, type Result, success } from "../model/result.ts";
import { changedPaths, type Oid, type Tree, type TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";

const MODES: ReadonlySet<string> = new Set(["100644", "100755", "120000", "160000"]);

/** The tree without files; git knows it without having it. */
export function emptyTree(format: "sha1" | "sha256"): Oid {
  return (
    format === "sha1"
      ? "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
      : "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
  ) as Oid;
}

/** All files of a commit or tree; null is the tree without files. */
export async function readTree(git: Git, treeish: Oid | null): Promise<Result<Tree>> {
  if (treeish === null) return success(new Map());
  const listing = await git.lookUp(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", treeish]);
  if (!listing.ok) return listing;
  const tree = new Map<string, TreeEntry>();
  for (const record of listing.value.stdout.toString("utf8").split("\0")) {
    const tab = record.indexOf("\t");
    if (tab < 0) continue;
    const [mode = "", , oid = ""] = record.slice(0, tab).split(" ");
    // Very old commits carry modes such as 100664, which git itself reads as 100644.
    const known = MODES.has(mode) ? mode : "100644";
    tree.set(record.slice(tab + 1), { mode: known as TreeEntry["mode"], oid: oid as Oid });
  }
  return success(tree);
}

/** Contents of blobs, in the order asked. A missing object is the failure `git`. */
export function readBlobs(git: Git, oids: readonly Oid[]): Promise<Result<readonly Uint8Array[]>> {
  return readObjects(git, "blob", oids);
}

/** Commits as git stores them: header lines, an empty one, and the message. */
export async function readCommits(git: Git, oids: readonly Oid[]): Promise<Result<readonly string[]>> {
  const read = await readObjects(git, "commit", oids);
  return read.ok ? success(read.value.map((bytes) => Buffer.from(bytes).toString("utf8"))) : read;
}

async function readObjects(
  git: Git,
  wanted: "blob" | "commit",
  oids: readonly Oid[],
): Promise<Result<readonly Uint8Array[]>> {
  if (oids.length === 0) return success([]);
  const args = ["cat-file", "--batch"];
  const answer = await git.feed(args, `${oids.join("\n")}\n`);
  if (!answer.ok) return answer;
  const bytes = answer.value;
  const contents: Uint8Array[] = [];
  let at = 0;
  for (const oid of oids) {
    const lineEnd = bytes.indexOf(10, at);
    const [, type, size] = bytes.toString("latin1", at, lineEnd).split(" ");
    if (type !== wanted) {
      return failed({
        reason: "git",
        command: `git ${args.join(" ")}`,
        code: null,
        stderr: `${oid}: ${type}`,
      });
    }
    const start = lineEnd + 1;
    const end = start + Number(size);
    contents.push(new Uint8Array(bytes.subarray(start, end)));
    at = end + 1;
  }
  return success(contents);
}

/** Those that are not here. */
export async function missingOf(git: Git, oids: readonly Oid[]): Promise<Result<ReadonlySet<Oid>>> {
  if (oids.length === 0) return success(new Set());
  const answer = await git.feed(["cat-file", "--batch-check"], `${oids.join("\n")}\n`);
  if (!answer.ok) return answer;
  const lines = answer.value.toString("latin1").split("\n");
  return success(new Set(oids.filter((_, at) => lines[at]?.endsWith(" missing") === true)));
}

/** git's own id of a blob: the hash of the repository's object format over a header and the content. */
export function blobOid(content: Uint8Array, format: "sha1" | "sha256"): Oid {
  const hash = createHash(format).update(`blob ${content.byteLength}\0`);
  return hash.update(content).digest("hex") as Oid;
}

/** Stores contents and returns their ids in the same order; one process, however many there are. */
export async function writeBlobs(git: Git, contents: readonly Uint8Array[]): Promise<Result<readonly Oid[]>> {
  if (contents.length === 0) return success([]);
  const stream: Uint8Array[] = [];
  for (const [index, content] of contents.entries()) {
    const mark = index + 1;
    stream.push(Buffer.from(`blob\nmark :${mark}\ndata ${content.length}\n`), content);
    stream.push(Buffer.from(`\nget-mark :${mark}\n`));
  }
  stream.push(Buffer.from("done\n"));
  const answer = await git.feed(["fast-import", "--quiet", "--done"], Buffer.concat(stream));
  if (!answer.ok) return answer;
  return success(answer.value.toString("latin1").trimEnd().split("\n") as Oid[]);
}

/**
 * Writes trees one after the other through one index, so that a tree costs what it differs from the one before.
 * `git` must have an index of its own that nobody else uses; it starts out empty.
 */
export class TreeWriter {
  readonly #git: Git;
  #current: Tree = new Map();

  constructor(git: Git) {
    this.#git = git;
  }

  /** Begins with a tree that is already stored, whose content is known. */
  async start(treeish: Oid, tree: Tree): Promise<Result<null>> {
    const done = await this.#git.feed(["read-tree", "--end-of-options", treeish]);
    if (!done.ok) return done;
    this.#current = tree;
    return success(null);
  }

  async write(tree: Tree): Promise<Result<Oid>> {
    const changes = changedPaths(this.#current, tree);
    // Removals go first: a file may take the place of a folder.
    const removed = changes.flatMap((path) => {
      const entry = this.#current.get(path);
      return entry === undefined || tree.has(path) ? [] : [`0 ${entry.oid}\t${path}\0`];
    });
    const laid = changes.flatMap((path) => {
      const entry = tree.get(path);
      return entry === undefined ? [] : [`${entry.mode} ${entry.oid}\t${path}\0`];
    });
    const updated = await this.#git.feed(
      ["update-index", "-z", "--index-info"],
      [...removed, ...laid].join(""),
    );
    if (!updated.ok) return updated;
    const written = await this.#git.feed(["write-tree"]);
    if (!written.ok) return written;
    this.#current = tree;
    return success(written.value.toString("latin1").trim() as Oid);
  }
}

export interface CommitText {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly message: string;
  /** Seconds since the epoch; null is now. */
  readonly date: number | null;
  /** Null: our own name, where nobody is to answer for it. */
  readonly style?: CommitStyle | null;
}

export async function writeCommit(git: Git, commit: CommitText): Promise<Result<Oid>> {
  const { args, env } = commitCommand(commit);
  const answer = await git.ask(args, commit.message, [0], env);
  return answer.ok ? success(answer.value.stdout.toString("latin1").trim() as Oid) : answer;
}

/** The command that makes a commit, whose message it is given on stdin. */
export function commitCommand({ parents, tree, date, style }: Omit<CommitText, "message">): {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const dates = { GIT_AUTHOR_DATE: `@${date} +0000`, GIT_COMMITTER_DATE: `@${date} +0000` };
  const people = style && {
    GIT_AUTHOR_NAME: style.author.name,
    GIT_AUTHOR_EMAIL: style.author.email,
    GIT_COMMITTER_NAME: style.committer.name,
    GIT_COMMITTER_EMAIL: style.committer.email,
  };
  return {
    args: ["commit-tree", ...parents.flatMap((parent) => ["-p", parent]), "-F", "-", tree],
    env: { ...(date === null ? {} : dates), ...people },
  };
}

/** Fails where one of the commits is not there. */
export async function haveAll(git: Git, commits: readonly Oid[]): Promise<Result<null>> {
  if (commits.length === 0) return success(null);
  const answer = await git.lookUp(["rev-parse", ...commits.map((oid) => `${oid}^{tree}`)]);
  return answer.ok ? success(null) : answer;
}

/** Id of the tree of a commit. */
export async function treeOf(git: Git, commit: Oid): Promise<Result<Oid>> {
  const text = await commitText(git, commit);
  return text.ok ? success(headOf(text.value, /^tree ([0-9a-f]+)$/m) as Oid) : text;
}

/** When a commit was made, in seconds since the epoch. */
export async function dateOf(git: Git, commit: Oid): Promise<Result<number>> {
  const text = await commitText(git, commit);
  return text.ok ? success(Number(headOf(text.value, /^committer .*> (-?\d+) /m))) : text;
}

/** git itself stores no commit without it. */
function headOf(commit: string, line: RegExp): string {
  const found = line.exec(commit)?.[1];
  if (found === undefined) throw new Error(`no commit: ${JSON.stringify(commit.slice(0, 200))}`);
  return found;
}

/** As git stores it. One answer serves whoever asks about the commit. */
async function commitText(git: Git, commit: Oid): Promise<Result<string>> {
  const answer = await git.lookUp(["cat-file", "commit", commit]);
  return answer.ok ? success(answer.value.stdout.toString("utf8")) : answer;
}
