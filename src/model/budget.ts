// How much may be spent?

/** The most that one build may spend, in USD; null: no limit. */
export interface Budget {
  readonly usd: number | null;
  readonly perTaskUsd: number | null;
}
