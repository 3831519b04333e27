// Are the submodules in a slot as they were laid? What a gate left in one would be another draft's, so they are laid anew
// where anything in them moved, and left alone where nothing did.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { sameEntry, type Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import { movementIn, stampInstall } from "./install.ts";
import type { Repository } from "./repository.ts";
import { laySubmodules } from "./submodules.ts";
import { removeTree } from "./untracked.ts";

export interface KeptOrder {
  readonly tree: Tree;
  readonly human: Tree;
  readonly dir: string;
  /** Where the state in which they were laid is kept; the pinned commits are part of its name. */
  readonly stamp: string;
}

/** In a submodule, nothing is a cache: it is somebody else's project. */
const NO_CACHE = () => false;

export async function keepSubmodules(repository: Repository, order: KeptOrder): Promise<Result<null>> {
  const { tree, human, dir } = order;
  const pinned = [...human].filter(
    ([path, entry]) => entry.mode === "160000" && sameEntry(tree.get(path), entry),
  );
  if (pinned.length === 0) return success(null);
  const stamp = `${order.stamp}-${pinned.map(([, { oid }]) => oid.slice(0, 12)).join("-")}`.slice(0, 250);
  const install = { dir, roots: pinned.map(([path]) => path), stamp };
  const movement = await movementIn(install, new Map(), NO_CACHE);
  if (!movement.ok) return movement;
  const { moved, added } = movement.value;
  if (moved === null && added.length === 0) return success(null);
  const cleared = await onDisk(dir, "clear submodules", async () => {
    rmSync(stamp, { force: true });
    for (const root of install.roots) await removeTree(join(dir, root));
  });
  if (!cleared.ok) return cleared;
  const laid = await laySubmodules(repository, order);
  return laid.ok ? stampInstall(install, NO_CACHE) : laid;
}
