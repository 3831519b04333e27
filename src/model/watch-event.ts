// What can happen while somebody watches, beside what happens in a build?

import type { TaskId } from "./address.ts";
import type { BuildResult } from "./build-result.ts";
import type { Diagnostic } from "./diagnostic.ts";

export type WatchEvent =
  | { readonly type: "watching"; readonly root: string }
  | ({ readonly type: "changed" } & SourceChange)
  /** The sources cannot be built as they are. `again`: the findings are those that were told last. */
  | { readonly type: "unsound"; readonly diagnostics: readonly Diagnostic[]; readonly again: boolean }
  | { readonly type: "declined" }
  /** Edits of these files came after the estimate, and in time for the build to read them. */
  | { readonly type: "joined"; readonly files: readonly string[] }
  /** Edits of these files came while a build ran; nothing more is begun for what they reach. */
  | { readonly type: "withdrawn"; readonly files: readonly string[] }
  | { readonly type: "built"; readonly result: BuildResult }
  /** Until then, in milliseconds since the epoch, money or a provider keeps work from being done. */
  | { readonly type: "waiting"; readonly for: "budget" | "provider"; readonly until: number }
  /** `mended`: what could not be built is as the last build found it again, so there is nothing to do. */
  | { readonly type: "idle"; readonly mended: boolean }
  /** A folder cannot be watched, so the sources are looked at every second. */
  | { readonly type: "polling"; readonly cause: string };

/** One edit, as far as it went until nothing was touched for a while. */
export interface SourceChange {
  /** Of the first look of all. */
  readonly first: boolean;
  /** Sorted; none where only something that was left undone is due. */
  readonly files: readonly string[];
  readonly requirements: readonly string[];
  readonly stale: readonly TaskId[];
  /** Tasks behind others, of which it is not known yet. */
  readonly maybe: number;
  /** Features that would be planned first. */
  readonly plans: readonly string[];
  /** Tasks that failed at this very window, and wait for a change or a person. */
  readonly failedBefore: readonly TaskId[];
  readonly paid: boolean;
  /** What it will cost in USD, told from what it cost before; null: nothing to tell it from. 0 where it is free. */
  readonly usd: number | null;
}
