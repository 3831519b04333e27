// How much may planners write? Room follows the work: what many requirements and a large map ask for is no shorter because
// the request is long. It knows no texts, only how long they are.

import type { Segment, Window } from "../model/window.ts";
import { bytesOf, countedBytes } from "./bounded.ts";

export interface PlanningWork {
  readonly requestBytes: number;
  readonly requirements: number;
  readonly mapBytes: number;
}

/** Of each of the three documents: its share of what the request leaves of the bound, or more where the work asks for it. */
export function documentRoom(work: PlanningWork, limit: number): number {
  const share = Math.floor((limit - work.requestBytes - MARGIN) / 3);
  return Math.max(share, Math.min(neededRoom(work, limit), limit));
}

/** Of the plan: it meets the requirements again where it is cut into tasks. */
export function planRoom(work: PlanningWork, limit: number): number {
  const share = Math.floor((limit - work.requestBytes) * 0.6);
  return Math.max(share, Math.min(Math.floor(neededRoom(work, limit) * 1.5), limit));
}

/** Bytes for whatever there is to plan, for each requirement, and for the code that it has to go into. */
function neededRoom({ requirements, mapBytes }: PlanningWork, limit: number): number {
  return Math.max(LEAST_DOCUMENT, Math.floor(limit / 8)) + 192 * requirements + Math.floor(mapBytes / 32);
}

export function workOf(
  given: readonly Segment[],
  { requirements, maps }: { readonly requirements: number; readonly maps: readonly Segment[] },
): PlanningWork {
  return { requestBytes: countedBytes(given), requirements, mapBytes: bytesOf(maps) };
}

/** Bytes that a window needs for all but the texts themselves. */
const MARGIN = 256;

/** A document below this could hold no plan. */
const LEAST_DOCUMENT = 512;

/** Nobody who writes can count bytes: so much less is asked for than would be refused. */
const ASKED = 0.95;

/** What is asked of an answer that may have so many bytes. */
export function boundSegment(bytes: number): Segment {
  return { kind: "bound", name: "bytes", text: String(Math.floor(bytes * ASKED)), place: null };
}

/** Beyond how many bytes an answer is refused that was asked for in this window; null where nothing was said. */
export function roomIn({ segments }: Window): number | null {
  const asked = segments.find(({ kind }) => kind === "bound");
  return asked === undefined ? null : Math.ceil(Number(asked.text) / ASKED);
}
