// Which rule of the project's own .gitignore files drops a path from a draft? Whoever loses a file by one is told the line.

import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Result, success } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { onDisk, unlessMissing } from "./disk.ts";
import type { Repository } from "./repository.ts";
import type { Worktree } from "./worktree.ts";

/** A file of rules in the project, and the line in it that has the last word. */
export interface IgnoreRule {
  readonly source: string;
  readonly line: number;
}

/** Enough to find what an agent wrote; an install may hold more, and is no draft. */
const MOST_ENTRIES = 20_000;

/** The rules by the paths that they ignore, be these tracked or not. A path that ends with `/` is a folder. */
export async function ignoredAmong(
  repository: Repository,
  human: Tree,
  paths: readonly string[],
): Promise<Result<ReadonlyMap<string, IgnoreRule>>> {
  if (paths.length === 0) return success(new Map());
  const folder = await repository.ignoreRules(human);
  if (!folder.ok) return folder;
  // This one command refuses literal pathspecs, though it matches no patterns; `./` keeps a `:` from being magic. Nothing
  // of these names is in the folder of the rules, so the end of a name tells what is a folder.
  const names = paths.map((path) => `./${path}\0`).join("");
  return repository.withIndex(async (git) => {
    const args = ["check-ignore", "--no-index", "--verbose", "-z", "--stdin"];
    const env = { GIT_LITERAL_PATHSPECS: "0" };
    const answer = await git.at({ workTree: folder.value }).ask(args, names, [0, 1], env);
    return answer.ok ? success(rulesIn(answer.value.stdout.toString("utf8"))) : answer;
  });
}

/** Source, line, pattern and path of each; a pattern that begins with `!` takes a path back in. */
function rulesIn(text: string): ReadonlyMap<string, IgnoreRule> {
  const words = text.split("\0");
  const rules = new Map<string, IgnoreRule>();
  for (let at = 0; at + 3 < words.length; at += 4) {
    const [source = "", line = "", pattern = "", path = ""] = words.slice(at, at + 4);
    if (!pattern.startsWith("!")) rules.set(path.slice("./".length), { source, line: Number(line) });
  }
  return rules;
}

/** The first file in a worktree that `isMeant` and a rule drops, in the order of paths; null where there is none. */
export async function firstDropped(
  { dir, repository, human, tree, installed }: Worktree,
  isMeant: (path: string) => boolean,
): Promise<Result<{ readonly path: string; readonly rule: IgnoreRule } | null>> {
  const listed = await onDisk(dir, "look for ignored files", async () => {
    const found: string[] = [];
    let seen = 0;
    const waiting = [""];
    for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
      const entries: Dirent[] =
        (await unlessMissing(readdir(join(dir, folder), { withFileTypes: true }))) ?? [];
      for (const entry of entries) {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (++seen > MOST_ENTRIES) return found;
        if (path === ".git" || installed.has(path)) continue;
        if (entry.isDirectory()) waiting.push(path);
        else if (!tree.has(path) && isMeant(path)) found.push(path);
      }
    }
    return found;
  });
  if (!listed.ok) return listed;
  const rules = await ignoredAmong(repository, human, listed.value);
  if (!rules.ok) return rules;
  const [first] = [...rules.value].sort(([a], [b]) => (a < b ? -1 : 1));
  return success(first === undefined ? null : { path: first[0], rule: first[1] });
}
