// Where is the history of a workspace? In the repository that it lies in, perhaps in a folder of a larger one. It is only
// read: neither a person's configuration nor their hooks take part.

import { existsSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Digest } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import { repositoryAbove } from "./find-repository.ts";
import { Git } from "./git.ts";
import { type Located, locate } from "./locate.ts";
import { isPartial } from "./partial-clone.ts";

export interface WorkspaceRepository {
  readonly git: Git;
  readonly located: Located;
  /** Path of the workspace in it, with `/` at its end; empty at its top. */
  readonly prefix: string;
  readonly objectFormat: "sha1" | "sha256";
  /** What is older may be elsewhere. */
  readonly shallow: boolean;
}

/** Null where the workspace is in no repository. */
export async function workspaceRepository(root: string): Promise<Result<WorkspaceRepository | null>> {
  const top = repositoryAbove(root);
  const located = top === null ? success(null) : await locate(top);
  if (!located.ok) return located;
  if (top === null || located.value === null) return success(null);
  const { gitDir, commonDir, objectFormat } = located.value;
  const path = relative(realpathSync(top), realpathSync(root)).split(sep).join("/");
  const prefix = path === "" ? "" : `${path}/`;
  const shallow = existsSync(join(commonDir, "shallow"));
  return success({ git: new Git({ gitDir }), located: located.value, prefix, objectFormat, shallow });
}

/** Whether there is a commit that is checked out. */
export async function hasCommit(git: Git): Promise<Result<boolean>> {
  const born = await git.ask(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], "", [0, 1, 128]);
  return born.ok ? success(born.value.code === 0) : born;
}

/**
 * Whether a committed lock told of the digest at any time. Where there is no history, none did; in a partial clone git would
 * have to fetch the locks of the past, so there nobody is told, and what stands at a path stays a person's.
 */
export async function lockTold(root: string, digest: Digest): Promise<Result<boolean>> {
  const repository = await workspaceRepository(root);
  if (!repository.ok) return repository;
  if (repository.value === null) return success(false);
  const { git, prefix } = repository.value;
  const born = await hasCommit(git);
  if (!born.ok || !born.value) return born;
  const partial = await isPartial(repository.value.located);
  if (!partial.ok || partial.value) return partial.ok ? success(false) : partial;
  const args = ["log", "--max-count=1", "--format=%H", `-S${digest}`, "HEAD", "--", `${prefix}specs`];
  const found = await git.feed(args);
  return found.ok ? success(found.value.length > 0) : found;
}
