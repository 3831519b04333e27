// What is one version of a feature? A stretch of history over which its spec meant the same.

import type { TaskId } from "./address.ts";
import type { Digest } from "./digest.ts";
import type { Feature } from "./feature.ts";
import type { FeatureDiff } from "./feature-diff.ts";
import type { Oid } from "./tree.ts";

/** A commit of the workspace as its log tells it. */
export interface Origin {
  readonly commit: Oid;
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly subject: string;
}

/** A feature as it stood after one commit, or as it stands in the working copy. */
export interface SpecState {
  /** Null: the working copy. */
  readonly origin: Origin | null;
  /** Name of the folder then; another one before it was renamed. */
  readonly folder: string;
  /** Null where there is no such feature, or where it cannot be read. */
  readonly feature: Feature | null;
  readonly unreadable: boolean;
}

export interface SpecVersion {
  /** The oldest is 1. */
  readonly number: number;
  /** Of what the spec means; the same meaning has the same digest wherever it appears. */
  readonly digest: Digest;
  /** An earlier version that meant the same; null where the meaning was new. */
  readonly sameAs: number | null;
  /** The first state that meant this: its origin is who made the version, when and why. */
  readonly first: SpecState;
  /** The last state before the next version: its files are what the version is restored from. */
  readonly last: SpecState;
  readonly feature: Feature;
}

/** A task's result that was first selected while a version stood. */
export interface VersionResult {
  readonly task: TaskId;
  readonly key: Digest;
  /** Null where nobody knows any more, or where it never had a price. */
  readonly usd: number | null;
  /** False where no record of the work is left, so that its cost is unknown for that reason. */
  readonly recorded: boolean;
}

/** A version with what it changed and what it came to. */
export interface VersionWithResults {
  readonly version: SpecVersion;
  /** Against the version before; the first one adds the feature. */
  readonly diff: FeatureDiff;
  readonly results: readonly VersionResult[];
}
