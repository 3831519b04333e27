// What may a person ask of a build beside its sources?

export interface BuildOptions {
  /** Empty: everything. */
  readonly targets: readonly string[];
  /** How many agents at once; null: as the workspace says. */
  readonly agents: number | null;
  readonly force: boolean;
  readonly failFast: boolean;
  /** `locked` and `offline` both refuse to start an agent that is not the generator. */
  readonly modelCalls: "allowed" | "locked" | "offline";
  readonly budgetUsd: number | null;
  /** Most within any sixty minutes; null: as the workspace says. */
  readonly perHourUsd: number | null;
  /** Asks no agent again for what failed through its answers and is unchanged since. */
  readonly keepFailed?: boolean;
  /** What a person has said of features and projects that are gone: that these are meant to be. */
  readonly removalsMeant?: RemovalsMeant;
  /** Branch that all projects are built into, whatever is declared or checked out. */
  readonly branch?: string;
  /** Address of the fleet that works for it, whatever is declared. */
  readonly fleet?: string;
  /** Project of which a person has approved the product that waits. */
  readonly mergeApproved?: string;
}

/** True: all of it; else features by their name, and projects as `name/`. */
export type RemovalsMeant = boolean | ReadonlySet<string>;
