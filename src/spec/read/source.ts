// What do the readers of this folder take, and what do they give back?

import type { Diagnostic } from "../../model/diagnostic.ts";

export interface SourceFile {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * `value` is null only where nothing usable came out. A value may come with errors: then it holds what was sound, so
 * that the rules across files can still be tried and every finding is told at once.
 */
export interface Parsed<T> {
  readonly value: T | null;
  readonly diagnostics: readonly Diagnostic[];
}
