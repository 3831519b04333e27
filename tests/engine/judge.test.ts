// From which facts follows which judgement? One table; the first fact that matters decides.

import { expect, test } from "vitest";
import { dueFor, type Recorded } from "../../src/engine/judge.ts";
import { verificationKey, verificationManifest } from "../../src/engine/verification.ts";
import { type Digest, digestOfBytes } from "../../src/model/digest.ts";
import type { Manifest } from "../../src/model/manifest.ts";
import { NO_USAGE } from "../../src/model/output.ts";
import type { LockEntry, Trace } from "../../src/model/trace.ts";

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
const FRESH: Recorded = {
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

const table: readonly [title: string, facts: Partial<Recorded>, judged: string][] = [
  ["a result that holds needs nothing", {}, "fresh nothing"],
  ["a task without any result is missing", { lock: null }, "missing draft never-built a:T01"],
  [
    "a task without a selected result takes a stored one of its key",
    { lock: null, stored: trace(KEY, "new") },
    "cached adopt",
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
    "cached adopt requirement-changed R1",
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
    "stale rebase base-changed src/a.ts",
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
    "stale rebase base-changed src/b.ts",
  ],
  [
    "what has to be verified is not put back unverified",
    { verification: OTHER, published: false },
    "stale verify verification-changed a:T01",
  ],
];

test.each(table)("%s", (_title, facts, judged) => {
  const { verdict, work, reasons } = dueFor({ ...FRESH, ...facts });
  const told = reasons.map(({ code, subject }) => `${code} ${subject}`).join(", ");
  expect(`${verdict} ${work} ${told}`.trim()).toBe(judged);
});
