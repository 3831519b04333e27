// How do templates of another repository get here? Its objects go into a repository of our own that lives for one fetch,
// and files of a commit are laid out as plain files. Nothing of it is run, and nothing but regular files is taken.

import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathFault } from "../model/path.ts";
import { failed, type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import { Git } from "./git.ts";
import { layRepository } from "./lay-repository.ts";
import { readBlobs } from "./objects.ts";

const FILE_LIMIT = 1024 * 1024;
const TOTAL_LIMIT = 16 * 1024 * 1024;
const MOST_FILES = 5000;

/** What is fetched: by a commit's id, or by the name of a tag or branch; null for the branch of the repository's HEAD. */
export interface Wanted {
  /** Address, or absolute path. */
  readonly url: string;
  readonly ref: string | null;
  readonly folder: string | null;
}

export interface Fetched {
  readonly commit: string;
  /** Names of the templates that were laid out. */
  readonly names: readonly string[];
}

/**
 * Lays the templates out in the folder that `targetOf` gives for the commit; one that is there already stays. Fails with
 * `git`, or with `usage` where the content cannot be taken. `scratch` is a folder for the time being.
 */
export function fetchTemplates(
  wanted: Wanted,
  scratch: string,
  targetOf: (commit: string) => string,
  signal: AbortSignal,
): Promise<Result<Fetched>> {
  return onDisk(scratch, "fetch templates", async () => {
    await mkdir(scratch, { recursive: true });
    const place = await mkdtemp(join(scratch, ".fetch-"));
    try {
      return await fetchInto(place, wanted, targetOf, signal);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }).then((result) => (result.ok ? result.value : result));
}

async function fetchInto(
  place: string,
  wanted: Wanted,
  targetOf: (commit: string) => string,
  signal: AbortSignal,
): Promise<Result<Fetched>> {
  const gitDir = join(place, "git");
  await layRepository(gitDir, { objectFormat: "sha1", alternates: [], shallow: null, bare: true });
  const git = new Git({ gitDir });
  const commit = await commitOf(git, wanted, signal);
  if (!commit.ok) return commit;
  const files = await filesAt(git, commit.value, wanted);
  if (!files.ok) return files;
  const contents = await readBlobs(
    git,
    files.value.map(({ oid }) => oid),
  );
  if (!contents.ok) return contents;
  const draft = join(place, "files");
  await mkdir(draft);
  for (const [index, { path }] of files.value.entries()) {
    await mkdir(dirname(join(draft, path)), { recursive: true });
    await writeFile(join(draft, path), contents.value[index] ?? "");
  }
  const target = targetOf(commit.value);
  await mkdir(dirname(target), { recursive: true });
  // The same commit has the same files: whoever was first has laid out what we would.
  await unlessTaken(rename(draft, target));
  const names = new Set(files.value.map(({ path }) => path.slice(0, path.indexOf("/"))));
  return success({ commit: commit.value, names: [...names].sort() });
}

async function unlessTaken(renaming: Promise<void>): Promise<void> {
  try {
    await unlessMissing(renaming);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}

const COMMIT = /^[0-9a-f]{40}$/;

async function commitOf(git: Git, { url, ref }: Wanted, signal: AbortSignal): Promise<Result<string>> {
  if (ref !== null && COMMIT.test(ref)) {
    const alone = await fetch(git, url, [ref], signal);
    if (alone.ok) return git.line("rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`);
    // Some servers give only what a name leads to.
    const all = await fetch(git, url, EVERYTHING, signal);
    return all.ok ? git.line("rev-parse", "--verify", "--end-of-options", `${ref}^{commit}`) : all;
  }
  const fetched = await fetch(git, url, ref === null ? ["+HEAD:refs/source/HEAD"] : NAMED, signal);
  if (!fetched.ok) return fetched;
  const names = ref === null ? ["refs/source/HEAD"] : [`refs/source/tags/${ref}`, `refs/source/heads/${ref}`];
  for (const name of names) {
    const found = await git.ask(
      ["rev-parse", "--verify", "-q", "--end-of-options", `${name}^{commit}`],
      "",
      [0, 1, 128],
    );
    if (!found.ok) return found;
    if (found.value.code === 0) return success(found.value.stdout.toString("utf8").trim());
  }
  const refs = await git.line("for-each-ref", "--format=%(refname:lstrip=3)", "refs/source/");
  return failed({
    reason: "usage",
    message: `${url} has no tag and no branch ${JSON.stringify(ref)}`,
    detail: refs.ok ? refs.value.split("\n").slice(0, 20) : [],
    fix: "Name one of its tags or branches, or a commit by its 40 digits.",
  });
}

const NAMED = ["+refs/heads/*:refs/source/heads/*", "+refs/tags/*:refs/source/tags/*"];
const EVERYTHING = NAMED;

function fetch(git: Git, url: string, what: readonly string[], signal: AbortSignal): Promise<Result<null>> {
  const depth = what === EVERYTHING ? [] : ["--depth=1"];
  const args = [
    "fetch",
    "-q",
    "--no-tags",
    "--no-recurse-submodules",
    ...depth,
    "--end-of-options",
    url,
    ...what,
  ];
  return git.transfer(args, signal);
}

interface TemplateFile {
  /** Below the folder of templates: `name/…`. */
  readonly path: string;
  readonly oid: Oid;
}

async function filesAt(
  git: Git,
  commit: string,
  { url, folder }: Wanted,
): Promise<Result<readonly TemplateFile[]>> {
  const listed = await git.feed(["ls-tree", "-r", "-z", "-l", "--full-tree", commit]);
  if (!listed.ok) return listed;
  const entries = listed.value.toString("utf8").split("\0").filter(Boolean).map(entryOf);
  const usual = "templates/features";
  const isUsual = entries.some(({ path }) => path.startsWith(`${usual}/`));
  const base = folder ?? (isUsual ? usual : "");
  const prefix = base === "" ? "" : `${base}/`;
  const below = entries.flatMap((entry) =>
    entry.path.startsWith(prefix) ? [{ ...entry, path: entry.path.slice(prefix.length) }] : [],
  );
  const names = new Set(
    below.flatMap(({ path }) => /^([A-Za-z0-9][\w.-]*)\/template\.yaml$/.exec(path)?.[1] ?? []),
  );
  const own = below.filter(({ path }) => names.has(path.slice(0, Math.max(0, path.indexOf("/")))));
  const fault = own.length === 0 ? `has no templates in ${base || "its root"}` : faultOf(own);
  if (fault === null) return success(own);
  return failed({
    reason: "usage",
    message: `${url} at ${commit.slice(0, 12)} ${fault}`,
    fix: "Take another commit, or name the right folder with --folder.",
  });
}

interface TreeLine extends TemplateFile {
  readonly mode: string;
  readonly size: number;
}

function entryOf(line: string): TreeLine {
  const tab = line.indexOf("\t");
  const [mode = "", , oid = "", size = ""] = line.slice(0, tab).split(/ +/);
  return { mode, oid: oid as Oid, size: Number(size) || 0, path: line.slice(tab + 1) };
}

/** What of these files keeps them from being laid out. */
function faultOf(files: readonly TreeLine[]): string | null {
  for (const { path, mode, size } of files) {
    if (mode === "120000") return `holds a symbolic link at ${JSON.stringify(path)}, and none is followed`;
    if (!mode.startsWith("100")) return `holds a repository of its own at ${JSON.stringify(path)}`;
    const fault = pathFault(path);
    if (fault !== null) return `holds a path that cannot be checked out: ${JSON.stringify(path)} (${fault})`;
    if (size > FILE_LIMIT) return `holds ${JSON.stringify(path)}, which is larger than 1 MiB`;
  }
  if (files.length > MOST_FILES) return `holds more than ${MOST_FILES} files of templates`;
  const folded = new Set(files.map(({ path }) => path.normalize("NFC").toLowerCase()));
  if (folded.size < files.length) return "holds two files whose names are the same on some disks";
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return total > TOTAL_LIMIT ? "holds more than 16 MiB of templates" : null;
}
