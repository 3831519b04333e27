// How long does one call come back to a server that refuses for now, and tells no time?

import { expect, test } from "vitest";
import type { Digest } from "../../src/model/digest.ts";
import {
  type ModelError,
  NO_REFUSALS,
  refusedAgain,
  waitBefore,
} from "../../src/pipeline/sessions/call-policy.ts";

const KEY = "8".repeat(64) as Digest;

/** Waits of a call that is refused until it has failed, in ms. */
function waits(cause: ModelError["cause"]): readonly number[] {
  const error: ModelError = {
    ...{ reason: "model-error", agent: "coder", cause, status: 503, detail: "Not now." },
    ...{ retryAt: null, outcome: "no-answer" },
  };
  const all: number[] = [];
  for (let past = refusedAgain(NO_REFUSALS, error); ; past = refusedAgain(past, error)) {
    const ms = waitBefore(error, past, KEY, 0);
    if (ms === null) return all;
    all.push(ms);
    past = { ...past, waited: past.waited + ms };
  }
}

test("a server that loads its model is waited for as long as that takes, and one that is overloaded for moments", () => {
  const sum = (all: readonly number[]) => all.reduce((ms, one) => ms + one, 0);
  expect(sum(waits("loading"))).toBeGreaterThan(2 * 60_000);
  expect(sum(waits("overloaded"))).toBeLessThan(10_000);
  expect(waits("auth")).toEqual([]);
});
