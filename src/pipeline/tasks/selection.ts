// What does the lock hold of a task whose result is selected? Its own, and what people decided about its files before.

import type { Digest } from "../../model/digest.ts";
import type { VerificationManifest } from "../../model/manifest.ts";
import type { LockEntry } from "../../model/trace.ts";
import type { Run } from "../run/run.ts";
import { type Order, verificationOf } from "./judge-task.ts";

/** What a task gives to its project, and what its agent read for it beyond the window. */
export type Contribution = Pick<LockEntry, "outputs" | "reads" | "agent">;

export function entryOf(
  run: Run,
  { task, key, agent: routed }: Order,
  { outputs, reads, agent = routed.id }: Contribution,
  verification: Digest,
): LockEntry {
  const before = run.book.entry(task.id);
  return {
    project: task.project,
    key,
    verification,
    outputs,
    reads,
    released: before?.released ?? [],
    yielding: before?.yielding ?? [],
    ...(agent === routed.id ? {} : { agent }),
  };
}

/** The verification that the outputs would have if they were selected. */
export function verificationWith(run: Run, order: Order, contribution: Contribution): VerificationManifest {
  const { book } = run;
  const { node, site, task, key } = order;
  const before = book.entry(task.id);
  book.select(task.id, entryOf(run, order, contribution, key));
  const verification = verificationOf(run, site, node);
  book.select(task.id, before);
  return verification;
}
