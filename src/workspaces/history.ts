// How is a commit of the factory told from a person's, and which human layer was it made on? The trailers of the
// commits are the only record, so a fresh clone of a project knows as much as the one that was built in.

import { type Result, success } from "../model/result.ts";
import type { Oid } from "../model/tree.ts";
import { type Git, IDENTITY } from "./git.ts";

/** A commit of the branch `factory`, and the commit or tree of the human layer below it. */
export interface Product {
  readonly commit: Oid;
  readonly human: Oid;
}

export const HUMAN_TRAILER = "Factory-Human";

const OID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** The tree without files; git knows it without having it. */
export function emptyTree(format: "sha1" | "sha256"): Oid {
  return (
    format === "sha1"
      ? "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
      : "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
  ) as Oid;
}

/** The newest product that `commit` contains, itself included; null where it contains none. */
export async function newestProduct(git: Git, commit: Oid): Promise<Result<Product | null>> {
  const itself = await search(git, ["--no-walk"], commit);
  if (!itself.ok || itself.value !== null) return itself;
  // Topological, because dates of products come from their inputs and need not grow.
  return search(git, ["--topo-order", "--max-count=1"], commit);
}

/** What `tip` shares with the branch `factory`; null where they have no history in common. */
export async function mergeBase(git: Git, tip: Oid, factory: Oid): Promise<Result<Oid | null>> {
  const base = await git.lookUp(["merge-base", tip, factory], [0, 1]);
  if (!base.ok) return base;
  const oid = base.value.stdout.toString("latin1").trim();
  return success(oid === "" ? null : (oid as Oid));
}

/** The product that was last merged into `tip`; `base` is what it shares with `factory`, whose product is `newest`. */
export async function mergedProduct(
  git: Git,
  tip: Oid,
  base: Oid | null,
  newest: Product | null,
): Promise<Result<Product | null>> {
  if (base !== null && base === newest?.commit) return success(newest);
  if (base !== null) {
    const product = await search(git, ["--no-walk"], base);
    if (!product.ok || product.value !== null) return product;
  }
  return newestProduct(git, tip);
}

export async function isAncestor(git: Git, older: Oid, newer: Oid): Promise<Result<boolean>> {
  const answer = await git.ask(["merge-base", "--is-ancestor", older, newer], "", [0, 1]);
  return answer.ok ? success(answer.value.code === 0) : answer;
}

/** Blobs that stood at a path along the history of `tip`, the newest first, each once. */
export async function pastBlobs(git: Git, tip: Oid, path: string): Promise<Result<readonly Oid[]>> {
  const options = ["--full-history", "--raw", "--no-abbrev", "--no-renames", "-z", "--format="];
  const answer = await git.feed(["log", ...options, "--end-of-options", tip, "--", path]);
  if (!answer.ok) return answer;
  const told = answer.value.toString("latin1").matchAll(/:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]\0/g);
  const oids = [...told].map(([, oid = ""]) => oid as Oid);
  return success([...new Set(oids)].filter((oid) => !/^0+$/.test(oid)));
}

// Both the trailer and the committer: a squash merge by a person may carry our trailers in its message.
async function search(git: Git, walk: readonly string[], commit: Oid): Promise<Result<Product | null>> {
  const answer = await git.lookUp([
    "log",
    ...walk,
    "--fixed-strings",
    "--all-match",
    `--committer=${IDENTITY.name} <${IDENTITY.email}>`,
    `--grep=${HUMAN_TRAILER}: `,
    `--format=%H %(trailers:key=${HUMAN_TRAILER},valueonly,separator=%x20)`,
    "--end-of-options",
    commit,
  ]);
  if (!answer.ok) return answer;
  const [oid = "", human = ""] = answer.value.stdout.toString("utf8").trim().split(" ");
  return success(OID.test(oid) && OID.test(human) ? { commit: oid as Oid, human: human as Oid } : null);
}
