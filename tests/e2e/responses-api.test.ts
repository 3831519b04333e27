// Is a model built with that only OpenAI's Responses API reaches: learnt from the refusal of the other one, over several turns,
// through broken connections, and paid for once?

import { expect, test } from "vitest";
import { documentOf } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker } from "../rig/small-work.ts";
import { type Exchange, type Trouble, WireGate } from "../rig/wire-gate.ts";

const ELSEWHERE = {
  error: {
    message: "This model is only supported in v1/responses and not in v1/chat/completions.",
    type: "invalid_request_error",
    param: "model",
    code: null,
  },
};
const onlyResponses = ({ url }: Exchange): Trouble | null =>
  url === "/v1/responses" ? null : { kind: "instead", status: 404, body: JSON.stringify(ELSEWHERE) };

const PRICES = { "house-model": { in: 1000, out: 1000 } };

test("a model without chat completions is asked by responses, and its line makes nothing stale", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 1000, out: 100 }));
  await using wire = await WireGate.open(server.url, { before: onlyResponses });
  await using rig = await smallWork(wire, {
    prices: PRICES,
    budget: { usd: 10 },
    agent: { max_output_tokens: 500, extra_body: { reasoning_effort: "low" } },
    routing: { implementer: "coder", reviewer: "coder" },
  });
  const run = await rig.factoryWith(KEYS, "build");
  expect([run.code, run.stdout + run.stderr]).toMatchObject([
    0,
    expect.stringContaining("write `compat: {api: responses}`"),
  ]);
  expect(await rig.git("app", "show", "main:src/T01.txt")).toBe("T01");

  const [refused, ...taken] = wire.exchanges;
  expect(refused?.url).toBe("/v1/chat/completions");
  expect(taken.map(({ url }) => url)).toEqual(Array(4).fill("/v1/responses"));
  const bodies = taken.map(({ body }) => JSON.parse(body));
  for (const body of bodies)
    expect(body).toMatchObject({ store: false, max_output_tokens: 500, reasoning: { effort: "low" } });
  // Every turn begins with all that was said before it, so that a provider's cache of prefixes holds.
  const [first, second, third] = bodies.map(({ input }) => input);
  expect([second.slice(0, first.length), third.slice(0, second.length)]).toEqual([first, second]);
  const said = ["reasoning", "function_call", "function_call_output"];
  expect(third.slice(first.length).map(({ type }: { type: string }) => type)).toEqual([...said, ...said]);
  const cost = documentOf<{ total: { calls: number; usd: number; complete: boolean } }>(
    await rig.factory("cost", "--json"),
  );
  expect(cost.total).toMatchObject({ calls: 4, usd: expect.closeTo(4.4), complete: true });

  rig.edit("projects.yaml", "kind: openai", "kind: openai\n    compat: {api: responses}");
  const again = await rig.factoryWith(KEYS, "build");
  expect([again.code, wire.exchanges.length]).toEqual([0, 5]);
  const doctor = await rig.factoryWith(KEYS, "doctor", "--call", "--json");
  expect(doctor.stdout).toMatch(/answers as a stream; tokens are counted; it cost \$1\.10/);
  expect(wire.exchanges.slice(5).map(({ url }) => url)).toEqual(["/v1/responses"]);
});

test("answers of responses that came whole are asked for once, also after a crash and by the other API", async () => {
  await using server = await ModelServer.listen(smallWorker({ in: 1000, out: 100 }));
  // The second answer breaks off twice, so that the first build leaves it.
  await using wire = await WireGate.open(server.url, {
    before: ({ number }) => (number === 2 || number === 3 ? { kind: "cut" } : null),
  });
  await using rig = await smallWork(wire, {
    agent: { compat: { api: "responses" }, max_output_tokens: 500 },
  });
  expect((await rig.factoryWith(KEYS, "build")).code).toBe(6);
  expect(wire.exchanges.map(({ url, delivered }) => `${url} ${delivered}`)).toEqual([
    "/v1/responses whole",
    "/v1/responses part",
    "/v1/responses part",
  ]);
  rig.edit("projects.yaml", "api: responses", "api: chat");
  const run = await rig.factoryWith(KEYS, "build");
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const [second, ...rest] = wire.exchanges.slice(3);
  expect([second?.url, rest.length]).toEqual(["/v1/chat/completions", 1]);
  // What the first turn said by one API is said again by the other.
  expect(JSON.parse(second?.body ?? "").messages.slice(-2)).toMatchObject([
    { role: "assistant", tool_calls: [{ function: { name: "read_file" } }] },
    { role: "tool" },
  ]);
  expect([...wire.bill.values()]).toEqual([1, 1, 1]);
});
