// Does nobody go in beside one who is alone, and does everybody come in?

import { expect, test } from "vitest";
import { Turns } from "../../src/platform/turns.ts";

test("who wants to be alone waits for those inside, and those who come later wait behind", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const come = (name: string, alone: boolean) => turns.enter(alone).then(() => order.push(name));
  await come("first", false);
  await come("second", false);
  const waiting = [come("alone", true), come("third", false), come("fourth", false)];
  turns.leave();
  await Promise.resolve();
  expect(order).toEqual(["first", "second"]);
  turns.leave();
  await waiting[0];
  expect(order).toEqual(["first", "second", "alone"]);
  turns.leave();
  await Promise.all(waiting);
  expect(order).toEqual(["first", "second", "alone", "third", "fourth"]);
  expect(turns.wouldWait(false)).toBe(false);
  expect(turns.wouldWait(true)).toBe(true);
});
