// What becomes of a build whose provider fails it in every way that a wire can fail? The account that is looked at is the
// provider's own: which requests it answered whole, and how often.

import { expect, test } from "vitest";
import type { FactoryRig } from "../rig/factory-rig.ts";
import { ModelServer } from "../rig/model-server.ts";
import { KEYS, type Protocol, smallWork, smallWorker } from "../rig/small-work.ts";
import { type Exchange, type Trouble, WireGate } from "../rig/wire-gate.ts";

const instead = (
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): Trouble => ({
  kind: "instead",
  status,
  headers: { "content-type": type, ...headers },
  body,
});
const html = (status: number) => instead(status, "text/html", "<html><h1>It works!</h1></html>");
const json = (status: number, body: object, headers: Record<string, string> = {}) =>
  instead(status, "application/json", JSON.stringify(body), headers);
const stream = (body: string) => instead(200, "text/event-stream", body);

const RETRY_AFTER_MS = 3000;
const ERROR = { error: { message: "no", type: "server_error", code: 500, status: "INTERNAL" } };
const SLOWLY = { error: { message: "slowly", type: "rate_limit", code: 429, status: "RESOURCE_EXHAUSTED" } };

/** What happens once to a request of each task. */
const TROUBLES: readonly Trouble[] = [
  { kind: "late", ms: 300 },
  json(500, ERROR),
  html(503),
  json(429, SLOWLY, { "retry-after": String(RETRY_AFTER_MS / 1000) }),
  { kind: "cut" },
  { kind: "dropped" },
  html(200),
  stream('data: {"choices": [{"delta": {"content": "Hel\n\n'),
  stream('data: {"choices": [], "candidates": []}\n\n'),
  stream(""),
];

/** Task that a request is about. */
const taskIn = ({ body }: Exchange) => Number(/src\/T(\d+)\.txt/.exec(body)?.[1]);

/** Request bodies that were answered whole more than once, or never. */
function wrongly(wire: WireGate): readonly string[] {
  const twice = [...wire.bill].filter(([, times]) => times > 1).map(([body]) => body);
  return [...twice, ...wire.unanswered];
}

async function filesOf(rig: FactoryRig): Promise<number> {
  return (await rig.git("app", "ls-tree", "--name-only", "main:src")).split("\n").length;
}

const PROTOCOLS: readonly Protocol[] = ["openai", "gemini"];

test.each(PROTOCOLS)(
  "over %s every passing trouble is survived, nothing paid twice and nothing lost",
  async (kind) => {
    await using server = await ModelServer.listen(smallWorker());
    const troubled = new Map<number, Exchange>();
    await using wire = await WireGate.open(server.url, {
      before: (exchange) => {
        const task = taskIn(exchange);
        const asked = wire.exchanges.filter((other) => taskIn(other) === task).length;
        if (asked !== 2) return null;
        troubled.set(task, exchange);
        return TROUBLES[task - 1] ?? null;
      },
    });
    await using rig = await smallWork(wire, { kind, tasks: TROUBLES.length });
    const run = await rig.factoryWith(KEYS, "build", "--json");
    expect(run.code, run.stdout).toBe(0);
    expect(await filesOf(rig)).toBe(TROUBLES.length);
    expect([wrongly(wire), wire.bill.size]).toEqual([[], TROUBLES.length * 3]);
    // Only the one that came late was answered.
    expect(wire.exchanges).toHaveLength(TROUBLES.length * 4 - 1);
    const refused = troubled.get(4) as Exchange;
    const again = wire.exchanges.filter(({ body }) => body === refused.body).at(-1) as Exchange;
    expect(again.at - refused.at).toBeGreaterThanOrEqual(RETRY_AFTER_MS);
    expect((await rig.factoryWith(KEYS, "build", "--json")).code).toBe(0);
    expect(wire.exchanges).toHaveLength(TROUBLES.length * 4 - 1);
  },
);

test.each(PROTOCOLS)(
  "over %s a server that is gone is waited for, in this build or in the next",
  async (kind) => {
    await using server = await ModelServer.listen(smallWorker());
    const gone = new Map([
      [2, 600],
      [6, 600_000],
    ]);
    await using wire = await WireGate.open(server.url, {
      before: ({ number }) => (gone.has(number) ? { kind: "down", ms: gone.get(number) as number } : null),
    });
    await using rig = await smallWork(wire, { kind, tasks: 2 });
    const run = await rig.factoryWith(KEYS, "build", "-j1");
    expect([run.code, run.stdout + run.stderr]).toMatchObject([
      6,
      expect.stringContaining("could not be reached"),
    ]);
    expect(await filesOf(rig)).toBe(1);
    await wire.restart();
    wire.plan = {};
    expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
    expect([wrongly(wire), wire.bill.size, wire.exchanges.length]).toEqual([[], 6, 8]);
  },
);

test.each(PROTOCOLS.slice(0, 1))(
  "over %s a server that only answers rubbish ends the task, and a build after it goes on without a word",
  async (kind) => {
    await using server = await ModelServer.listen(smallWorker());
    await using wire = await WireGate.open(server.url, {
      before: ({ number }) => (number > 1 ? stream('data: {"choices": [{}]}\n\n') : null),
    });
    await using rig = await smallWork(wire, { kind });
    const first = await rig.factoryWith(KEYS, "build");
    expect([first.code, first.stdout + first.stderr]).toMatchObject([
      1,
      expect.stringContaining("a malformed answer"),
    ]);
    const second = await rig.factoryWith(KEYS, "build");
    expect([second.code, wire.exchanges.length]).toEqual([1, 4]);
    const status = await rig.factory("status");
    expect(status.stdout).toContain("The call may have been paid for; the next build sends it again.");
    wire.plan = {};
    expect((await rig.factoryWith(KEYS, "build")).code).toBe(0);
    const { at_risk } = JSON.parse((await rig.factory("cost", "--json")).stdout);
    expect(at_risk).toMatchObject({ calls: 3 });
  },
);

test("calls that cannot be read are told so, and a model that goes on with them is ended", async () => {
  await using server = await ModelServer.listen((asked) =>
    asked.messages.length > 20
      ? { text: "" }
      : { calls: [{ name: "write_file", input: '{"path": "src/T01.txt", "con' }] },
  );
  await using rig = await smallWork(server);
  const run = await rig.factoryWith(KEYS, "build");
  expect([run.code, run.stdout + run.stderr]).toMatchObject([
    1,
    expect.stringContaining("could not be read"),
  ]);
  expect(server.asked).toHaveLength(4);
  expect(await rig.git("app", "ls-tree", "--name-only", "main")).not.toContain("src");
});
