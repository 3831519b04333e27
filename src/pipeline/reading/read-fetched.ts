// What do the sources say, with the templates that they pin? Whoever builds or begins a feature needs those here; all
// others read what is there, and are told what is not.

import type { Result } from "../../model/result.ts";
import { NOTHING_REMEMBERED, type Reading, type Remembered, readSources } from "./read.ts";

interface Place {
  readonly root: string;
  readonly packageRoot: string;
  readonly signal: AbortSignal;
}

/** As `readSources`; also fails with `templates-not-fetched`. */
export async function readFetched(
  place: Place,
  remembered: Remembered,
  modelCalls: "allowed" | "offline" | "locked",
): Promise<Result<Reading>> {
  const { root, packageRoot } = place;
  const reading = await readSources(root, packageRoot, remembered);
  if (!reading.ok || reading.value.unfetched.length === 0) return reading;
  const { fetchPinned } = await import("./pinned-templates.ts");
  const fetched = await fetchPinned(place, reading.value.unfetched, modelCalls);
  return fetched.ok ? readSources(root, packageRoot, NOTHING_REMEMBERED) : fetched;
}
