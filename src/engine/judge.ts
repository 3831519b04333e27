// Is a task's recorded result still good, and if not, what is the least that must be done? Pure: the facts are gathered
// by the line.

import type { TaskId } from "../model/address.ts";
import type { Digest } from "../model/digest.ts";
import type { Manifest, VerificationManifest } from "../model/manifest.ts";
import type { LockEntry, Trace } from "../model/trace.ts";
import type { Reason, Verdict } from "../model/verdict.ts";
import { compareManifests, plainReason } from "./manifest.ts";
import { compareVerifications, verificationKey } from "./verification.ts";

export interface Facts {
  readonly manifest: Manifest;
  readonly key: Digest;
  /** The selected result; null where the task was never accepted. */
  readonly lock: LockEntry | null;
  /** A trace of this key that the store holds with all its outputs, where the lock names another key. */
  readonly stored: Trace | null;
  /** The last accepted trace, for the explanation. */
  readonly previous: Trace | null;
  /** Discovered reads whose answers have changed, in order; the first one decides. */
  readonly changedReads: readonly string[];
  /** Paths of the lock's outputs that neither the project nor the store can give back. */
  readonly lost: readonly string[];
  /** Of the recorded outputs on today's foundation; null where there is no result to verify. */
  readonly verification: VerificationManifest | null;
  /** As the recorded outputs were verified last; null where nobody remembers it. */
  readonly verifiedBefore: VerificationManifest | null;
  /** Paths whose underlying file moved since the output was made from it. */
  readonly movedBases: readonly string[];
  /** Tasks below this one whose selected result is another than before this build. */
  readonly changedBelow: readonly TaskId[];
  /** True where the outputs are in the project's product already. */
  readonly published: boolean;
  readonly forced: boolean;
}

/** What the line does next about the task. */
export type Work = "nothing" | "restore" | "adopt" | "verify" | "rebase" | "draft";

export interface Judgement {
  readonly verdict: Verdict;
  readonly work: Work;
  readonly reasons: readonly Reason[];
}

export function judge(facts: Facts): Judgement {
  const { lock, key } = facts;
  if (facts.forced) return stale([plainReason("forced", facts.manifest.task)]);
  if (lock === null) {
    if (facts.stored !== null) return { verdict: "cached", work: "adopt", reasons: [] };
    return { verdict: "missing", work: "draft", reasons: [plainReason("never-built", facts.manifest.task)] };
  }
  if (lock.key !== key) {
    const reasons = keyReasons(facts);
    if (facts.stored !== null) return { verdict: "cached", work: "adopt", reasons };
    return stale(reasons);
  }
  if (facts.changedReads.length > 0) {
    return stale([plainReason("read-changed", facts.changedReads[0] as string)]);
  }
  if (facts.lost.length > 0) {
    return {
      verdict: "missing",
      work: "draft",
      reasons: facts.lost.map((path) => plainReason("output-missing", path)),
    };
  }
  if (facts.movedBases.length > 0) {
    return {
      verdict: "stale",
      work: "rebase",
      reasons: facts.movedBases.map((path) => plainReason("base-changed", path)),
    };
  }
  if (facts.verification === null || verificationKey(facts.verification) !== lock.verification) {
    return { verdict: "stale", work: "verify", reasons: verificationReasons(facts) };
  }
  if (!facts.published) return { verdict: "cached", work: "restore", reasons: [] };
  return { verdict: "fresh", work: "nothing", reasons: [] };
}

function stale(reasons: readonly Reason[]): Judgement {
  return { verdict: "stale", work: "draft", reasons };
}

function verificationReasons({ verification, verifiedBefore, changedBelow, manifest }: Facts): Reason[] {
  const below = changedBelow.map((task) => plainReason("dependency-output-changed", task));
  const known = verification !== null && verifiedBefore !== null;
  const reasons = [...below, ...(known ? compareVerifications(verifiedBefore, verification) : [])];
  return reasons.length > 0 ? reasons : [plainReason("verification-changed", manifest.task)];
}

function keyReasons(facts: Facts): Reason[] {
  const { previous, lock } = facts;
  if (previous === null || previous.key !== lock?.key)
    return [plainReason("key-changed", facts.manifest.task)];
  return compareManifests(previous.manifest, facts.manifest);
}
