// Which trees were written before? One tree is laid out again and again: for the trial of a gate, for the gates
// themselves, for an agent that needs a folder. Its id follows from what is in it, so git has to be asked once.

import { createHash } from "node:crypto";
import type { Result } from "../model/result.ts";
import type { Oid, Tree } from "../model/tree.ts";

type Written<T = Oid> = Promise<Result<T>>;

const KEPT = 256;

export class TreeMemory {
  readonly #trees = new Map<string, Written>();
  readonly #commits = new Map<string, Written>();
  readonly #rules = new WeakMap<Tree, Written<string>>();

  oidOf(tree: Tree, write: () => Written): Written {
    const hash = createHash("sha256");
    for (const [path, { mode, oid }] of tree) hash.update(`${mode} ${oid} ${path}\0`);
    return remembered(this.#trees, hash.digest("hex"), write);
  }

  commitOf(key: string, write: () => Written): Written {
    return remembered(this.#commits, key, write);
  }

  /** By the tree itself: a human layer is read once per build. */
  rulesOf(tree: Tree, lay: () => Written<string>): Written<string> {
    const known = this.#rules.get(tree);
    if (known !== undefined) return known;
    const laid = lay();
    this.#rules.set(tree, laid);
    return laid;
  }
}

/** A failure is not kept: what was missing may still come. */
function remembered(memory: Map<string, Written>, key: string, write: () => Written): Written {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const written = write().then((result) => {
    if (!result.ok) memory.delete(key);
    return result;
  });
  memory.set(key, written);
  for (const oldest of memory.keys()) {
    if (memory.size <= KEPT) break;
    memory.delete(oldest);
  }
  return written;
}
