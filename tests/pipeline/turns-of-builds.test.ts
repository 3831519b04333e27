// Do builds that share a queue and its workers leave each other room? A real Redis, and what builds and workers use to speak with it.

import { expect, test } from "vitest";
import { FleetLink } from "../../src/fleet/fleet-link.ts";
import { NO_DRAFTS } from "../../src/fleet/fleet-member.ts";
import { OrderSender } from "../../src/fleet/order-sender.ts";
import { OrderTaker, type TakenOrder } from "../../src/fleet/order-taker.ts";
import { Rest } from "../../src/fleet/rest.ts";
import { NO_REDIS, RedisServer } from "../rig/redis.ts";

async function linkTo({ url }: RedisServer): Promise<FleetLink> {
  const link = await FleetLink.open({ declaration: { url }, variables: {}, version: "1" });
  if (!link.ok) throw new Error(link.failure.detail);
  return link.value;
}

/** A build that cannot run its stages itself. */
async function senderAt(redis: RedisServer, id: string) {
  const sender = new OrderSender(await linkTo(redis), id);
  const ask = (body: string, urgency: number) =>
    sender.ask({
      ...{ lane: "install-1", body, label: body, urgency, longestMs: 60_000 },
      ...{ isIdle: () => false, onTaken: () => {}, signal: new AbortController().signal },
    });
  return { sender, ask };
}

async function takerAt(redis: RedisServer, work: (order: TakenOrder, rest: Rest) => Promise<string>) {
  const stop = new AbortController();
  const rest = new Rest({ hindrance: async () => "still", onChange: () => {}, signal: stop.signal });
  const link = await linkTo(redis);
  const taker = new OrderTaker({
    ...{ link, id: "worker", name: "worker", drafts: () => NO_DRAFTS },
    ...{ slots: 1, work: (order: TakenOrder) => work(order, rest), rest, onReach: () => {} },
    signal: stop.signal,
  });
  const running = taker.run();
  return async () => {
    stop.abort();
    await running;
    await link.close();
  };
}

test.skipIf(NO_REDIS !== null)(
  "whoever asks for two stages stands beside whoever asks for a hundred",
  async () => {
    await using redis = await RedisServer.open();
    const [long, short] = [await senderAt(redis, "long"), await senderAt(redis, "short")];
    const hundred = Array.from({ length: 100 }, (_, index) => long.ask(`long ${index}`, 9));
    const link = await linkTo(redis);
    while ((await link.waiting()) < 100);
    const two = [short.ask("short 0", 1), short.ask("short 1", 5)];
    while ((await link.waiting()) < 102);
    const done: string[] = [];
    const end = await takerAt(redis, async ({ body }) => {
      done.push(body);
      return `answer to ${body}`;
    });
    const replies = await Promise.all([...hundred, ...two]);
    // Each gets its own answer.
    expect(replies.map((reply) => reply.kind === "done" && reply.body)).toEqual([
      ...Array.from({ length: 100 }, (_, index) => `answer to long ${index}`),
      ...["answer to short 0", "answer to short 1"],
    ]);
    expect(done.slice(0, 4).toSorted()).toEqual(["long 0", "long 1", "short 0", "short 1"]);
    expect(done.indexOf("short 1")).toBeGreaterThan(-1);
    await end();
    await link.close();
    await Promise.all([long.sender.close(), short.sender.close()]);
  },
);

test.skipIf(NO_REDIS !== null)(
  "a build that dies takes its own stages along, and nobody else's",
  async () => {
    await using redis = await RedisServer.open();
    const [dying, other] = [await senderAt(redis, "dying"), await senderAt(redis, "other")];
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const ended: string[] = [];
    const end = await takerAt(redis, async ({ body, signal }) => {
      begin();
      // Its gate has no end.
      if (body === "dying") await new Promise((resolve) => signal.addEventListener("abort", resolve));
      ended.push(body);
      return `answer to ${body}`;
    });
    void dying.ask("dying", 1);
    await begun;
    const asked = other.ask("other", 1);
    await dying.sender.close();
    expect(await asked).toMatchObject({ kind: "done", body: "answer to other" });
    expect(ended).toEqual(["dying", "other"]);
    await end();
    await other.sender.close();
  },
);

test.skipIf(NO_REDIS !== null)("a worker that rests goes on with what it has begun", async () => {
  await using redis = await RedisServer.open();
  const sender = await senderAt(redis, "one");
  const ends = await takerAt(redis, async (_, rest) => {
    rest.begin("its store is away");
    // For longer than a worker that is gone is waited for.
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    return "done";
  });
  expect(await sender.ask("begun", 1)).toMatchObject({ kind: "done", body: "done" });
  await ends();
  await sender.sender.close();
});
