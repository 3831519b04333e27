import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import pLimit from "../index.js";

test("what is added while somebody waits is waited for", async () => {
  const limit = pLimit(1);
  const ended = [];
  limit(() => wait(20).then(() => ended.push("first")));
  const idle = limit.onIdle();
  await wait(5);
  limit(() => wait(20).then(() => ended.push("second")));
  await idle;
  assert.deepEqual(ended, ["first", "second"]);
});
