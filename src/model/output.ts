// What did a task contribute to its project?

import type { Digest } from "./digest.ts";
import type { InsertedLines } from "./inserted-lines.ts";

/** git's file modes: regular, executable, symbolic link. */
export type FileMode = "100644" | "100755" | "120000";

/** One path of a task's contribution. The content is a blob in the store; for a symlink it is the target. */
export interface Output {
  readonly path: string;
  readonly mode: FileMode;
  /** Null where the task deletes the path. */
  readonly digest: Digest | null;
  /** Digest of the file that it was made from; null where there was none. */
  readonly base: Digest | null;
  /** The task only inserted these lines into that file, in their order; absent where it wrote the file. */
  readonly inserted?: readonly InsertedLines[];
}

/** One path of a draft, before it is accepted. Content in memory: drafts are small and short-lived. */
export interface Change {
  readonly path: string;
  readonly mode: FileMode;
  /** Null: the path is deleted. */
  readonly content: Uint8Array | null;
  /** As in an `Output`. */
  readonly inserted?: readonly InsertedLines[];
}

/** A discovered input: what was asked of the snapshot, and the digest of the answer (null: absent). */
export interface Read {
  readonly kind: "file" | "list" | "search";
  readonly subject: string;
  readonly digest: Digest | null;
}

/** Token counts; `usd` is null where no price is known, and never zero for that reason. */
export interface Usage {
  readonly calls: number;
  readonly tokens: Tokens;
  readonly usd: number | null;
  /** The provider did not count: these are our own guesses. */
  readonly estimated?: true;
}

export interface Tokens {
  readonly in: number;
  readonly out: number;
  readonly cached: number;
}

export const NO_USAGE: Usage = { calls: 0, tokens: { in: 0, out: 0, cached: 0 }, usd: 0 };

/** The sum of two: unknown where either price is, and estimated where either is. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    tokens: {
      in: a.tokens.in + b.tokens.in,
      out: a.tokens.out + b.tokens.out,
      cached: a.tokens.cached + b.tokens.cached,
    },
    usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
    ...(a.estimated === true || b.estimated === true ? { estimated: true } : {}),
  };
}
