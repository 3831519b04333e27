// Which worktrees does a repository have, and which branches must not move underneath them? git is asked, as only git
// knows how it keeps HEAD: in a file, or in a table of refs. A rebase is the one thing that git tells nobody but the
// person who is in it: its notes lie in the private folder of the worktree.

import { readFile, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Failure } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import { namesIn, onDisk, unlessMissing } from "./disk.ts";
import { Git } from "./git.ts";
import type { Located } from "./locate.ts";

export interface WorktreeState {
  readonly path: string;
  readonly own: boolean;
  /** The branch of its HEAD, without `refs/heads/`; null where it has none. */
  readonly branch: string | null;
  /** Branches that a rebase moves when it ends. */
  readonly rebased: readonly string[];
}

/** A worktree with the private folder that git keeps for it. */
interface Place {
  readonly path: string;
  readonly gitDir: string;
}

interface Head {
  readonly place: Place;
  readonly branch: string | null;
}

/**
 * Worktrees that have files, the project's own folder among them. `project-unusable` where git cannot tell what one of
 * them has checked out: its branch might move underneath it.
 */
export async function readWorktreeStates(located: Located): Promise<Result<readonly WorktreeState[]>> {
  const linked = await onDisk(located.commonDir, "read the worktrees", () => linkedPlaces(located));
  if (!linked.ok) return linked;
  const listed = await listedHeads(located, linked.value);
  if (!listed.ok) return listed;
  const others = await headsOneByOne(located, listed.value, linked.value);
  if (!others.ok) return others;
  const heads = [...(listed.value ?? []), ...others.value];
  return onDisk(located.commonDir, "look for a rebase", async () => {
    const worktreeStates: WorktreeState[] = [];
    for (const { place, branch } of heads) {
      const own = place.gitDir === located.gitDir;
      worktreeStates.push({ path: place.path, own, branch, rebased: await rebasedIn(place.gitDir) });
    }
    return worktreeStates;
  });
}

/** Null where git cannot list them: one half-made worktree makes the list fail in the whole repository. */
async function listedHeads(
  located: Located,
  linked: readonly Place[],
): Promise<Result<readonly Head[] | null>> {
  // Not as one of its worktrees: what is bare is a question to the repository as a whole.
  const git = new Git({ gitDir: located.commonDir });
  const answer = await git.feed(["worktree", "list", "--porcelain", "-z"]);
  if (!answer.ok) return success(null);
  const heads: Head[] = [];
  for (const [index, listing] of listingsIn(answer.value.toString("utf8")).entries()) {
    if (listing.has("bare")) continue;
    const told = listing.get("worktree") ?? "";
    const place = index === 0 ? mainPlace(located, told) : await placeTold(located.commonDir, linked, told);
    if (place === null) continue;
    const branch = listing.get("branch");
    if (branch === undefined && !listing.has("detached")) return failed(unknownHead(located, place, ""));
    heads.push({ place, branch: branch === undefined ? null : branchOf(branch) });
  }
  return success(heads);
}

/** The main worktree comes first; each is a block of lines with an empty one after it. */
function listingsIn(text: string): readonly ReadonlyMap<string, string>[] {
  const blocks = text.split("\0\0").filter((block) => block !== "");
  return blocks.map((block) => new Map(block.split("\0").map(keyAndRest)));
}

function keyAndRest(line: string): [string, string] {
  const space = line.indexOf(" ");
  return space < 0 ? [line, ""] : [line.slice(0, space), line.slice(space + 1)];
}

// A git that is older than relative paths repeats them as they are written: from the private folder of the worktree.
async function placeTold(commonDir: string, linked: readonly Place[], told: string): Promise<Place | null> {
  const path = await realPath(resolve(commonDir, "worktrees", "any", told));
  return linked.find((place) => place.path === path) ?? null;
}

/** Those that are not in the list, and the project's own folder in any case. */
async function headsOneByOne(
  located: Located,
  listed: readonly Head[] | null,
  linked: readonly Place[],
): Promise<Result<readonly Head[]>> {
  const { commonDir } = located;
  const main = await hasMain(located, listed !== null);
  if (!main.ok) return main;
  const places = [...(main.value ? [mainPlace(located, dirname(commonDir))] : []), ...linked];
  const told = new Set(listed?.map(({ place }) => place.gitDir));
  const git = new Git({ gitDir: commonDir });
  const heads: Head[] = [];
  for (const place of places.filter(({ gitDir }) => !told.has(gitDir))) {
    // The name by which a HEAD is known outside of its worktree.
    const name = place.gitDir === commonDir ? "HEAD" : `worktrees/${basename(place.gitDir)}/HEAD`;
    const head = await git.ask(["symbolic-ref", "-q", name], "", [0, 1]);
    if (!head.ok) return failed(unknownHead(located, place, wordsOf(head.failure)));
    const ref = head.value.stdout.toString("utf8").trim();
    if (isUnknown(ref)) return failed(unknownHead(located, place, ""));
    heads.push({ place, branch: branchOf(ref) });
  }
  return success(heads);
}

/** HEAD of a bare repository is nobody's folder. */
async function hasMain(
  { gitDir, commonDir, workTree }: Located,
  isListed: boolean,
): Promise<Result<boolean>> {
  if (gitDir === commonDir) return success(workTree !== null);
  if (isListed || basename(commonDir) !== ".git") return success(false);
  const bare = await new Git({ gitDir: commonDir }).ask(
    ["config", "--type=bool", "--get", "core.bare"],
    "",
    [0, 1],
  );
  return bare.ok ? success(bare.value.stdout.toString("latin1").trim() !== "true") : bare;
}

function mainPlace({ gitDir, commonDir, workTree }: Located, told: string): Place {
  return { path: gitDir === commonDir ? (workTree ?? told) : told, gitDir: commonDir };
}

/** Linked worktrees whose folder is there, or only away for a while: who locks one says that it comes back. */
async function linkedPlaces(located: Located): Promise<readonly Place[]> {
  const folder = join(located.commonDir, "worktrees");
  const places: Place[] = [];
  for (const name of await namesIn(folder)) {
    const gitDir = join(folder, name);
    // It was moved, perhaps, and is asked in any case.
    if (gitDir === located.gitDir && located.workTree !== null) {
      places.push({ path: await realPath(located.workTree), gitDir });
      continue;
    }
    const link = (await unlessMissing(readFile(join(gitDir, "gitdir"), "utf8")))?.trimEnd() ?? "";
    if (link === "") continue;
    const file = resolve(gitDir, link);
    const proofs = [file, join(gitDir, "locked")].map((path) => unlessMissing(stat(path)));
    if ((await Promise.all(proofs)).some((found) => found !== null)) {
      places.push({ path: await realPath(dirname(file)), gitDir });
    }
  }
  return places;
}

async function realPath(path: string): Promise<string> {
  return (await unlessMissing(realpath(path))) ?? path;
}

/** At the end of a rebase git wants these to be where they were: its own branch, and those that it takes along. */
async function rebasedIn(gitDir: string): Promise<readonly string[]> {
  const read = async (path: string) => (await unlessMissing(readFile(join(gitDir, path), "utf8"))) ?? "";
  const texts = ["rebase-merge/head-name", "rebase-apply/head-name", "rebase-merge/update-refs"].map(read);
  const lines = (await Promise.all(texts)).flatMap((text) => text.split("\n"));
  return lines.map((line) => branchOf(line.trim())).filter((branch) => branch !== null);
}

function branchOf(ref: string): string | null {
  return ref.startsWith("refs/heads/") ? ref.slice("refs/heads/".length) : null;
}

/** What stands in the file HEAD for programs that read it, where refs are kept in a table. */
function isUnknown(ref: string): boolean {
  return ref.split("/").some((part) => part.startsWith("."));
}

function wordsOf(failure: Failure): string {
  return failure.reason === "git" ? (failure.stderr.split("\n")[0] ?? "") : "";
}

function unknownHead(located: Located, { path, gitDir }: Place, words: string): Failure {
  const said = words === "" ? "" : ` (${words})`;
  const isOwn = gitDir === located.gitDir;
  const detail = `git cannot tell which branch is checked out in ${isOwn ? "it" : `its worktree ${path}`}${said}`;
  const remedy = `git ${isOwn ? "" : `-C ${path} `}symbolic-ref HEAD refs/heads/BRANCH`;
  return { reason: "project-unusable", path: located.workTree ?? located.gitDir, detail, remedy };
}
