import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import pLimit from "../index.js";

test("an idle limit says so, before and after its first work", async () => {
  const limit = pLimit(1);
  const late = wait(500, "late", { ref: false });
  assert.equal(await Promise.race([limit.onIdle(), late]), undefined);
  await limit(() => wait(5));
  assert.equal(await Promise.race([limit.onIdle(), late]), undefined);
});
