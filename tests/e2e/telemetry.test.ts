// What does a collector of OpenTelemetry hear of a build? The tree of what took its time and its figures, once it is over,
// and no word that was said or written in it. A collector that is not there costs one warning.

import { createServer } from "node:net";
import { expect, test } from "vitest";
import { attributesOf, Collector } from "../rig/collector.ts";
import { FactoryRig } from "../rig/factory-rig.ts";
import { type Asked, ModelServer, type Reply, turnOf } from "../rig/model-server.ts";
import { KEYS, smallWork, smallWorker, write } from "../rig/small-work.ts";

const TOKENS = { in: 1000, out: 50 };

/** The first draft is refused by the gate. */
function worker() {
  const well = smallWorker(TOKENS);
  let drafts = 0;
  return (asked: Asked): Reply => {
    if (turnOf(asked) !== 1 || drafts++ > 0) return well(asked);
    return { calls: [write("src/T01.txt", "a pomegranate\n")], tokens: TOKENS };
  };
}

async function workshop(server: ModelServer): Promise<FactoryRig> {
  const check = { id: "check", run: "! grep -q pomegranate src/*.txt" };
  return smallWork(server, {
    projects: [{ id: "app", files: { "package.json": '{"name": "app"}\n' }, gates: [check] }],
    agents: { judge: { kind: "gemini", model: "house-judge", base_url: server.gemini } },
    routing: { reviewer: "judge" },
    limits: { attempts: 2, rebases: 0 },
  });
}

test("a collector gets the tree of a build and its figures, and no word of prompts, answers and files", async () => {
  await using server = await ModelServer.listen(worker());
  await using collector = await Collector.listen();
  await using rig = await workshop(server);
  const env = {
    ...KEYS,
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=two%20words, authorization=Bearer%20t",
    OTEL_SERVICE_NAME: "our-factory",
    OTEL_RESOURCE_ATTRIBUTES: "service.name=beaten,team.name=blue",
  };
  const { code, stderr } = await rig.factoryWith(env, "build");
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("OpenTelemetry")]);

  expect(collector.received.map(({ path }) => path).sort()).toEqual(["/v1/metrics", "/v1/traces"]);
  for (const { headers, body } of collector.received) {
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-tenant": "two words",
      authorization: "Bearer t",
    });
    expect(body).not.toMatch(/pomegranate|Every file says|You implement|sk-test/);
    const [{ resource }] = Object.values(JSON.parse(body))[0] as [{ resource: never }];
    expect(attributesOf(resource)).toEqual({
      "service.name": "our-factory",
      "team.name": "blue",
      "service.instance.id": expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  }

  const { spans } = collector;
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(
    new Set([expect.stringMatching(/^[0-9a-f]{32}$/)]),
  );
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  expect(byId.size).toBe(spans.length);
  const root = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
  expect(root.map(({ name, status }) => [name, status])).toEqual([["build", { code: 1 }]]);
  for (const span of spans) {
    const parent = byId.get(span.parentSpanId ?? span.spanId);
    expect(parent).toBeDefined();
    expect(BigInt(span.startTimeUnixNano)).toBeLessThanOrEqual(BigInt(span.endTimeUnixNano));
    expect(BigInt(parent?.startTimeUnixNano ?? 0)).toBeLessThanOrEqual(BigInt(span.startTimeUnixNano));
    expect(BigInt(span.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(parent?.endTimeUnixNano ?? 0));
  }
  const wayTo = ({ name, parentSpanId }: { name: string; parentSpanId?: string }): string => {
    const parent = byId.get(parentSpanId ?? "");
    return parent === undefined ? name : `${wayTo(parent)} > ${name}`;
  };
  const ways = spans.map(wayTo);
  const count = (way: string) => ways.filter((one) => one === way).length;
  const ATTEMPT = "build > task > attempt";
  expect({
    task: count("build > task"),
    attempts: count(ATTEMPT),
    sessions: count(`${ATTEMPT} > invoke_agent coder`),
    calls: count(`${ATTEMPT} > invoke_agent coder > chat house-model`),
    gates: count(`${ATTEMPT} > gate`) > 2,
    review: count(`${ATTEMPT} > invoke_agent judge > chat house-judge`),
    merge: count("build > merge"),
  }).toEqual({ task: 1, attempts: 2, sessions: 2, calls: 6, gates: true, review: 1, merge: 1 });

  const called = spans.find(({ name }) => name === "chat house-model");
  expect([called?.kind, called && attributesOf(called)]).toEqual([
    3,
    {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "house-model",
      "gen_ai.agent.name": "coder",
      "gen_ai.conversation.id": expect.any(String),
      "gen_ai.usage.input_tokens": "1000",
      "gen_ai.usage.output_tokens": "50",
      "gen_ai.usage.cache_read.input_tokens": "0",
      "factory.call.replayed": false,
    },
  ]);
  const judged = spans.find(({ name }) => name === "invoke_agent judge");
  expect(judged && attributesOf(judged)).toMatchObject({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.provider.name": "gcp.gemini",
    "factory.role": "reviewer",
  });
  const attempts = spans.filter(({ name }) => name === "attempt");
  expect(attempts.map((span) => [span.status?.code, attributesOf(span)["error.type"]])).toEqual([
    [2, "gates-failed"],
    [1, undefined],
  ]);
  expect(attempts.flatMap(({ events }) => events.map(({ name }) => name))).toEqual(["reviewed"]);

  const tokens = collector.points("gen_ai.client.token.usage");
  const coder = { "gen_ai.provider.name": "openai", "gen_ai.request.model": "house-model" };
  expect(tokens).toContainEqual(
    expect.objectContaining({ ...coder, "gen_ai.token.type": "input", is: 6000 }),
  );
  expect(tokens).toContainEqual(
    expect.objectContaining({ ...coder, "gen_ai.token.type": "output", is: 300 }),
  );
  const usage = collector.metrics.find(({ name }) => name === "gen_ai.client.token.usage")?.histogram;
  const [input] = usage?.dataPoints ?? [];
  // 1000 tokens lie in the bucket up to 1024, the sixth after that up to 1.
  expect([usage?.aggregationTemporality, input?.count, input?.bucketCounts?.[5]]).toEqual([2, "6", "6"]);
  expect(collector.points("factory.sessions.unpriced").map(({ is }) => is)).toEqual([2, 1]);
  expect(collector.points("factory.cost")).toEqual([]);
  expect(collector.points("factory.tasks")).toEqual([{ "factory.action": "regenerated", is: 1 }]);
  expect(collector.points("factory.attempts")).toEqual([
    { "factory.outcome": "gates-failed", is: 1 },
    { "factory.outcome": "accepted", is: 1 },
  ]);
  expect(collector.points("factory.reviews")).toEqual([{ "factory.review.verdict": "approve", is: 1 }]);
  expect(collector.points("factory.build.duration")).toEqual([
    { "factory.build.ok": true, is: expect.any(Number) },
  ]);
});

/** A feature that the generator writes, for builds that cost nothing. */
async function quickWork(): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.feature({ id: "guide", requirements: { R1: "Doors open." }, tasks: [{ id: "T01" }] }, "doors\n");
  return rig;
}

test("nothing is sent unless a collector is named, and signals go where each is asked for", async () => {
  await using collector = await Collector.listen();
  await using rig = await quickWork();
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  expect((await rig.factoryWith({ ...base, OTEL_SDK_DISABLED: "true" }, "build")).code).toBe(0);
  rig.edit("specs/guide/feature.md", "Doors open", "Doors open at nine");
  expect((await rig.factoryWith({ OTEL_SERVICE_NAME: "alone" }, "build")).code).toBe(0);
  expect(collector.received).toEqual([]);

  rig.edit("specs/guide/feature.md", "at nine", "at ten");
  const signals = {
    ...base,
    OTEL_TRACES_EXPORTER: "none",
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${collector.url.replace("//", "//me:p%40ss@")}/here/it/is`,
    OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: "Delta",
  };
  expect((await rig.factoryWith(signals, "build")).code).toBe(0);
  expect(collector.received.map(({ path }) => path)).toEqual(["/here/it/is"]);
  expect(collector.received[0]?.headers.authorization).toBe(`Basic ${btoa("me:p@ss")}`);
  expect(collector.received[0]?.body).toContain('"aggregationTemporality":1');
  // Where nothing is to be done, no build is run.
  expect((await rig.factoryWith(base, "build")).code).toBe(0);
  expect(collector.received).toHaveLength(1);
});

test("a collector that is not there, refuses, drops or keeps silent costs one warning", async () => {
  await using rig = await quickWork();
  const closed = createServer();
  await new Promise<void>((done) => closed.listen(0, "127.0.0.1", done));
  const { port } = closed.address() as { port: number };
  await new Promise((done) => closed.close(done));
  const nobody = `http://someone:secret@127.0.0.1:${port}`;
  await using refusing = await Collector.listen({ status: 401, body: '{"message":\n"who are you?"}' });
  const dropped = '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}';
  await using dropping = await Collector.listen({ status: 200, body: dropped });
  await using silent = await Collector.listen(null);
  const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [
      { ENDPOINT: nobody },
      /traces did not reach http:\/\/127\.0\.0\.1:\d+\/v1\/traces: ECONNREFUSED; metrics/,
    ],
    [{ ENDPOINT: refusing.url }, /HTTP 401 \{"message": "who are you\?"\}/],
    [{ TRACES_ENDPOINT: `${dropping.url}/v1/traces` }, /: 3 were rejected: .*too old/],
    [{ ENDPOINT: silent.url }, /no answer within 5 seconds/],
    [{ ENDPOINT: silent.url, PROTOCOL: "grpc" }, /OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and only http\/json/],
    [{ ENDPOINT: "localhost:4318" }, /OTEL_EXPORTER_OTLP_ENDPOINT holds no address/],
    [{ ENDPOINT: silent.url, HEADERS: "t0p-secret" }, /OTEL_EXPORTER_OTLP_HEADERS is no list of NAME=VALUE/],
  ];
  for (const [index, [variables, warning]] of cases.entries()) {
    rig.edit("specs/guide/feature.md", "Doors open", `Door ${index}, Doors open`);
    const named = Object.entries(variables).map(([name, value]) => [`OTEL_EXPORTER_OTLP_${name}`, value]);
    const { code, stdout, stderr } = await rig.factoryWith(Object.fromEntries(named), "build", "--json");
    expect([code, JSON.parse(stdout).ok]).toEqual([0, true]);
    expect(stderr).toMatch(warning);
    expect(stderr.match(/OpenTelemetry: /g)).toHaveLength(1);
    expect(stderr).not.toMatch(/secret/);
  }
});
