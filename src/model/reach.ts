// What may a program of others reach, once it is started? The system it reads; what else it may do is said for each run.

import type { Network } from "./network.ts";

/** `auto`: confined where the machine can. `require`: nothing runs where it cannot. `off`: nothing is confined. */
export type SandboxMode = (typeof SANDBOX_MODES)[number];

export const SANDBOX_MODES = ["auto", "require", "off"] as const;

/** Paths are absolute. */
export interface Reach {
  /** A setup fills the caches of downloads, gates and services read them, an agent has none. */
  readonly stage: "agent" | "gate" | "service" | "setup";
  /** Folders and files that it reads and writes. */
  readonly writes: readonly string[];
  /** Further ones that it reads. */
  readonly reads: readonly string[];
  /** What its command names, which it reads as well. */
  readonly named: readonly string[];
  /** Without that of the machine it has one of its own, with nobody else in it. */
  readonly network: Network;
  /** Whether it is to be confined although the workspace asks for no sandbox. */
  readonly insists?: boolean;
}
