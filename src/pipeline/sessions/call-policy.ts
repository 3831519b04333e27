// What follows when a call brought no answer? Pure: it counts, and knows no clock and no money.
//
// Where it is certain that there was no answer, sending again costs nothing, so it is done a few times. Where it is not,
// the call may have been paid for: it is sent once more, and then it rests, longer each time, before any build sends it
// again. So what is at risk grows slowly, and nobody has to say a word. What costs nothing rests for moments only.

import type { Digest } from "../../model/digest.ts";
import type { Failure, ModelErrorCause } from "../../model/failure.ts";
import type { CallEnd } from "../../store/call-record.ts";

export type ModelError = Extract<Failure, { reason: "model-error" }>;

/** Longest wait within a build, in ms; beyond it the call fails, with the time to come back. */
export const LONGEST_WAIT = 5 * 60_000;

/** How often a call may be begun without an outcome before it rests, counted over all builds. */
const WITHOUT_REST = 2;

/** How long a call rests, in ms: at first, doubled each time, and at most; and how often one build sends it then. */
const REST = { first: 2_000, longest: 60 * 60_000, sendings: 1 };
const FREE_REST = { first: 500, longest: 30_000, sendings: 4 };

interface Patience {
  readonly tries: number;
  /** Before the second try, in ms; doubled before each further one. */
  readonly first: number;
}

const PATIENCE: Partial<Record<ModelErrorCause, Patience>> = {
  rate: { tries: 6, first: 2_000 },
  overloaded: { tries: 4, first: 500 },
  network: { tries: 4, first: 500 },
};

/**
 * How long to wait before the call is sent again, in ms; null: it has failed. `tries` counts those that surely brought no
 * answer, this one among them. Waits differ from call to call, so that those that were refused together do not come back
 * together.
 */
export function waitBefore(error: ModelError, tries: number, key: Digest): number | null {
  const patience = PATIENCE[error.cause];
  if (patience === undefined || tries >= patience.tries) return null;
  const spread = Number.parseInt(key.slice(tries * 4, tries * 4 + 4), 16) / 0xffff;
  const asked = error.retryAfterMs;
  if (asked !== null) return asked > LONGEST_WAIT ? null : asked + spread * Math.min(asked / 10, 1_000);
  return patience.first * 2 ** (tries - 1) * (0.5 + spread / 2);
}

/**
 * How long after its last beginning a call rests that was `begun` so often without an outcome, in ms. `price` is the most
 * that one sending can cost, in USD; null where that is unknown.
 */
export function restAfter(begun: number, price: number | null): number {
  if (begun < WITHOUT_REST) return 0;
  const { first, longest } = price === 0 ? FREE_REST : REST;
  return Math.min(first * 2 ** (begun - WITHOUT_REST), longest);
}

/** Whether a build leaves the call to a later one. `sendings` are those of this build that had no outcome. */
export function isLeft(begun: number, price: number | null, sendings: number): boolean {
  return begun >= WITHOUT_REST && sendings >= (price === 0 ? FREE_REST : REST).sendings;
}

export function callEnd(cause: ModelErrorCause): CallEnd {
  switch (cause) {
    case "rate":
    case "quota":
      return "throttled";
    case "overloaded":
    case "malformed":
      return "server";
    case "network":
    case "silence":
      return "not-sent";
    case "auth":
    case "context":
    case "refused":
    case "filtered":
      return "rejected";
  }
}
