import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { EventBody } from "../../src/model/event.ts";
import { NO_USAGE } from "../../src/model/output.ts";
import { tempFolder, value } from "../store/temp-folder.ts";
import { asking, bench, coder, ONE_ANSWER, purpose } from "./payment.ts";
import { answerOf, answers, breaks, provider, refuses } from "./provider.ts";

const folder = tempFolder();
const tokens = { in: 1_000, out: 100, cached: 0 };

test("an answer is paid for once, in this build and in the next", async () => {
  await using server = await provider(answers("done"));
  const first = await bench(folder(), server.url);
  const ask = first.paid.askFor(coder, purpose);
  const paid = { answer: answerOf("done"), usage: { calls: 1, tokens, usd: ONE_ANSWER } };
  expect(value(await ask(asking("a")))).toEqual(paid);
  const replayed = { answer: answerOf("done"), usage: NO_USAGE, replayed: true };
  expect(value(await ask(asking("a")))).toEqual(replayed);
  value(first.calls.close());
  const second = await bench(folder(), server.url);
  expect(value(await second.paid.askFor(coder, { ...purpose, session: "s2" })(asking("a")))).toEqual(
    replayed,
  );
  expect(server.seen).toHaveLength(1);
  const event = {
    agent: "coder",
    model: "house-model",
    tokens,
    usd: ONE_ANSWER,
    ms: expect.any(Number),
    type: "call-ended",
  };
  expect(second.told).toEqual([{ ...event, session: "s2", replayed: true }]);
});

test("what can change the answer makes another call, where the server stands does not", async () => {
  await using server = await provider(answers("done"));
  const { paid } = await bench(folder(), server.url);
  value(await paid.askFor(coder, purpose)(asking("a")));
  value(await paid.askFor({ ...coder, baseUrl: server.url, id: "other" }, purpose)(asking("a")));
  expect(server.seen).toHaveLength(1);
  value(await paid.askFor(coder, purpose)(asking("b")));
  value(await paid.askFor({ ...coder, temperature: 0 }, purpose)(asking("a")));
  value(await paid.askFor({ ...coder, model: "other" }, purpose)(asking("a")));
  value(await paid.askFor({ ...coder, maxOutputTokens: 5 }, purpose)(asking("a")));
  value(await paid.askFor(coder, { ...purpose, salt: "again" })(asking("a")));
  expect(server.seen).toHaveLength(6);
});

test("sessions that ask the same at once share one call, and one of them pays", async () => {
  await using server = await provider(answers("done"));
  const { paid } = await bench(folder(), server.url);
  const ask = paid.askFor(coder, purpose);
  const all = await Promise.all([ask(asking("a")), ask(asking("a")), ask(asking("a"))]);
  expect(all.map((one) => value(one).usage.usd)).toEqual([ONE_ANSWER, 0, 0]);
  expect(server.seen).toHaveLength(1);
});

test("locked and offline builds get what was answered before, and nothing else", async () => {
  await using server = await provider(answers("done"));
  const first = await bench(folder(), server.url);
  value(await first.paid.askFor(coder, purpose)(asking("a")));
  value(first.calls.close());
  for (const modelCalls of ["locked", "offline"] as const) {
    const { paid, calls } = await bench(folder(), server.url, { modelCalls });
    const ask = paid.askFor(coder, purpose);
    expect(await ask(asking("a"))).toMatchObject({ ok: true });
    expect(await ask(asking("b"))).toMatchObject({
      failure: { reason: "model-needed", tasks: ["products:T01"] },
    });
    value(calls.close());
  }
  expect(server.seen).toHaveLength(1);
});

test("a refusal for now is waited out and sent again, and costs nothing", async () => {
  await using server = await provider(refuses(429, { "retry-after": "0.02" }), refuses(503), answers("done"));
  const { paid, told, calls } = await bench(folder(), server.url, { caps: { build: 2.2, perTask: null } });
  const got = value(await paid.askFor(coder, purpose)(asking("a")));
  expect(got.usage).toEqual({ calls: 1, tokens, usd: ONE_ANSWER });
  expect(told.map(({ type }) => type)).toEqual(["call-waiting", "call-waiting", "call-ended"]);
  expect(told[0]).toMatchObject({ cause: "rate", agent: "coder", session: "s1" });
  expect(calls.unresolved()).toEqual([]);
});

test("what waiting does not mend fails at once", async () => {
  const afterAnHour = refuses(429, { "retry-after": "3600" });
  await using server = await provider(refuses(401), refuses(400), afterAnHour, answers("done"));
  const { paid } = await bench(folder(), server.url);
  const ask = paid.askFor(coder, purpose);
  for (const cause of ["auth", "refused", "rate"]) {
    expect(await ask(asking("a"))).toMatchObject({ failure: { reason: "model-error", cause } });
  }
  // It said when it can be asked again, for whatever.
  expect(await ask(asking("b"))).toMatchObject({ failure: { reason: "model-error", cause: "rate" } });
  expect(server.seen).toHaveLength(3);
  const elsewhere = paid.askFor({ ...coder, keyEnv: "OTHER_KEY" }, purpose);
  expect(value(await elsewhere(asking("a"))).usage.usd).toBe(ONE_ANSWER);
  expect(server.seen).toHaveLength(4);
});

/** One build at a time of a clock; each asks two questions at once, and what was refused is not asked again by the other. */
function builds(dir: string, url: string) {
  return async (now: number) => {
    const { paid, calls } = await bench(dir, url, { clock: () => now });
    const ask = paid.askFor(coder, purpose);
    const first = await ask(asking("a"));
    const second = await ask(asking("b"));
    value(calls.close());
    return [first, second];
  };
}

test("a quota is asked about once, and by no build before the time that it told", async () => {
  await using server = await provider(refuses(402, { "retry-after": "43200" }), answers("done"));
  const build = builds(folder(), server.url);
  const now = Date.now();
  const refused = { failure: { reason: "model-error", cause: "quota", askedAgainAt: expect.any(Number) } };
  const [first] = await build(now);
  expect(first).toMatchObject(refused);
  const { askedAgainAt, retryAt } = (first as { failure: { askedAgainAt: number; retryAt: number } }).failure;
  expect(askedAgainAt).toBe(retryAt);
  for (const later of [now + 60_000, askedAgainAt - 1])
    expect(await build(later)).toMatchObject([refused, refused]);
  expect(server.seen).toHaveLength(1);
  expect(await build(askedAgainAt)).toMatchObject([{ ok: true }, { ok: true }]);
});

test("a quota that tells no time rests longer each time, and from the first answer on not at all", async () => {
  const untold = refuses(402);
  const refusals = Array.from({ length: 6 }, () => untold);
  await using server = await provider(...refusals, answers("done"), answers("done"), untold);
  const dir = folder();
  const build = builds(dir, server.url);
  const MINUTE = 60_000;
  let now = 1_000;
  for (const [nth, minutes] of [5, 10, 20, 40, 60, 60].entries()) {
    const askedAgainAt = now + minutes * MINUTE;
    const refused = { failure: { cause: "quota", retryAt: null, askedAgainAt } };
    expect(await build(now)).toMatchObject([refused, refused]);
    expect(await build(askedAgainAt - 1)).toMatchObject([refused, refused]);
    expect(server.seen).toHaveLength(nth + 1);
    now = askedAgainAt;
  }
  expect(await build(now)).toMatchObject([{ ok: true }, { ok: true }]);
  const { paid, calls } = await bench(dir, server.url, { clock: () => now });
  expect(await paid.askFor(coder, purpose)(asking("c"))).toMatchObject({
    failure: { askedAgainAt: now + 5 * MINUTE },
  });
  value(calls.close());
});

test("what is written of a quota and cannot be understood is as if nobody had refused", async () => {
  await using server = await provider(refuses(402), answers("done"));
  const dir = folder();
  const build = builds(dir, server.url);
  await build(1_000);
  writeFileSync(join(dir, "store", "calls", "shut.json"), '{"shut":1,"models":[{"place":');
  expect(await build(1_000)).toMatchObject([{ ok: true }, { ok: true }]);
});

test("a call with an unknown outcome is sent once more, its money counted as spent and told", async () => {
  await using server = await provider(breaks, answers("done"));
  const { paid, told, ledger } = await bench(folder(), server.url, { caps: { build: 10, perTask: null } });
  const got = value(await paid.askFor(coder, purpose)(asking("a")));
  expect(got.usage.usd).toBe(ONE_ANSWER);
  const atRisk = (told[0] as { atRisk: number }).atRisk;
  expect(told[0]).toEqual({ type: "call-at-risk", agent: "coder", subject: "products:T01", atRisk });
  expect(atRisk).toBeGreaterThan(1);
  const left = 10 - atRisk - ONE_ANSWER;
  const signal = new AbortController().signal;
  expect(await ledger.reserve(left + 0.01, { task: null, project: null }, signal)).toMatchObject({
    failure: { reason: "budget" },
  });
  expect(await ledger.reserve(left - 0.01, { task: null, project: null }, signal)).toMatchObject({
    ok: true,
  });
});

test("a call that is never answered rests longer each time, and nobody has to say that it is sent again", async () => {
  await using server = await provider(...Array.from({ length: 10 }, () => breaks), answers("done"));
  const unknown = { reason: "model-error", outcome: "unknown" };
  let now = 1_000;
  const build = async (salt = "") => {
    const { paid, calls, told } = await bench(folder(), server.url, { clock: () => now });
    const got = await paid.askFor(coder, { ...purpose, salt })(asking("a"));
    value(calls.close());
    return { got, told };
  };
  expect((await build()).got).toMatchObject({ failure: unknown });
  expect(server.seen).toHaveLength(2);
  for (let sent = 3; sent <= 10; sent++) {
    now += 2_000 * 2 ** (sent - 3);
    const { got, told } = await build();
    expect(got).toMatchObject({ failure: unknown });
    expect(told.map(({ type }) => type)).toEqual(["call-at-risk", "call-at-risk"]);
    expect(server.seen).toHaveLength(sent);
  }
  const againAt = now + 2_000 * 2 ** 8;
  const failure = {
    reason: "call-unresolved",
    agent: "coder",
    begun: 10,
    atRisk: expect.any(Number),
    againAt,
  };
  expect((await build()).got).toEqual({ ok: false, failure });
  expect(server.seen).toHaveLength(10);
  now = againAt;
  expect(value((await build()).got).answer.text).toBe("done");
  value((await build("retry")).got);
  expect(server.seen).toHaveLength(12);
});

test("a rest that is short is waited out within the build, also where the clock was set back", async () => {
  await using server = await provider(breaks, breaks, answers("done"));
  const first = await bench(folder(), server.url, { clock: () => 1_000_000 });
  await first.paid.askFor(coder, purpose)(asking("a"));
  value(first.calls.close());
  const interrupt = new AbortController();
  const tell = (event: EventBody) => {
    if (event.type !== "call-waiting") return;
    expect(event).toMatchObject({ cause: "unanswered", ms: 2_000 });
    interrupt.abort();
  };
  const second = await bench(folder(), server.url, { tell, signal: interrupt.signal, clock: () => 5 });
  const got = await second.paid.askFor(coder, purpose)(asking("a"));
  expect(got).toEqual({ ok: false, failure: { reason: "cancelled" } });
  expect(server.seen).toHaveLength(2);
});

test("a model that costs nothing is asked again after moments", async () => {
  await using server = await provider(breaks, breaks, breaks, answers("done"));
  const { paid, told } = await bench(folder(), server.url, { priceOf: async () => 0 });
  expect(value(await paid.askFor(coder, purpose)(asking("a"))).usage.usd).toBe(0);
  const waits = told.flatMap((event) => (event.type === "call-waiting" ? [event.ms] : []));
  // Rests begin with the sending, which takes a moment itself.
  expect(waits.map((ms) => Math.ceil(ms / 500) * 500)).toEqual([500, 1_000]);
});

test("an answer whose tokens nobody counted is priced by a guess that says so", async () => {
  await using server = await provider(answers("x".repeat(30), { tokens: null }));
  const { paid } = await bench(folder(), server.url);
  const { usage } = value(await paid.askFor(coder, purpose)(asking("a")));
  expect(usage).toMatchObject({ calls: 1, estimated: true, tokens: { out: 10, cached: 0 } });
  expect(usage.usd).toBeCloseTo((usage.tokens.in + 10) / 1_000);
});

test("without a price nothing is sent where a budget is set, and the cost is unknown where none is", async () => {
  await using server = await provider(answers("done"));
  const unknown = { ...coder, model: "nobody-knows" };
  const bounded = await bench(folder(), server.url, { caps: { build: 5, perTask: null } });
  expect(await bounded.paid.askFor(unknown, purpose)(asking("a"))).toMatchObject({
    failure: { reason: "price-unknown", agent: "coder", model: "nobody-knows" },
  });
  expect(server.seen).toEqual([]);
  value(bounded.calls.close());
  const { paid } = await bench(folder(), server.url);
  expect(value(await paid.askFor(unknown, purpose)(asking("a"))).usage.usd).toBeNull();
});

test("the task's own limit stops its calls and no other task's", async () => {
  await using server = await provider(answers("done"));
  const { paid } = await bench(folder(), server.url, { caps: { build: 100, perTask: 2 } });
  const ask = paid.askFor(coder, purpose);
  value(await ask(asking("a")));
  expect(await ask(asking("b"))).toMatchObject({ failure: { reason: "budget", of: "task", limit: 2 } });
  value(await paid.askFor(coder, { ...purpose, subject: "products:T02" })(asking("b")));
});

test("an interrupted build keeps the answer of a call that was sent, and sends no other", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await using server = await provider(async (response, request) => {
    await held;
    await answers("late")(response, request);
  });
  const interrupt = new AbortController();
  const first = await bench(folder(), server.url, { signal: interrupt.signal });
  const ask = first.paid.askFor(coder, purpose);
  const asked = ask(asking("a"));
  await server.arrived(1);
  interrupt.abort();
  expect(await ask(asking("b"))).toEqual({ ok: false, failure: { reason: "cancelled" } });
  release();
  expect(await asked).toEqual({ ok: false, failure: { reason: "cancelled" } });
  value(first.calls.close());
  const second = await bench(folder(), server.url);
  expect(value(await second.paid.askFor(coder, purpose)(asking("a")))).toMatchObject({ replayed: true });
  expect(server.seen).toHaveLength(1);
});

test("an interrupt ends the wait for a provider that wants to be left alone", async () => {
  await using server = await provider(refuses(429, { "retry-after": "200" }));
  const interrupt = new AbortController();
  const { paid } = await bench(folder(), server.url, { signal: interrupt.signal });
  const asked = paid.askFor(coder, purpose)(asking("a"));
  await server.arrived(1);
  await sleep(20);
  interrupt.abort();
  expect(await asked).toEqual({ ok: false, failure: { reason: "cancelled" } });
});

test("secrets are in nothing that is sent, kept or replayed", async () => {
  await using server = await provider(answers("the key is s3cret-value"));
  const redact = (text: string) => text.replaceAll("s3cret-value", "[redacted]");
  const { paid } = await bench(folder(), server.url, { redact });
  const ask = paid.askFor(coder, purpose);
  const first = value(await ask(asking("what is s3cret-value?")));
  expect(first.answer.text).toBe("the key is [redacted]");
  expect(value(await ask(asking("what is s3cret-value?"))).answer).toEqual(first.answer);
  expect(server.seen[0]).toContain("what is [redacted]?");
});
