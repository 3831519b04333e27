// How are times, sizes, money and counts written? One way each, the same in every report.

/** Milliseconds as `412 ms`, `3.2 s`, `4 min 05 s` or `1 h 12 min`. */
export function duration(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** Like `duration`, but without a figure that flickers: below a second it is tenths, too. */
export function stopwatch(ms: number): string {
  return ms < 1000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : duration(ms);
}

/** A moment, in ms since the epoch, as `2026-01-31 07:05 UTC`. */
export function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function two(figure: number): string {
  return String(figure).padStart(2, "0");
}

/** Milliseconds since the epoch as `14:05:09 UTC`. */
export function timeOfDay(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}

/** Bytes as `834 B`, `1.8 KB` or `2.4 MB`, with 1 KB = 1024 B. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** What is known of a cost: the sum of the known prices, and whether some were not known. */
export interface Cost {
  readonly usd: number;
  readonly complete: boolean;
}

export const NO_COST: Cost = { usd: 0, complete: true };

export function addCost(cost: Cost, usd: number | null): Cost {
  return usd === null ? { ...cost, complete: false } : { ...cost, usd: cost.usd + usd };
}

/** `$0.00`, `$0.0042`, or `≥ $0.12 (some prices unknown)`: an unknown price is never shown as nothing. */
export function money(cost: Cost): string {
  const figure = `$${cost.usd.toFixed(cost.usd > 0 && cost.usd < 0.01 ? 4 : 2)}`;
  return cost.complete ? figure : `≥ ${figure} (some prices unknown)`;
}

/** Like `money`, for where there is no room to say why it is a lower bound. */
export function briefMoney(cost: Cost): string {
  return `${cost.complete ? "" : "≥ "}${money({ ...cost, complete: true })}`;
}

/** The cost of one thing alone. */
export function price(usd: number | null): string {
  return usd === null ? "price unknown" : money({ usd, complete: true });
}

/** `1 task`, `3 tasks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
