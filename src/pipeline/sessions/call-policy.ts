// What follows when a call brought no answer? Pure: it counts, and knows no clock and no money.
//
// Where it is certain that there was no answer, sending again costs nothing, so it is done a few times; where the provider
// says when to come back, it is done then, and that is no try. Where it is not certain, the call may have been paid for: it
// is sent once more, and then it rests, longer each time, before any build sends it again. So what is at risk grows slowly,
// and nobody has to say a word. What costs nothing rests for moments only.

import type { Digest } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { ModelErrorCause } from "../../model/model-error.ts";
import type { CallEnd } from "../../store/call-record.ts";

export type ModelError = Extract<Failure, { reason: "model-error" }>;

/** Longest wait within a build, in ms; beyond it the call fails, with the time to come back. */
export const LONGEST_WAIT = 5 * 60_000;

/** How often a call may be begun without an outcome before it rests, counted over all builds. */
const WITHOUT_REST = 2;

/** How long a call rests, in ms: at first, doubled each time, and at most; and how often one build sends it then. */
const REST = { first: 2_000, longest: 60 * 60_000, sendings: 1 };
const FREE_REST = { first: 500, longest: 30_000, sendings: 4 };

/** Longest time that one call waits in all, in ms. */
const MOST_WAITED = 15 * 60_000;

/** How often one call comes back when it was told to, and is refused again. */
const MOST_TOLD = 20;

/** What one call has been through since it was asked. Refusals that told a time to come back are apart. */
export interface Refusals {
  readonly tries: number;
  readonly told: number;
  /** In ms. */
  readonly waited: number;
}

export const NO_REFUSALS: Refusals = { tries: 0, told: 0, waited: 0 };

interface Patience {
  readonly tries: number;
  /** Before the second try, in ms; doubled before each further one. */
  readonly first: number;
}

const PATIENCE: Partial<Record<ModelErrorCause, Patience>> = {
  rate: { tries: 6, first: 2_000 },
  overloaded: { tries: 4, first: 500 },
  // Large models take minutes.
  loading: { tries: 9, first: 1_000 },
  network: { tries: 4, first: 500 },
  // A page in the place of an answer, such as that of a gateway which restarts.
  malformed: { tries: 2, first: 500 },
};

/** With this one, which surely brought no answer. */
export function refusedAgain(before: Refusals, error: ModelError): Refusals {
  return error.retryAt === null
    ? { ...before, tries: before.tries + 1 }
    : { ...before, told: before.told + 1 };
}

/**
 * How long to wait before the call is sent again, in ms; null: it has failed. `past` counts this refusal, too. Waits differ
 * from call to call, so that those that were refused together do not come back together.
 */
export function waitBefore(error: ModelError, past: Refusals, key: Digest, now: number): number | null {
  const patience = PATIENCE[error.cause];
  if (patience === undefined || past.told > MOST_TOLD) return null;
  const at = (past.tries + past.told) % 15;
  const spread = Number.parseInt(key.slice(at * 4, at * 4 + 4), 16) / 0xffff;
  const ms = error.retryAt === null ? backoff(patience, past, spread) : asked(error.retryAt - now, spread);
  return ms === null || past.waited + ms > MOST_WAITED ? null : ms;
}

function backoff({ tries, first }: Patience, past: Refusals, spread: number): number | null {
  return past.tries >= tries ? null : first * 2 ** (past.tries - 1) * (0.5 + spread / 2);
}

function asked(left: number, spread: number): number | null {
  const ms = Math.max(0, left);
  return ms > LONGEST_WAIT ? null : ms + spread * Math.min(ms / 10, 1_000);
}

/** Where a quota told no time: when it is asked again, in ms. At first, doubled each time, and at most. */
const QUOTA_REST = { first: 5 * 60_000, longest: 60 * 60_000 };

/** No quota is renewed later, whatever a server says. */
const LONGEST_SHUT = 31 * 24 * 60 * 60_000;

/**
 * Until when no build asks that model again; null: what refused is over soon. It was shut `times` times in a row before. An
 * account that was filled up is known to a person alone, so that a quota without a time is asked again soon.
 */
export function shutUntil({ cause, retryAt }: ModelError, times: number, now: number): number | null {
  if (retryAt !== null && retryAt > now) {
    const isLong = cause === "quota" || (cause === "rate" && retryAt - now > LONGEST_WAIT);
    return isLong ? Math.min(retryAt, now + LONGEST_SHUT) : null;
  }
  return cause === "quota" ? now + Math.min(QUOTA_REST.first * 2 ** times, QUOTA_REST.longest) : null;
}

/** Whether a refusal that a build waits out holds for every call to that model until its time has come. */
export function holdsForAll({ cause, retryAt }: ModelError, now: number): boolean {
  return cause === "rate" && retryAt !== null && retryAt > now;
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
    case "loading":
    case "malformed":
      return "server";
    case "network":
    case "certificate":
    case "proxy":
    case "silence":
      return "not-sent";
    case "auth":
    case "context":
    case "output":
    case "model":
    case "parameter":
    case "refused":
    case "filtered":
      return "rejected";
  }
}
