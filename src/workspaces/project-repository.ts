// Where does a project come from? From a scaffold or from another repository, if there is nothing yet. It is made beside
// its place and then renamed, so a kill leaves no half of a project.

import { chmod, lstat, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { CommitRules } from "../model/commit-rules.ts";
import type { FileMode } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid, TreeEntry } from "../model/tree.ts";
import { FIRST_BRANCH } from "./branch.ts";
import { signedCommit } from "./commit-signing.ts";
import { messageIn, styleOf } from "./commit-style.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import { fetchProject, type Remote } from "./fetch-project.ts";
import { repositoryAbove } from "./find-repository.ts";
import { Git } from "./git.ts";
import { type Located, locate } from "./locate.ts";
import { TreeWriter, writeBlobs, writeCommit } from "./objects.ts";

/** Of the commit that a new project begins with, by which its lines are known later: the scaffold's name. */
export const SCAFFOLD_TRAILER = "Factory-Scaffold";
export const SCAFFOLD_SUBJECT = "Begin from the scaffold";

export interface ScaffoldFile {
  readonly path: string;
  readonly mode: FileMode;
  readonly content: Uint8Array;
}

export interface Scaffold {
  readonly name: string;
  readonly files: readonly ScaffoldFile[];
  /** Its commit is the first that people have of the project, and looks like all others. */
  readonly commits: CommitRules;
  readonly signal: AbortSignal;
}

/** What a project is made from where there is none. */
export type Origin = Scaffold | Remote;

/**
 * Makes the project where there is none; an empty folder counts as none. `project-missing` without an origin,
 * `project-unusable` where something else is in its place.
 */
export async function ensureProject(
  path: string,
  branch: string | null,
  origin: Origin | null,
): Promise<Result<{ readonly created: boolean }>> {
  const folder = resolve(path);
  const unusable = (detail: string) => failed({ reason: "project-unusable" as const, path, detail });
  const found = await onDisk(folder, "look at the project", () => contentOf(folder));
  if (!found.ok) return found;
  if (found.value === "file") return unusable("it is a file");
  const located = await locate(folder);
  if (!located.ok) {
    return located.failure.reason === "git" ? unusable(located.failure.stderr) : located;
  }
  if (located.value !== null) return success({ created: false });
  if (found.value === "full") {
    const above = repositoryAbove(dirname(folder));
    const place = above === null ? "" : `; it lies in the one at ${above}`;
    return unusable(`the folder is neither empty nor a git repository of its own${place}`);
  }
  if (origin === null) return failed({ reason: "project-missing", path });
  const made = await makeProject(folder, branch, origin);
  return made.ok ? success({ created: true }) : made;
}

async function contentOf(folder: string): Promise<"nothing" | "file" | "full"> {
  const found = await unlessMissing(stat(folder));
  if (found === null) return (await unlessMissing(lstat(folder))) === null ? "nothing" : "file";
  if (!found.isDirectory()) return "file";
  return (await readdir(folder)).length === 0 ? "nothing" : "full";
}

async function makeProject(folder: string, branch: string | null, origin: Origin): Promise<Result<null>> {
  const prefix = `.${basename(folder)}.factory-`;
  const draft = join(dirname(folder), `${prefix}${process.pid}`);
  const cleared = await onDisk(draft, "make room for the project", async () => {
    await mkdir(dirname(folder), { recursive: true });
    // What an earlier build left when it was killed; only one build runs at a time.
    for (const name of await readdir(dirname(folder))) {
      if (name.startsWith(prefix)) await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
    await mkdir(draft);
  });
  if (!cleared.ok) return cleared;
  const built = await begin(draft, branch, origin);
  if (!built.ok) {
    const removed = await onDisk(draft, "remove the draft", () =>
      rm(draft, { recursive: true, force: true }),
    );
    return removed.ok ? built : removed;
  }
  return onDisk(folder, "put the project in its place", async () => {
    await chmod(draft, 0o755);
    await rename(draft, folder);
    return null;
  });
}

async function begin(draft: string, named: string | null, origin: Origin): Promise<Result<null>> {
  const git = new Git({ gitDir: join(draft, ".git"), workTree: draft, durable: true });
  const branch = named ?? FIRST_BRANCH;
  const ref = `refs/heads/${branch}`;
  const sound = await git.feed(["check-ref-format", ref]);
  if (!sound.ok) return sound;
  // An empty template: neither the machine's hooks nor its excludes. simple-git refuses the option.
  const init = await git.feed(["init", "-q", "--template=", `--initial-branch=${branch}`]);
  if (!init.ok) return init;
  return "url" in origin ? fetchProject(git, named, origin) : fill(git, ref, origin);
}

async function fill(git: Git, ref: string, scaffold: Scaffold): Promise<Result<null>> {
  const commit = await firstCommit(git, scaffold);
  if (!commit.ok) return commit;
  for (const args of [
    ["update-ref", ref, commit.value],
    ["checkout-index", "-a", "-u", "-q"],
  ]) {
    const done = await git.feed(args);
    if (!done.ok) return done;
  }
  return success(null);
}

async function firstCommit(git: Git, { name, files, commits, signal }: Scaffold): Promise<Result<Oid>> {
  const oids = await writeBlobs(
    git,
    files.map(({ content }) => content),
  );
  if (!oids.ok) return oids;
  const entries = files.map(({ path, mode }, index): [string, TreeEntry] => [
    path,
    { mode, oid: oids.value[index] as Oid },
  ]);
  const tree = await new TreeWriter(git).write(new Map(entries));
  if (!tree.ok) return tree;
  const { gitDir, workTree = null } = git.place;
  const project: Located = { gitDir, commonDir: gitDir, workTree, objectFormat: "sha1" };
  const style = await styleOf(project, commits);
  if (!style.ok) return style;
  const message = messageIn(style.value, SCAFFOLD_SUBJECT, [`${SCAFFOLD_TRAILER}: ${name}`]);
  const commit = { tree: tree.value, parents: [], message, date: null, style: style.value };
  return style.value.sign ? signedCommit(git, commit, { project, signal }) : writeCommit(git, commit);
}
