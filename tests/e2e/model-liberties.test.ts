// What does a person see of a server that takes liberties with its API? Builds that end, each answer paid for once, and where
// there is none, the server's own words with what to do.

import { expect, test } from "vitest";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { type Trouble, WireGate } from "../rig/wire-gate.ts";

const taskIn = (body: string) => /src\/(T\d+)\.txt/.exec(body)?.[1] ?? "";

const instead = (status: number, body: unknown, headers: Record<string, string> = {}): Trouble => ({
  kind: "instead",
  status,
  headers,
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const stream = (events: readonly object[], close = ""): Trouble =>
  instead(200, events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("") + close, {
    "content-type": "text/event-stream",
  });
const delta = (fields: object, finish: string | null = null) => ({
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
const writes = (id: string) => ({
  name: "write_file",
  arguments: JSON.stringify({ path: `src/${id}.txt`, content: `${id}\n` }),
});
const NOTHING_COUNTED = { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } };

/** Whole answers to the first turn of each task, none of them as OpenAI's own server writes it. */
const LIBERTIES: Readonly<Record<string, (id: string) => Trouble>> = {
  T01: (id) => stream([delta({ tool_calls: [{ function: writes(id) }] })], "data: [DONE]\n\n"),
  T02: (id) =>
    instead(
      200,
      { choices: [{ finish_reason: null, message: { tool_calls: [{ id: "", function: writes(id) }] } }] },
      {
        "content-type": "text/event-stream",
      },
    ),
  T03: (id) =>
    stream([
      delta({ content: [{ type: "reasoning", text: "Hm." }] }),
      delta({ tool_calls: [{ index: 0, id: "a", function: writes(id) }] }, "stop"),
      NOTHING_COUNTED,
    ]),
};

test("whole answers in odd shapes are taken, once, a verdict inside a thought is none, and what nobody counted is estimated", async () => {
  await using server = await ModelServer.listen(smallWorker());
  await using wire = await WireGate.open(server.url, {
    before: ({ body }) => {
      if (body.includes("You review")) {
        const thought = '<think>{"verdict":"changes","findings":["Louder."]}</think>';
        const said = '{"verdict":"approve","findings":[]}';
        const first = [
          delta({ content: [{ type: "text", text: thought }] }),
          delta({ content: [{ type: "text", text: said }] }),
        ];
        return taskIn(body) === "T01" ? stream(first, "data: [DONE]\n\n") : null;
      }
      return body.includes('"role":"assistant"') ? null : (LIBERTIES[taskIn(body)]?.(taskIn(body)) ?? null);
    },
  });
  const prices = { "house-model": { in: 2, out: 10 } };
  await using rig = await smallWork(wire, {
    tasks: 3,
    prices,
    agent: { max_output_tokens: 500 },
    routing: { implementer: "coder", reviewer: "coder" },
  });
  const run = await rig.factoryWith(KEYS, "build");
  expect([run.code, run.stdout + run.stderr]).toMatchObject([
    0,
    expect.stringContaining("(estimated: a provider did not count its tokens)"),
  ]);
  for (const id of Object.keys(LIBERTIES))
    expect(await rig.git("app", "show", `main:src/${id}.txt`)).toBe(id);
  const bodies = wire.exchanges.map(({ body }) => body);
  expect(new Set(bodies).size).toBe(bodies.length);
  const { total, at_risk } = JSON.parse((await rig.factory("cost", "--json")).stdout);
  expect(total).toMatchObject({ calls: bodies.length, estimated: true, complete: true });
  expect(total.usd).toBeGreaterThan(0);
  expect(at_risk.calls).toBe(0);
});

const DAY = 24 * 3_600_000;

test("refusals keep their words and name the next step, a day's limit is asked about once, and thoughts alone are enough", async () => {
  await using server = await ModelServer.listen(smallWorker());
  const reset = Date.now() + DAY / 2;
  const daily = instead(429, {
    error: {
      message: "Rate limit exceeded: free-models-per-day",
      metadata: { headers: { "X-RateLimit-Reset": String(reset) } },
    },
  });
  const refusals: Readonly<Record<string, Trouble>> = {
    T01: instead(400, {
      object: "error",
      message: "This model's maximum context length is 8192 tokens.",
      code: 400,
    }),
    T02: instead(422, {
      detail: [{ loc: ["body", "model"], msg: "unknown model house-model, choose qwen" }],
    }),
    T03: instead(301, "", { location: "/openai/v1/chat/completions" }),
    T04: stream([delta({ reasoning: "Let me think. ".repeat(20) }), delta({ content: "" }, "length")]),
    T05: instead(200, {
      error: { message: "max_tokens is too large: 500. This model supports at most 100 completion tokens." },
    }),
    T06: daily,
    T07: daily,
  };
  await using wire = await WireGate.open(server.url, {
    before: ({ body }) => refusals[taskIn(body)] ?? null,
  });
  await using rig = await smallWork(wire, {
    tasks: 7,
    agent: { max_output_tokens: 500 },
    limits: { attempts: 2 },
  });
  const run = await rig.factoryWith(KEYS, "build", "-j1", "--json");
  const told = Object.fromEntries(
    JSON.parse(run.stdout).diagnostics.map(({ target, message, fix }: Record<string, string>) => [
      target,
      `${message} ${fix}`,
    ]),
  );
  expect(told["work:T01"]).toMatch(/a window that large .*8192 tokens.* Split the task/);
  expect(told["work:T02"]).toMatch(/unknown model house-model, choose qwen.*Correct the agent's `model`/);
  expect(told["work:T03"]).toMatch(
    /\/v1\/chat\/completions is redirected to http:.*\/openai\/v1.*`base_url`/,
  );
  expect(told["work:T04"]).toMatch(/its limit of 500 tokens was used up.*Raise .*`max_output_tokens`/);
  expect(told["work:T05"]).toMatch(/at most 100 completion tokens.* Lower .*`max_output_tokens`/);
  const back = new Date(reset).toISOString().slice(0, 10);
  expect(told["work:T06"]).toMatch(
    new RegExp(`has no quota left.*free-models-per-day.*again at ${back} .*Build again after`),
  );
  expect(told["work:T07"]).toMatch(/has no quota left/);
  // The two of the day's limit asked once together, each other task once.
  expect(wire.exchanges).toHaveLength(6);
});

test("a rate is waited out for as long as the server says, by all who ask, and shown", async () => {
  await using server = await ModelServer.listen(smallWorker());
  let until = 0;
  let early = 0;
  await using wire = await WireGate.open(server.url, {
    before: () => {
      until ||= Date.now() + 3_000;
      const left = until - Date.now();
      if (left <= 0) return null;
      early++;
      const message = `Limit 300, used 299. Please try again in ${(left / 1000).toFixed(2)}s.`;
      return instead(429, { error: { message, code: "rate_limit_exceeded" } });
    },
  });
  await using rig = await smallWork(wire, { tasks: 2 });
  const run = await rig.factoryWith(KEYS, "build");
  expect([run.code, run.stderr]).toMatchObject([
    0,
    expect.stringMatching(
      /work:T0\d {2}waits for coder until \d\d:\d\d:\d\d UTC .*the provider limits the rate/,
    ),
  ]);
  expect(early).toBeLessThanOrEqual(2);
  expect(wire.exchanges).toHaveLength(6 + early);
});
