// What will a build cost, as far as that can be told before it runs?

export interface Forecast {
  /** In USD; null where it cannot be told. */
  readonly usd: number | null;
  /** What the build may spend; null: no limit. */
  readonly budgetUsd: number | null;
  /** Those that paid work is due for, in the order in which they are declared. */
  readonly projects: readonly ProjectForecast[];
}

export interface ProjectForecast {
  readonly id: string;
  /** Tasks that are drafted for money, and features that are planned for it. */
  readonly tasks: number;
  readonly plans: number;
  readonly usd: number | null;
  readonly budgetUsd: number | null;
  /** Tasks that are drafted as well if what their agents read turns out to change; not in the sums above. */
  readonly readers: { readonly tasks: number; readonly usd: number | null };
}
