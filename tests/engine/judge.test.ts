// From which facts follows which judgement? A table of what a result asks for by itself, where the first fact that matters
// decides; and one of how the looking may end, with every verdict that there is.

import { expect, test } from "vitest";
import {
  ALL_DONE,
  dueVerdictFor,
  type Facts,
  judge,
  judgeClashes,
  NOTHING_OPEN,
  type RecordedTask,
  type ResultFacts,
  type UnfinishedBefore,
} from "../../src/engine/judge.ts";
import { verificationKey, verificationManifest } from "../../src/engine/verification.ts";
import { type Digest, digestOfBytes } from "../../src/model/digest.ts";
import type { Failure } from "../../src/model/failure.ts";
import type { Manifest } from "../../src/model/manifest.ts";
import { NO_USAGE } from "../../src/model/output.ts";
import type { LockEntry, Trace } from "../../src/model/trace.ts";
import type { Reason, ReasonCode } from "../../src/model/verdict.ts";

const KEY = digestOfBytes("key");
const OLD = digestOfBytes("old key");
const VERIFIED = verificationManifest(
  digestOfBytes("outputs"),
  [],
  digestOfBytes("none"),
  digestOfBytes("node"),
);
const OTHER = { ...VERIFIED, foundation: digestOfBytes("other") };

function manifest(text: string): Manifest {
  const component = {
    kind: "requirement",
    name: "R1",
    digest: digestOfBytes(text),
    text,
    place: null,
  } as const;
  return { task: "a:T01", components: [component] };
}

function lock(key: Digest): LockEntry {
  return {
    project: "app",
    key,
    verification: verificationKey(VERIFIED),
    outputs: [],
    reads: [],
    released: [],
    yielding: [],
  };
}

function trace(key: Digest, text: string): Trace {
  const outcome = {
    reads: [],
    outputs: [],
    verification: verificationKey(VERIFIED),
    agent: "local",
    attempts: 1,
    usage: NO_USAGE,
  };
  return { task: "a:T01", key, manifest: manifest(text), ...outcome };
}

/** A task whose recorded result holds in every way. */
const FRESH: RecordedTask = {
  manifest: manifest("new"),
  key: KEY,
  lock: lock(KEY),
  stored: null,
  previous: null,
  changedReads: [],
  lost: [],
  verification: VERIFIED,
  verifiedBefore: null,
  movedBases: [],
  changedBelow: [],
  published: true,
  forced: false,
};

const table: readonly [title: string, facts: Partial<RecordedTask>, judged: string][] = [
  ["a result that holds needs nothing", {}, "fresh nothing"],
  ["a task without any result is missing", { lock: null }, "missing draft never-built a:T01"],
  [
    "a task without a selected result takes a stored one of its key",
    { lock: null, stored: trace(KEY, "new") },
    "cached use-stored",
  ],
  [
    "a changed window is told by what changed in it",
    { lock: lock(OLD), previous: trace(OLD, "old") },
    "stale draft requirement-changed R1",
  ],
  [
    "a changed window whose predecessor is forgotten is told as such",
    { lock: lock(OLD) },
    "stale draft key-changed a:T01",
  ],
  [
    "a remembered window that is not the selected one explains nothing",
    { lock: lock(OLD), previous: trace(digestOfBytes("older"), "older") },
    "stale draft key-changed a:T01",
  ],
  [
    "a window that was seen before takes its stored result back, with the reason",
    { lock: lock(OLD), previous: trace(OLD, "old"), stored: trace(KEY, "new") },
    "cached use-stored requirement-changed R1",
  ],
  ["the first changed read decides", { changedReads: ["b", "a"] }, "stale draft read-changed b"],
  [
    "outputs that nobody has are named",
    { lost: ["src/a.ts", "src/b.ts"] },
    "missing draft output-missing src/a.ts, output-missing src/b.ts",
  ],
  [
    "outputs on moved files are re-applied",
    { movedBases: ["src/a.ts"] },
    "stale merge-outputs base-changed src/a.ts",
  ],
  [
    "a changed foundation runs the gates alone",
    { verification: OTHER },
    "stale verify verification-changed a:T01",
  ],
  ["a result that left the product is put back", { published: false }, "cached restore"],
  ["a forced task is drafted although it is fresh", { forced: true }, "stale draft forced a:T01"],
  [
    "force beats a stored result, which is what people force for",
    { forced: true, lock: null, stored: trace(KEY, "new") },
    "stale draft forced a:T01",
  ],
  [
    "a changed read beats all that could be saved of the result",
    { changedReads: ["a"], lost: ["src/a.ts"], movedBases: ["src/b.ts"], published: false },
    "stale draft read-changed a",
  ],
  [
    "lost outputs cannot be re-applied or verified",
    { lost: ["src/a.ts"], movedBases: ["src/b.ts"], verification: null, published: false },
    "missing draft output-missing src/a.ts",
  ],
  [
    "a moved file is re-applied before the gates run",
    { movedBases: ["src/b.ts"], verification: OTHER },
    "stale merge-outputs base-changed src/b.ts",
  ],
  [
    "what has to be verified is not put back unverified",
    { verification: OTHER, published: false },
    "stale verify verification-changed a:T01",
  ],
];

test.each(table)("%s", (_title, facts, judged) => {
  const { verdict, work, reasons } = dueVerdictFor({ ...FRESH, ...facts });
  const told = reasons.map(({ code, subject }) => `${code} ${subject}`).join(", ");
  expect(`${verdict} ${work} ${told}`.trim()).toBe(judged);
});

const DUE = { verdict: "fresh", work: "nothing", reasons: [] } as const;
const STALE = { verdict: "stale", work: "draft", reasons: [reason("forced", "a:T01")] } as const;
const CHANGED = { verdict: "stale", work: "draft", reasons: [reason("agent-changed", "a:T01")] } as const;

const HOLDS: ResultFacts = {
  at: "result",
  due: DUE,
  workObstacle: null,
  asked: null,
  edited: [],
  isAdopted: false,
  unfinished: ALL_DONE,
  open: NOTHING_OPEN,
};

function reason(code: ReasonCode, subject: string): Reason {
  return { code, subject, file: null, line: null };
}

function refusedFor(failure: Failure, told: Reason | null): Facts {
  return { ...HOLDS, due: STALE, workObstacle: { failure, reason: told } };
}

const CONFLICT: Failure = { reason: "merge-conflict", paths: [{ path: "a.ts", task: "a:T01", lost: true }] };
const WAITS: Failure = { reason: "change-waits", target: "a:T01", proposal: "p.yaml", changes: [] };
const UNCERTAIN: UnfinishedBefore = { ...ALL_DONE, uncertain: ["a:T00"] };

const looks: readonly [title: string, facts: Facts, judged: string][] = [
  [
    "a task that left the backlog is an orphan",
    { at: "backlog", task: "a:T01", unsaid: null },
    "orphan nothing task-removed a:T01",
  ],
  [
    "one whose feature went without a word waits for one",
    { at: "backlog", task: "a:T01", unsaid: "f.md" },
    "blocked nothing sources-vanished f.md; blocked",
  ],
  ["what nobody touched is as the last build left it", { at: "memory", edited: [] }, "fresh nothing"],
  [
    "so are the edits that it kept",
    { at: "memory", edited: ["a.ts"] },
    "modified nothing output-edited a.ts",
  ],
  [
    "a hold blocks",
    {
      at: "obstacle",
      ends: "blocked",
      reasons: [reason("plan-waits", "a")],
      failure: { reason: "cancelled" },
    },
    "blocked nothing plan-waits a; blocked",
  ],
  [
    "nothing is done behind what does not get done",
    { at: "dependencies", unfinished: { ...ALL_DONE, blocked: ["a:T00"], uncertain: ["a:T02"] } },
    "blocked nothing dependency-failed a:T00; blocked",
  ],
  [
    "a task that waits may change",
    { at: "dependencies", unfinished: UNCERTAIN },
    "stale nothing dependency-stale a:T00",
  ],
  [
    "a project comes before its tasks",
    { at: "project", task: "a:T01", wasBuilt: false },
    "missing make never-built a:T01",
  ],
  [
    "a project that is gone takes results along",
    { at: "project", task: "a:T01", wasBuilt: true },
    "missing make output-missing a:T01",
  ],
  ["a result that holds is fresh", HOLDS, "fresh nothing"],
  ["an edit of it is kept", { ...HOLDS, edited: ["a.ts"] }, "modified nothing output-edited a.ts"],
  [
    "an edit is no reason to keep a stale result",
    { ...HOLDS, due: STALE, edited: ["a.ts"] },
    "stale draft forced a:T01",
  ],
  [
    "what people edit of their own is taken over",
    {
      ...HOLDS,
      due: { verdict: "stale", work: "merge-outputs", reasons: [reason("base-changed", "a.ts")] },
      isAdopted: true,
    },
    "modified merge-outputs output-edited a.ts",
  ],
  [
    "a fresh result behind a draft that nobody can foresee is told as stale",
    { ...HOLDS, unfinished: UNCERTAIN },
    "stale nothing dependency-stale a:T00",
  ],
  [
    "what it read of that, and what it changed of that, is told",
    { ...HOLDS, unfinished: UNCERTAIN, open: { reads: ["a.ts"], bases: ["b.ts"] } },
    "stale nothing dependency-stale a:T00, read-open a.ts, base-open b.ts",
  ],
  [
    "so is a stored one",
    { ...HOLDS, due: { verdict: "cached", work: "use-stored", reasons: [] }, unfinished: UNCERTAIN },
    "stale use-stored dependency-stale a:T00",
  ],
  [
    "one that was never built stays missing",
    { ...HOLDS, due: { verdict: "missing", work: "draft", reasons: [] }, unfinished: UNCERTAIN },
    "missing draft dependency-stale a:T00",
  ],
  [
    "an open question blocks",
    { ...HOLDS, due: CHANGED, asked: reason("question-open", "Which?") },
    "blocked draft question-open Which?, agent-changed a:T01; blocked",
  ],
  [
    "and is asked again where a person wants that",
    { ...HOLDS, due: STALE, asked: reason("question-open", "Which?") },
    "blocked draft question-open Which?, forced a:T01",
  ],
  [
    "unless its window may change first",
    { ...HOLDS, due: STALE, asked: reason("question-open", "Which?"), unfinished: UNCERTAIN },
    "stale draft question-open Which?, forced a:T01, dependency-stale a:T00",
  ],
  [
    "a change that waits for a person blocks",
    refusedFor(WAITS, reason("change-waits", "a:T01")),
    "blocked draft change-waits a:T01, forced a:T01; blocked",
  ],
  [
    "a draft that would be refused fails",
    refusedFor({ reason: "cancelled" }, reason("draft-refused", "no")),
    "blocked draft draft-refused no, forced a:T01; failed",
  ],
  [
    "a draft that could not be merged is a conflict",
    refusedFor(CONFLICT, null),
    "conflict draft forced a:T01, output-edited a.ts; failed",
  ],
];

test.each(looks)("%s", (_title, facts, judged) => {
  const { verdict, work, reasons, obstacle } = judge(facts);
  const told = reasons.map(({ code, subject }) => `${code} ${subject}`).join(", ");
  const end = obstacle === null ? "" : `; ${obstacle.ends}`;
  expect(`${`${verdict} ${work} ${told}`.trim()}${end}`).toBe(judged);
});

test("a merge that comes to nothing is a conflict of the tasks that it is about, whatever else they are", () => {
  const fresh = judge(HOLDS);
  expect(judgeClashes(fresh, [])).toBe(fresh);
  expect(judgeClashes(fresh, ["a.ts"])).toEqual({
    ...fresh,
    verdict: "conflict",
    reasons: [reason("output-edited", "a.ts")],
  });
  const edited = judge({ ...HOLDS, edited: ["a.ts"] });
  expect(judgeClashes(edited, ["a.ts"]).reasons).toEqual([reason("output-edited", "a.ts")]);
});
