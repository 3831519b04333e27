// Where does a folder keep its repository? It never searches upwards: a project inside the work tree of another
// repository (`projects/` in a workspace) must not be taken for that one.

import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Result, success } from "../model/result.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import { Git } from "./git.ts";

/** A repository that a person owns, found at exactly one folder. */
export interface Located {
  /** Absolute; of the linked worktree itself where the folder is one. */
  readonly gitDir: string;
  /** Absolute; shared by all worktrees of the repository. */
  readonly commonDir: string;
  /** Null for a bare repository. */
  readonly workTree: string | null;
  readonly objectFormat: "sha1" | "sha256";
}

/** Null where the folder is no repository of its own; the failure `git` where its repository is broken. */
export async function locate(path: string): Promise<Result<Located | null>> {
  const folder = resolve(path);
  const plain = asGitLaysIt(folder);
  if (plain !== null) return success(plain);
  const kind = await onDisk(folder, "look for a repository", () => kindOf(folder));
  if (!kind.ok || kind.value === null) return kind.ok ? success(null) : kind;
  const workTree = kind.value === "bare" ? null : folder;
  // git itself follows `.git` where it is a file, as in linked worktrees and submodules.
  const git = new Git(workTree === null ? { gitDir: folder } : { gitDir: join(folder, ".git"), workTree });
  const args = ["rev-parse", "--absolute-git-dir", "--git-common-dir", "--show-object-format"];
  const answer = await git.feed(args);
  if (!answer.ok) return answer;
  const [gitDir = "", commonDir = "", format] = answer.value.toString("utf8").split("\n");
  return onDisk(folder, "resolve a repository", async () => {
    const paths = [gitDir, resolve(folder, commonDir)].map((path) => realpath(path));
    const [real, common] = (await Promise.all(paths)) as [string, string];
    const objectFormat = format === "sha256" ? "sha256" : "sha1";
    return { gitDir: real, commonDir: common, workTree, objectFormat };
  });
}

/**
 * A repository that is laid out as `git init` and `git clone` do it, and is no worktree of another, tells all this
 * itself. Read at once, so that whoever has to go on computing has asked git the next question before. Null where
 * anything about it is not so plain, or not as it should be: git is asked then.
 */
function asGitLaysIt(folder: string): Located | null {
  try {
    const gitDir = realpathSync(join(folder, ".git"));
    const textOf = (name: string) => readFileSync(join(gitDir, name), "utf8");
    const isWhole = ["objects", "refs"].every((name) => statSync(join(gitDir, name)).isDirectory());
    if (!isWhole || existsSync(join(gitDir, "commondir"))) return null;
    if (!HEAD.test(textOf("HEAD")) || !isPlain(textOf("config"))) return null;
    return { gitDir, commonDir: gitDir, workTree: folder, objectFormat: "sha1" };
  } catch {
    return null;
  }
}

const HEAD = /^(ref: refs\/[^\n]+|[0-9a-f]{40})\n$/;

/** Nothing that git could refuse, that asks for a later layout, or that says more in another file. */
function isPlain(config: string): boolean {
  return config.split("\n").every((line) => {
    if (/^\s*\[/.test(line))
      return /^\s*\[[\w.-]+( "[^"\\]*")?\]$/.test(line) && !/\[(extensions|include)/i.test(line);
    if (/^\s*repositoryformatversion\b/i.test(line)) return /=\s*0$/.test(line);
    return /^\s*([A-Za-z][A-Za-z0-9-]*\s*(=[^"\\]*)?)?$/.test(line);
  });
}

async function kindOf(folder: string): Promise<"with-files" | "bare" | null> {
  const has = async (name: string) => (await unlessMissing(stat(join(folder, name)))) !== null;
  // A link that leads nowhere says that the repository is elsewhere, say on a drive that is not there now.
  if ((await unlessMissing(lstat(join(folder, ".git")))) !== null) return "with-files";
  return (await has("objects")) && (await has("HEAD")) ? "bare" : null;
}

/** git on a located repository: durable, and with its work tree where it has one. */
export function gitAt(located: Located): Git {
  const { gitDir, workTree } = located;
  return new Git({ gitDir, durable: true, ...(workTree === null ? {} : { workTree }) });
}

/**
 * git in the folder that the person works in: what is clean there, and how a file is laid out, is decided by their
 * settings (filters, line ends, modes, ignored files), as by their own git. For nothing but that folder.
 */
export function gitInFolderOf(located: Located): Git {
  return gitAt(located).asPerson();
}
