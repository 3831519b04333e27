// What time is it? The only place that asks, so that tests and replays can hand in their own answer.

import { setTimeout as wait } from "node:timers/promises";

/** Milliseconds since the epoch. May step backwards: never measure a duration with it. */
export function now(): number {
  return Date.now();
}

/** Milliseconds from an arbitrary start, never backwards. */
export function monotonic(): number {
  return performance.now();
}

/** Lets the time pass; ends at once where the signal aborts. Never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
}
