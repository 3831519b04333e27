// What may still be spent within sixty minutes? The account is that of a real store.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NO_USAGE } from "../../src/model/output.ts";
import { hourlySpendOf } from "../../src/pipeline/sessions/hourly-spend.ts";
import { Ledger, type Payer } from "../../src/pipeline/sessions/ledger.ts";
import { Blobs } from "../../src/store/blobs.ts";
import { Calls } from "../../src/store/calls.ts";
import { DISK } from "../../src/store/durable-io.ts";
import { value } from "../store/temp-folder.ts";

const MINUTE = 60_000;
const NOON = Date.parse("2026-11-22T12:00:00Z");
const never = new AbortController().signal;

/** A workspace that spent so much, at minutes before noon. */
async function spent(account: readonly (readonly [minutes: number, usd: number])[]): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "factory-hour-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const store = join(root, ".factory", "store");
  const calls = value(await Calls.open(store, new Blobs(store, DISK), DISK));
  for (const [minutes, usd] of account)
    value(await calls.spent({ at: NOON - minutes * MINUTE }, { ...NO_USAGE, calls: 1, usd }));
  value(calls.close());
  return root;
}

const NOBODY: Payer = { task: null, project: null };

test("what earlier builds spent within the hour counts, and what is older does not", async () => {
  const root = await spent([
    [90, 5],
    [50, 0.4],
    [10, 0.3],
  ]);
  const ledger = new Ledger({ build: null, perTask: null, hourly: hourlySpendOf(1, root, () => NOON) });
  expect(ledger.isLimited(NOBODY)).toBe(true);
  expect(await ledger.reserve(0.5, NOBODY, never)).toEqual({
    ok: false,
    failure: {
      reason: "budget",
      of: "hour",
      limit: 1,
      spent: 0.7,
      next: 0.5,
      fitsAt: NOON + 10 * MINUTE,
      project: null,
    },
  });
  value(await ledger.reserve(0.3, NOBODY, never)).settle(0.3);
  expect(ledger.check(NOBODY)).toMatchObject({
    failure: { of: "hour", spent: 1, fitsAt: NOON + 10 * MINUTE },
  });
});

test("as time goes on, it fits again", async () => {
  const root = await spent([[50, 1]]);
  let now = NOON;
  const ledger = new Ledger({ build: null, perTask: null, hourly: hourlySpendOf(1, root, () => now) });
  expect(ledger.check(NOBODY).ok).toBe(false);
  now += 10 * MINUTE;
  expect(ledger.check(NOBODY).ok).toBe(true);
  value(await ledger.reserve(1, NOBODY, never)).settle(1);
  expect(ledger.check(NOBODY)).toMatchObject({ failure: { fitsAt: now + 60 * MINUTE } });
});

test("what never fits says so, and does not tell anybody to wait", async () => {
  const root = await spent([]);
  const ledger = new Ledger({ build: null, perTask: null, hourly: hourlySpendOf(1, root, () => NOON) });
  const refused = await ledger.reserve(1.5, NOBODY, never);
  expect(refused).toEqual({
    ok: false,
    failure: { reason: "budget", of: "hour", limit: 1, spent: 0, next: 1.5, project: null },
  });
});

test("who comes later waits for what is reserved, and gets what that did not cost", async () => {
  const root = await spent([]);
  const ledger = new Ledger({ build: null, perTask: null, hourly: hourlySpendOf(1, root, () => NOON) });
  const first = value(await ledger.reserve(0.8, { task: "products:T01", project: "app" }, never));
  const second = ledger.reserve(0.8, { task: "products:T02", project: "app" }, never);
  first.settle(0.1);
  expect((await second).ok).toBe(true);
});
