// Small whole values that the tests of the store share.

import { digestOfBytes } from "../../src/model/digest.ts";
import { NO_USAGE, type Usage } from "../../src/model/output.ts";
import type { Lock, LockEntry, Trace } from "../../src/model/trace.ts";
import type { Oid } from "../../src/model/tree.ts";

export function traceOf(part: Partial<Trace>): Trace {
  return {
    task: "products:T01",
    key: digestOfBytes("key"),
    manifest: { task: "products:T01", components: [] },
    reads: [],
    outputs: [],
    verification: digestOfBytes("verification"),
    agent: "local",
    attempts: 1,
    usage: NO_USAGE,
    ...part,
  };
}

export function entryOf(seed: string): LockEntry {
  return {
    project: "shop-api",
    key: digestOfBytes(`key ${seed}`),
    verification: digestOfBytes(`verification ${seed}`),
    outputs: [
      { path: `src/${seed}.ts`, mode: "100644", digest: digestOfBytes(seed), base: null },
      { path: `tests/${seed}.ts`, mode: "100755", digest: null, base: digestOfBytes("base") },
    ],
    reads: [{ kind: "file", subject: "src/money.ts", digest: digestOfBytes("money") }],
    released: [],
    yielding: [{ path: "README.md", blob: "4b825dc642cb6eb9a060e54bf8d69288fbee4904" as Oid }],
  };
}

export function lockOf(feature: string, tasks: number): Lock {
  const ids = Array.from({ length: tasks }, (_, at) => `T${String(at + 1).padStart(2, "0")}`);
  return { version: 1, feature, tasks: Object.fromEntries(ids.map((id) => [id, entryOf(id)])) };
}

export function usage(out: number): Usage {
  return { calls: 1, tokens: { in: 10, out, cached: 0 }, usd: 0.01 };
}

/** Numbers from 0 to 1, the same ones for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
