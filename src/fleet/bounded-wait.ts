// How is a Redis left that may be away? Questions to it have no end then, and whoever ends waits for none of them for long.

import { pause } from "../platform/clock.ts";

/** For how long Redis may take to be left. */
export const CLOSE_MS = 2000;

/** Until the work is done, or that time is over. Rejects as the work does. */
export async function atMost(work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(CLOSE_MS, over.signal)]).finally(() => over.abort());
}
