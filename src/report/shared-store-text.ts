// What was a store that a team shares good for, in words?

import type { SharedTally } from "../model/shared-tally.ts";
import { count } from "./figures.ts";

/** Of a build that is over. */
export function sharedStoreText(tally: SharedTally): string {
  const { store, sent, waiting, doubtful } = tally;
  const parts = [
    ...restoredParts(tally, "restored"),
    ...(sent === 0 ? [] : [`${sent} sent`]),
    ...(waiting === 0 ? [] : [`${waiting} to be sent by the next build`]),
    ...doubts(doubtful),
  ];
  return `${store}: ${parts.join(", ")}`;
}

/** Of a look at what a build would do; null where the store changes nothing. */
export function sharedStoreOffer(tally: SharedTally): string | null {
  const parts = [...restoredParts(tally, "to be restored"), ...doubts(tally.doubtful)];
  return parts.length === 0 ? null : `store ${tally.store}: ${parts.join(", ")}`;
}

function restoredParts({ restored }: SharedTally, what: string): readonly string[] {
  const { results, answers, trials, blobs } = restored;
  const counts = [
    ...(results === 0 ? [] : [count(results, "result")]),
    ...(answers === 0 ? [] : [count(answers, "answer")]),
    ...(trials === 0 ? [] : [count(trials, "gate run")]),
    ...(blobs === 0 ? [] : [count(blobs, "file")]),
  ];
  return counts.length === 0 ? [] : [`${counts.join(" and ")} ${what}`];
}

function doubts(doubtful: number): readonly string[] {
  return doubtful === 0 ? [] : [`${doubtful} set aside as doubtful`];
}
