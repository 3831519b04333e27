// Which texts of a window may be said in fewer words, in what order, and how short may they get? Prose of whoever cut the
// tasks first. What decides whether the work is right (requirements, criteria, paths) is never touched, and no text is asked
// for at less than half of its length: what is cut further is a riddle.

import type { Segment } from "../model/window.ts";
import { bytesOf, segmentBytes } from "./bounded.ts";

/** Tiers of prose; what is in none is never shortened. Constraints of the feature are its author's, so they come later. */
function tierOf({ kind, name }: Segment): number | null {
  if (kind === "task") return name === "description" ? 0 : null;
  if (kind === "pattern") return 0;
  if (kind !== "constraint") return null;
  return name.startsWith("task ") ? 0 : 1;
}

/** In the order in which they are to be shortened. */
export function compressible(segments: readonly Segment[]): readonly Segment[] {
  const found = segments.flatMap((segment) => {
    const tier = tierOf(segment);
    return tier === null ? [] : [{ segment, tier, bytes: segmentBytes(segment) }];
  });
  return found.sort((a, b) => a.tier - b.tier || b.bytes - a.bytes).map(({ segment }) => segment);
}

/** Fewest bytes that a text may be asked for at. */
export function leastRoom(segment: Segment): number {
  return Math.ceil(segmentBytes(segment) / 2);
}

/** How much shorter a window can get at most. */
export function sparedBytes(segments: readonly Segment[]): number {
  const texts = compressible(segments);
  return bytesOf(texts) - texts.reduce((sum, segment) => sum + leastRoom(segment), 0);
}
