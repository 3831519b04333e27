// What is remembered of a finished task, so that it need not run again?

import type { TaskId } from "./address.ts";
import type { Digest } from "./digest.ts";
import type { Manifest, VerificationManifest } from "./manifest.ts";
import type { Output, Read, Usage } from "./output.ts";
import type { Oid, TreeEntry } from "./tree.ts";

/** Constructive: the outputs can be restored from the store by their digests. */
export interface Trace {
  readonly task: TaskId;
  readonly key: Digest;
  readonly manifest: Manifest;
  readonly reads: readonly Read[];
  readonly outputs: readonly Output[];
  readonly verification: Digest;
  /** Of which `verification` is the digest; absent in traces of earlier versions. */
  readonly verified?: VerificationManifest;
  readonly agent: string;
  readonly attempts: number;
  readonly usage: Usage;
}

/** One that was found again by its key. */
export interface FoundTrace extends Trace {
  /** It came from a shared store, and that it passed its gates is so far what whoever may write there says. */
  readonly isHearsay?: true;
}

/** Stands for the agent of what people wrote before a task took it over; no agent's id is spelled so. */
export const ADOPTED = "(people)";

/** `factory.lock` in the folder of a feature: the selected result of every task, committed beside its spec. */
export interface Lock {
  readonly version: 1;
  readonly feature: string;
  readonly tasks: Readonly<Record<string, LockEntry>>;
  /** Absent where the factory did not plan the feature: what a person wrote is used as it is. */
  readonly planning?: PlanningRecord;
}

/** What the factory planned last: the base of the next merge with what people wrote since. */
export interface PlanningRecord {
  /** Digest of all that decides whether to plan anew: the request as it is understood, and who plans. */
  readonly key: Digest;
  /** Digest of the request alone, in the form of `requestOf` (spec/compare/feature-request.ts). */
  readonly request: Digest;
  /** Digests of the exact texts as they were planned, before people's edits were merged into them. Null: a person's. */
  readonly plan: Digest | null;
  readonly backlog: Digest;
  /** Digest of the BACKLOG.yaml that a person approved; null until then, and again when its tasks are planned anew. */
  readonly approved: Digest | null;
}

export interface LockEntry {
  readonly project: string;
  readonly key: Digest;
  readonly verification: Digest;
  readonly outputs: readonly Output[];
  /** Discovered reads, replayed when the task is judged. */
  readonly reads: readonly Read[];
  /** Paths that a person keeps (`factory accept`): the task no longer owns them. */
  readonly released: readonly string[];
  /** Edits on the branch that give way to the product at the next merge (`factory discard`, `absorb`). */
  readonly yielding: readonly Yielding[];
  /** Who drafted it where that was a fallback, or `ADOPTED`; absent: the agent that the task is routed to. */
  readonly agent?: string;
}

/** An edit that gives way by a person's word. A later one at the same path is another edit, which nobody spoke of. */
export interface Yielding {
  readonly path: string;
  /** Git's id of what stands there; null where the file is gone. */
  readonly blob: Oid | null;
}

/** Whether what stands on the branch at a path of the task gives way to the product. */
export function givesWay({ yielding }: LockEntry, path: string, now: TreeEntry | null | undefined): boolean {
  return yielding.some((one) => one.path === path && one.blob === (now?.oid ?? null));
}

/**
 * What its agent read beside the files that the task changes itself: those count by what lies below its change, over which the
 * change can be merged.
 */
export function readsBeyond({ outputs, reads }: Pick<LockEntry, "outputs" | "reads">): readonly Read[] {
  if (reads.length === 0) return reads;
  const changed = new Set(outputs.flatMap(({ path, base }) => (base === null ? [] : [path])));
  return reads.filter(({ kind, subject }) => kind !== "file" || !changed.has(subject));
}

/** What the task still owns: all but the paths that were handed to a person. */
export function ownOutputs({ outputs, released }: LockEntry): readonly Output[] {
  return released.length === 0 ? outputs : outputs.filter(({ path }) => !released.includes(path));
}
