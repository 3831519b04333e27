// What time is it? The only place that asks, so that tests and replays can hand in their own answer.

/** Milliseconds since the epoch. May step backwards: never measure a duration with it. */
export function now(): number {
  return Date.now();
}

/** Milliseconds from an arbitrary start, never backwards. */
export function monotonic(): number {
  return performance.now();
}
