// Where does a worker keep what others sent it of a project? In a bare repository with a commit for each state of what people wrote,
// and no past. It is derived, and begins anew with each start of the worker.

import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import type { Oid, Tree } from "../model/tree.ts";
import { onDisk } from "./disk.ts";
import { Git } from "./git.ts";
import { layRepository } from "./lay-repository.ts";
import { TreeWriter, writeBlobs, writeCommit } from "./objects.ts";

export class ReceivedRepository {
  /** Absolute. */
  readonly path: string;
  readonly #git: Git;

  private constructor(path: string) {
    this.path = path;
    this.#git = new Git({ gitDir: path });
  }

  /** Whatever lies there goes. */
  static async lay(path: string): Promise<Result<ReceivedRepository>> {
    const laid = await onDisk(path, "make a repository", async () => {
      await rm(path, { recursive: true, force: true });
      await mkdir(dirname(path), { recursive: true });
      await layRepository(path, { objectFormat: "sha1", alternates: [], shallow: null, bare: true });
    });
    return laid.ok ? success(new ReceivedRepository(path)) : laid;
  }

  /** Ids in the order of the contents. */
  write(contents: readonly Uint8Array[]): Promise<Result<readonly Oid[]>> {
    return writeBlobs(this.#git, contents);
  }

  /** Lets the branch hold the tree, whose contents are written, and nothing else. */
  async hold(branch: string, tree: Tree): Promise<Result<void>> {
    const indexFile = join(this.path, `index-${randomUUID()}`);
    const git = this.#git.at({ indexFile });
    const written = await new TreeWriter(git).write(tree);
    const removed = await onDisk(indexFile, "remove an index", () => rm(indexFile, { force: true }));
    if (!written.ok) return written;
    if (!removed.ok) return removed;
    const text = { tree: written.value, parents: [], message: "What people wrote\n", date: 0 };
    const commit = await writeCommit(git, text);
    if (!commit.ok) return commit;
    const moved = await git.ask(["update-ref", `refs/heads/${branch}`, commit.value], "", [0]);
    return moved.ok ? success(undefined) : moved;
  }
}
