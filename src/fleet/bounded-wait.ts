// How is a Redis left that may be away? Questions to it have no end then, and whoever ends waits for none of them for long.

import type { Redis } from "ioredis";
import { pause } from "../platform/clock.ts";

/** For how long Redis may take to be left. */
const CLOSE_MS = 2000;

/** Until the work is done, or that time is over. Rejects as the work does. */
export async function atMost(work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(CLOSE_MS, over.signal)]).finally(() => over.abort());
}

/** Rejects where the end is asked for while Redis is away: what waits for it then has no end of its own. */
export function untilLeft(redis: Redis, signal: AbortSignal): Promise<never> {
  const left = new Promise<never>((_, reject) => {
    const look = () =>
      setTimeout(() => (redis.status === "ready" ? look() : reject(new Error("stopped"))), CLOSE_MS).unref();
    signal.addEventListener("abort", look, { once: true });
  });
  // Where nothing waits, nobody needs to know.
  left.catch(() => {});
  return left;
}
