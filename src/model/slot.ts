// What is a slot? A persistent folder at a stable path in which a stage works on a tree: of one repository and one kind,
// leased by one stage at a time, with its own install.

import type { Digest } from "./digest.ts";
import type { Oid } from "./tree.ts";

/** What an agent or a service did in its slot never reaches a gate, so they never share one. */
export type SlotKind = "gate" | "agent" | "service";

export interface SlotRecord {
  readonly version: 2;
  /** The first that lies in its repository. */
  readonly project: string;
  readonly kind: SlotKind;
  /** Null where the project has no setup, where none has ended here, or where it may no longer be what it was. */
  readonly setup: SetUp | null;
  readonly lastLease: SlotLease;
}

export interface SlotLease {
  /** Task or project whose stage worked there. */
  readonly subject: string;
  /** When it began, in milliseconds since the epoch. */
  readonly at: number;
  /** False for a stage that is at work, or whose build was killed: something of it may still be writing there. */
  readonly ended: boolean;
}

/** A setup that has ended in a slot. */
export interface SetUp {
  /** Digest of its command, the toolchain, and the names of its variables. */
  readonly command: Digest;
  /** Files of the tree that it was made from, by path. */
  readonly inputs: Readonly<Record<string, Oid>>;
  /** Files like those that were there, and that it did not read. */
  readonly passed: readonly string[];
  /** What it left outside the tree: the shortest list of paths. */
  readonly roots: readonly string[];
}
