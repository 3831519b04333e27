import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import pLimit from "../index.js";

test("everybody who waits is told when the last function has ended", async () => {
  const limit = pLimit(2);
  let ended = 0;
  for (const ms of [30, 10, 20, 5]) limit(() => wait(ms).then(() => ended++));
  const told = await Promise.all([limit.onIdle(), limit.onIdle()]);
  assert.deepEqual(told, [undefined, undefined]);
  assert.equal(ended, 4);
  assert.deepEqual([limit.activeCount, limit.pendingCount], [0, 0]);
});
