// What becomes of a planner's document that is a little longer than it was asked to be? Nobody who writes counts bytes.

import { expect, test } from "vitest";
import { type Asked, ModelServer, type Reply, windowOf } from "../rig/model-server.ts";
import { KEYS, unplannedBills } from "../rig/small-work.ts";

const asksFor = (asked: Asked) => Number(/at most (\d+) bytes/.exec(windowOf(asked))?.[1]);
const words = (bytes: number) =>
  "word "
    .repeat(Math.ceil(bytes / 5))
    .slice(0, bytes - 1)
    .concat(".");

test.each([
  [1.03, 3],
  [1.2, 6],
])("documents %d times as long as asked for take %d sessions", async (times, sessions) => {
  const reply = (asked: Asked): Reply => {
    if (!asked.system.includes("three planners who work side by side")) return { text: "no plan" };
    const isAgain = windowOf(asked).includes("room is for");
    return { text: words(Math.floor(asksFor(asked) * (isAgain ? 0.9 : times))) };
  };
  await using server = await ModelServer.listen(reply);
  await using rig = await unplannedBills(server.openai);
  await rig.factoryWith(KEYS, "plan", "bills");
  const asked = server.in("three planners who work side by side");
  expect(asked).toHaveLength(sessions);
  // Whoever is to say it shorter sees what was too long.
  for (const again of asked.slice(3))
    expect(windowOf(again)).toMatch(/refused\n.*(?:word ){300}.*room is for/s);
});
