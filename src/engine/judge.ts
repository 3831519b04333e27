// What is so about a task, and what is the least that must be done about it? The one judge: every verdict is made here, for
// whoever builds and for whoever only looks. Pure: the facts are gathered by the line.

import type { TaskId } from "../model/address.ts";
import type { Digest } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import type { Manifest, VerificationManifest } from "../model/manifest.ts";
import type { FoundTrace, LockEntry, Trace } from "../model/trace.ts";
import type { Reason, Verdict } from "../model/verdict.ts";
import { compareManifests, plainReason } from "./action-manifest.ts";
import { compareVerifications, verificationKey } from "./verification.ts";

/** What is done next about a task. `make`: its project, of which nobody knows anything until it is there. */
export type DueWork = "nothing" | "make" | "restore" | "use-stored" | "verify" | "merge-outputs" | "draft";

/** What keeps the work from being done, and what the task of a build ends in for it. */
export interface Obstacle {
  /** Null where it is told elsewhere: by the tasks that this one comes after, or as a question. */
  readonly failure: Failure | null;
  readonly ends: "blocked" | "failed";
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly work: DueWork;
  readonly reasons: readonly Reason[];
  readonly obstacle: Obstacle | null;
}

/** What the result asks for by itself. */
export interface DueVerdict {
  readonly verdict: "fresh" | "cached" | "stale" | "missing";
  readonly work: Exclude<DueWork, "make">;
  readonly reasons: readonly Reason[];
}

/** How far the looking came, and what it found there. Whatever lies behind that is not asked for. */
export type Facts =
  /** It left the backlog; `unsaid` is the file whose absence nobody gave a word for. */
  | { readonly at: "backlog"; readonly task: TaskId; readonly unsaid: string | null }
  /** Nothing changed since the last build, which saw these outputs edited. */
  | { readonly at: "memory"; readonly edited: readonly string[] }
  | {
      /** It cannot be looked at, or a plan or a person has to say more before anybody may. */
      readonly at: "obstacle";
      readonly ends: Obstacle["ends"];
      readonly reasons: readonly Reason[];
      readonly failure: Failure;
    }
  | { readonly at: "dependencies"; readonly unfinished: UnfinishedBefore }
  | { readonly at: "project"; readonly task: TaskId; readonly wasBuilt: boolean }
  | ResultFacts;

export interface ResultFacts {
  readonly at: "result";
  readonly due: DueVerdict;
  readonly workObstacle: WorkObstacle | null;
  /** What a person has to say of this very window first, where a draft is due and nobody has. */
  readonly asked: Reason | null;
  /** Its outputs that people edited. */
  readonly edited: readonly string[];
  /** People's own files were taken for the result: no product lies below an edit of them. */
  readonly isAdopted: boolean;
  readonly unfinished: UnfinishedBefore;
  readonly open: Open;
}

/** Something that stops the work that is due, however that would come out. */
export interface WorkObstacle {
  readonly failure: Failure;
  /** Null where it is told beside the verdict. */
  readonly reason: Reason | null;
}

/** Of the tasks that this one comes after: those that do not get done, and those whose results nobody can know yet. */
export interface UnfinishedBefore {
  readonly blocked: readonly TaskId[];
  readonly uncertain: readonly TaskId[];
  /** Files, as `addressInRepository` (model/project.ts) says them, that uncertain results may change, also those further below. */
  readonly open: ReadonlySet<string>;
}

export const ALL_DONE: UnfinishedBefore = { blocked: [], uncertain: [], open: new Set() };

/** Of the files that results before it may change: those that its agent read, and those that it has a change of itself. */
export interface Open {
  readonly reads: readonly string[];
  readonly bases: readonly string[];
}

export const NOTHING_OPEN: Open = { reads: [], bases: [] };

export function judge(facts: Facts): Judgement {
  switch (facts.at) {
    case "backlog":
      return facts.unsaid === null
        ? free("orphan", "nothing", [plainReason("task-removed", facts.task)])
        : stopped([plainReason("sources-vanished", facts.unsaid)], { failure: null, ends: "blocked" });
    case "memory":
      return facts.edited.length === 0 ? free("fresh", "nothing", []) : modified(facts.edited, "nothing");
    case "obstacle":
      return stopped(facts.reasons, facts);
    case "dependencies":
      return behind(facts.unfinished);
    case "project":
      return free("missing", "make", [
        plainReason(facts.wasBuilt ? "output-missing" : "never-built", facts.task),
      ]);
    case "result":
      return judgeResult(facts);
  }
}

/** Once it is known what a merge comes to: outputs over which the product and the branch disagree. */
export function judgeClashes(judgement: Judgement, paths: readonly string[]): Judgement {
  if (paths.length === 0) return judgement;
  const said = new Set(
    judgement.reasons.map(({ code, subject }) => (code === "output-edited" ? subject : "")),
  );
  const further = paths.filter((path) => !said.has(path)).map(edited);
  return { ...judgement, verdict: "conflict", reasons: [...judgement.reasons, ...further] };
}

function judgeResult(facts: ResultFacts): Judgement {
  const { due, workObstacle, asked, unfinished, open } = facts;
  const waits = [
    ...unfinished.uncertain.map((task) => plainReason("dependency-stale", task)),
    ...open.reads.map((path) => plainReason("read-open", path)),
    ...open.bases.map((path) => plainReason("base-open", path)),
  ];
  if (workObstacle !== null) {
    const { failure, reason } = workObstacle;
    const asksPerson = failure.reason === "change-waits" || failure.reason === "approval-needed";
    const ends = asksPerson ? "blocked" : "failed";
    if (failure.reason === "merge-conflict") {
      const reasons = [...due.reasons, ...waits, ...failure.paths.map(({ path }) => edited(path))];
      return { verdict: "conflict", work: due.work, reasons, obstacle: { failure, ends } };
    }
    const reasons = [...(reason === null ? [] : [reason]), ...due.reasons, ...waits];
    return { verdict: "blocked", work: due.work, reasons, obstacle: { failure, ends } };
  }
  if (asked !== null) {
    const reasons = [asked, ...due.reasons, ...waits];
    // It was asked about a window that may be another once all before it is done.
    if (waits.length > 0) return free("stale", due.work, reasons);
    // What waits for a reviewer costs nothing to take up; an agent would only ask the same again, for money.
    if (asked.code !== "question-open" || due.reasons.some(({ code }) => code === "forced"))
      return free("blocked", due.work, reasons);
    const failure: Failure = { reason: "question", text: asked.subject };
    return { verdict: "blocked", work: due.work, reasons, obstacle: { failure, ends: "blocked" } };
  }
  const own = withEdits(facts);
  if (waits.length === 0) return own;
  const verdict = own.verdict === "missing" ? "missing" : "stale";
  return { ...own, verdict, reasons: [...own.reasons, ...waits] };
}

function withEdits({ due, edited: paths, isAdopted }: ResultFacts): Judgement {
  // The next build takes over what people made of what was theirs.
  if (isAdopted && due.work === "merge-outputs")
    return modified(
      due.reasons.map(({ subject }) => subject),
      "merge-outputs",
    );
  if (due.verdict === "fresh" && paths.length > 0) return modified(paths, "nothing");
  return free(due.verdict, due.work, due.reasons);
}

function behind({ blocked, uncertain }: UnfinishedBefore): Judgement {
  if (blocked.length === 0)
    return free(
      "stale",
      "nothing",
      uncertain.map((task) => plainReason("dependency-stale", task)),
    );
  const reasons = blocked.map((task) => plainReason("dependency-failed", task));
  return stopped(reasons, { failure: null, ends: "blocked" });
}

function stopped(reasons: readonly Reason[], { failure, ends }: Obstacle): Judgement {
  return { verdict: "blocked", work: "nothing", reasons, obstacle: { failure, ends } };
}

function modified(paths: readonly string[], work: DueWork): Judgement {
  return free("modified", work, paths.map(edited));
}

function free(verdict: Verdict, work: DueWork, reasons: readonly Reason[]): Judgement {
  return { verdict, work, reasons, obstacle: null };
}

function edited(path: string): Reason {
  return plainReason("output-edited", path);
}

/** What the records say of a task that can be judged by its window. */
export interface RecordedTask {
  readonly manifest: Manifest;
  readonly key: Digest;
  /** The selected result; null where the task was never accepted. */
  readonly lock: LockEntry | null;
  /** A trace of this key that the store holds with all its outputs, where the lock names another key. */
  readonly stored: FoundTrace | null;
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

/** What must be done about the result itself, whatever stands in the way of it. */
export function dueVerdictFor(facts: RecordedTask): DueVerdict {
  const { lock, key } = facts;
  if (facts.forced) return stale([plainReason("forced", facts.manifest.task)]);
  if (lock === null) {
    if (facts.stored !== null) return { verdict: "cached", work: "use-stored", reasons: [] };
    return { verdict: "missing", work: "draft", reasons: [plainReason("never-built", facts.manifest.task)] };
  }
  if (lock.key !== key) {
    const reasons = keyReasons(facts);
    if (facts.stored !== null) return { verdict: "cached", work: "use-stored", reasons };
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
      work: "merge-outputs",
      reasons: facts.movedBases.map((path) => plainReason("base-changed", path)),
    };
  }
  if (facts.verification === null || verificationKey(facts.verification) !== lock.verification) {
    return { verdict: "stale", work: "verify", reasons: verificationReasons(facts) };
  }
  if (!facts.published) return { verdict: "cached", work: "restore", reasons: [] };
  return { verdict: "fresh", work: "nothing", reasons: [] };
}

function stale(reasons: readonly Reason[]): DueVerdict {
  return { verdict: "stale", work: "draft", reasons };
}

function verificationReasons({
  verification,
  verifiedBefore,
  changedBelow,
  manifest,
}: RecordedTask): Reason[] {
  const below = changedBelow.map((task) => plainReason("dependency-output-changed", task));
  const known = verification !== null && verifiedBefore !== null;
  const reasons = [...below, ...(known ? compareVerifications(verifiedBefore, verification) : [])];
  return reasons.length > 0 ? reasons : [plainReason("verification-changed", manifest.task)];
}

function keyReasons(facts: RecordedTask): Reason[] {
  const { previous, lock } = facts;
  if (previous === null || previous.key !== lock?.key)
    return [plainReason("key-changed", facts.manifest.task)];
  return compareManifests(previous.manifest, facts.manifest);
}
