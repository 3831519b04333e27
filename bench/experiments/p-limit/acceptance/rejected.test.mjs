import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import pLimit from "../index.js";

test("a rejection ends a function, and nobody else", async () => {
  const limit = pLimit(1);
  const failing = limit(() => wait(5).then(() => Promise.reject(new Error("no"))));
  const idle = limit.onIdle();
  await assert.rejects(failing, /no/);
  assert.equal(await idle, undefined);
});

test("a queue that is cleared is waited for no longer", async () => {
  const limit = pLimit(1);
  let ran = false;
  limit(() => wait(10));
  limit(() => {
    ran = true;
  });
  const idle = limit.onIdle();
  limit.clearQueue();
  await idle;
  assert.equal(ran, false);
});
