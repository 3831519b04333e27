// What may an agent look at? A frozen tree, asked in three ways. Each answer comes with the digest by which the engine
// recognises it later: what was asked becomes an input of the task.

import type { Digest } from "../model/digest.ts";
import type { FileMode } from "../model/output.ts";
import type { Result } from "../model/result.ts";

/** Paths are checked by whoever asks (model/path.ts); a path that does not exist is an answer, not a failure. */
export interface Snapshot {
  /** What lies at a path; all three are null where there is no file. Of a symbolic link the content is its target. */
  read(path: string): Promise<Result<SnapshotFile>>;
  /** Names of what lies directly in a folder, sorted, folders with `/` at their end; null where there is no such folder. */
  list(
    folder: string,
  ): Promise<Result<{ readonly names: readonly string[] | null; readonly digest: Digest | null }>>;
  /** Every line that contains the text, in path order; the digest is null where there is none. */
  search(
    text: string,
  ): Promise<Result<{ readonly hits: readonly SearchHit[]; readonly digest: Digest | null }>>;
}

export interface SnapshotFile {
  readonly content: Uint8Array | null;
  readonly mode: FileMode | null;
  /** Of the content alone. */
  readonly digest: Digest | null;
}

export const NO_FILE: SnapshotFile = { content: null, mode: null, digest: null };

export interface SearchHit {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}
