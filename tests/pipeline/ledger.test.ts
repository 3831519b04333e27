import fc from "fast-check";
import { expect, test } from "vitest";
import type { TaskId } from "../../src/model/address.ts";
import { NO_USAGE } from "../../src/model/output.ts";
import { Ledger, type Payer, type Reservation } from "../../src/pipeline/sessions/ledger.ts";
import { value } from "../store/temp-folder.ts";

const never = new AbortController().signal;
const T01 = payer("products:T01");
const T02 = payer("products:T02");
const NOBODY: Payer = { task: null, project: null };

function payer(task: TaskId, project = "app"): Payer {
  return { task, project };
}

/** What a promise has come to by now; undefined while it waits. */
async function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  const turn = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
  return Promise.race([promise, turn]);
}

test("a reservation that would only fit once others cost less waits for them", async () => {
  const ledger = new Ledger({ build: 1, perTask: null });
  const first = value(await ledger.reserve(0.6, T01, never));
  const second = ledger.reserve(0.6, T02, never);
  expect(await soon(second)).toBeUndefined();
  first.settle(0.3);
  expect(await soon(second)).toMatchObject({ ok: true });
});

test("a reservation that can no longer fit fails, also one that waited", async () => {
  const ledger = new Ledger({ build: 1, perTask: null });
  expect(await ledger.reserve(1.01, NOBODY, never)).toMatchObject({
    failure: { reason: "budget", spent: 0, next: 1.01 },
  });
  const first = value(await ledger.reserve(0.6, T01, never));
  const second = ledger.reserve(0.6, T02, never);
  first.settle(0.5);
  const failure = { reason: "budget", of: "build", limit: 1, spent: 0.5, next: 0.6, project: "app" };
  expect(await soon(second)).toEqual({ ok: false, failure });
});

test("small ones do not overtake a large one for ever, and one task's limit holds up no other task", async () => {
  const ledger = new Ledger({ build: 10, perTask: 1 });
  const first = value(await ledger.reserve(0.9, T01, never));
  const own = ledger.reserve(0.5, T01, never);
  const other = value(await ledger.reserve(1, T02, never));
  const planning = value(await ledger.reserve(7, NOBODY, never));
  const large = ledger.reserve(3, NOBODY, never);
  const small = ledger.reserve(0.1, payer("products:T03"), never);
  expect(await soon(small)).toBeUndefined();
  planning.settle(1);
  expect(await soon(large)).toMatchObject({ ok: true });
  expect(await soon(small)).toMatchObject({ ok: true });
  first.settle(0.4);
  expect(await soon(own)).toMatchObject({ ok: true });
  other.settle(0);
});

test("an interrupt ends the waiting, and lets those behind go on", async () => {
  const ledger = new Ledger({ build: 1, perTask: null });
  value(await ledger.reserve(0.6, NOBODY, never));
  const interrupt = new AbortController();
  const waits = ledger.reserve(0.6, T01, interrupt.signal);
  const behind = ledger.reserve(0.3, T02, never);
  interrupt.abort();
  expect(await waits).toEqual({ ok: false, failure: { reason: "cancelled" } });
  expect(await soon(behind)).toMatchObject({ ok: true });
});

test("what programs spend themselves counts against both limits, an unknown price against none", () => {
  const ledger = new Ledger({ build: 2, perTask: 1 });
  ledger.spend({ ...NO_USAGE, usd: null }, T01);
  ledger.spend({ ...NO_USAGE, usd: 1 }, T01);
  expect(ledger.check(T01)).toMatchObject({ failure: { of: "task", spent: 1, limit: 1 } });
  expect(ledger.check(T02)).toMatchObject({ ok: true });
  ledger.spend({ ...NO_USAGE, usd: 1 }, T02);
  expect(ledger.check(NOBODY)).toMatchObject({ failure: { of: "build", spent: 2, limit: 2 } });
});

test("whatever the order, no limit is passed and nobody waits for ever", async () => {
  const calls = fc.array(
    fc.record({
      task: fc.constantFrom<Payer>(T01, T02, NOBODY),
      most: fc.double({ min: 0, max: 1.5, noNaN: true }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      pick: fc.nat(),
    }),
    { maxLength: 25 },
  );
  await fc.assert(
    fc.asyncProperty(calls, fc.boolean(), async (all, cents) => {
      const ledger = new Ledger({ build: 3, perTask: 1.2 });
      const open: { reservation: Reservation; cost: number; task: Payer }[] = [];
      let spent = 0;
      const by = new Map<Payer, number>();
      let ended = 0;
      for (const { task, most, part } of all) {
        const usd = cents ? Math.round(most * 10) / 10 : most;
        void ledger.reserve(usd, task, never).then((result) => {
          ended += 1;
          if (result.ok) open.push({ reservation: result.value, cost: usd * part, task });
        });
      }
      for (let step = 0; ; step += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        const next = open.splice((all[step % all.length]?.pick ?? 0) % Math.max(1, open.length), 1)[0];
        if (next === undefined) break;
        next.reservation.settle(next.cost);
        spent += next.cost;
        by.set(next.task, (by.get(next.task) ?? 0) + next.cost);
        expect(spent).toBeLessThanOrEqual(3 + 1e-9);
        for (const task of [T01, T02] as const) expect(by.get(task) ?? 0).toBeLessThanOrEqual(1.2 + 1e-9);
      }
      expect(ended).toBe(all.length);
    }),
    { numRuns: 150 },
  );
});

test("what a program tells while it runs counts against the limit, and against the reservations of others", async () => {
  const ledger = new Ledger({ build: 1, perTask: null });
  const first = value(await ledger.meter(payer("a:T01"), () => 0, never));
  const second = value(await ledger.meter(payer("a:T02"), () => 0, never));
  expect(first.read(0.6).ok).toBe(true);
  expect(second.read(0.3).ok).toBe(true);
  expect(second.read(0.5)).toMatchObject({ ok: false, failure: { reason: "budget", limit: 1, of: "build" } });
  first.end();
  expect(second.read(0.5).ok).toBe(true);
  second.end();
  expect(second.read(9).ok).toBe(true);
  expect((await ledger.reserve(1, NOBODY, new AbortController().signal)).ok).toBe(true);
});

test("of programs whose cost nobody knows the first goes alone, and then as many as fit by what it cost", async () => {
  const ledger = new Ledger({ build: 0.35, perTask: null });
  let expected = Number.POSITIVE_INFINITY;
  const begin = (task: TaskId) => ledger.meter(payer(task), () => expected, never);
  const first = value(await begin("a:T01"));
  const [second, third, fourth] = [begin("a:T02"), begin("a:T03"), begin("a:T04")];
  const call = ledger.reserve(0.1, NOBODY, never);
  expect(await soon(second)).toBeUndefined();
  expect(await soon(call)).toBeUndefined();
  expected = 0.1;
  ledger.spend({ ...NO_USAGE, calls: 1, usd: 0.1 }, payer("a:T01"));
  first.end();
  expect(await soon(second)).toMatchObject({ ok: true });
  expect(await soon(third)).toMatchObject({ ok: true });
  expect(await soon(fourth)).toBeUndefined();
  for (const one of [second, third]) {
    ledger.spend({ ...NO_USAGE, calls: 1, usd: 0.125 }, payer("a:T02"));
    value(await one).end();
  }
  expect(await soon(fourth)).toMatchObject({ ok: false, failure: { reason: "budget", of: "build" } });
});

test("a program alone begins as long as anything is left, and waits for nobody where no limit is set", async () => {
  const unknown = () => Number.POSITIVE_INFINITY;
  const ledger = new Ledger({ build: 1, perTask: null });
  ledger.spend({ ...NO_USAGE, calls: 1, usd: 0.9 }, NOBODY);
  expect((await ledger.meter(T01, () => 5, never)).ok).toBe(true);
  const free = new Ledger({ build: null, perTask: null });
  for (const task of [T01, T02]) expect((await free.meter(task, unknown, never)).ok).toBe(true);
});

test("the limit of a project stops that project alone, also while the build has money left", async () => {
  const projects = new Map([["app", { usd: 1, perTaskUsd: null }]]);
  const ledger = new Ledger({ build: 10, perTask: null, projects });
  const first = value(await ledger.reserve(0.8, T01, never));
  const second = ledger.reserve(0.5, T02, never);
  const other = value(await ledger.reserve(5, payer("orders:T01", "shop"), never));
  expect(await soon(second)).toBeUndefined();
  first.settle(0.8);
  const failure = { reason: "budget", of: "project", project: "app", limit: 1, spent: 0.8, next: 0.5 };
  expect(await soon(second)).toEqual({ ok: false, failure });
  other.settle(5);
  ledger.spend({ ...NO_USAGE, usd: 0.2 }, { task: null, project: "app" });
  expect(ledger.check(T02)).toMatchObject({ failure: { of: "project", project: "app", spent: 1 } });
  expect(ledger.check(payer("orders:T02", "shop"))).toMatchObject({ ok: true });
});

test("what a project allows its tasks beats what the workspace allows, in either direction", () => {
  const projects = new Map([
    ["app", { usd: null, perTaskUsd: 3 }],
    ["shop", { usd: null, perTaskUsd: 0.5 }],
  ]);
  const ledger = new Ledger({ build: null, perTask: 1, projects });
  const shop = payer("orders:T01", "shop");
  const elsewhere = payer("pages:T01", "site");
  for (const one of [T01, shop, elsewhere]) ledger.spend({ ...NO_USAGE, usd: 0.7 }, one);
  expect(ledger.check(T01)).toMatchObject({ ok: true });
  expect(ledger.check(shop)).toMatchObject({ failure: { of: "task", project: "shop", limit: 0.5 } });
  expect(ledger.check(elsewhere)).toMatchObject({ ok: true });
  expect(ledger.isLimited({ task: null, project: "app" })).toBe(false);
});
