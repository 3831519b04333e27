// Do planners of several projects share the agents as their tasks do?

import { expect, test } from "vitest";
import { SharedPlaces } from "../../src/pipeline/planning/shared-places.ts";

/** Works that take a minute each, on a clock that jumps when nothing can begin any more. */
async function work(given: { readonly size: number; readonly asks: readonly string[] }) {
  let now = 0;
  const running: (() => void)[] = [];
  const order: string[] = [];
  let most = 0;
  const weights = new Map([
    ["major", 3],
    ["minor", 1],
  ]);
  const places = new SharedPlaces({ size: given.size, weights, clock: () => now });
  const all = given.asks.map((project) =>
    places.hold(project, async () => {
      order.push(project);
      await new Promise<void>((resolve) => running.push(resolve));
    }),
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  for (await settled(); running.length > 0; await settled()) {
    most = Math.max(most, running.length);
    now += 60_000;
    for (const end of running.splice(0)) end();
  }
  await Promise.all(all);
  return { order, most };
}

test("sessions of projects of 3 and 1 get places 3 to 1, whoever asked first, and no more than there are", async () => {
  const asks = [...Array<string>(12).fill("minor"), ...Array<string>(36).fill("major")];
  const { order, most } = await work({ size: 4, asks });
  expect(order).toHaveLength(48);
  expect(most).toBe(4);
  for (const until of [8, 16, 24, 32]) {
    const majors = order.slice(0, until).filter((project) => project === "major").length;
    expect(Math.abs(majors / until - 3 / 4)).toBeLessThanOrEqual(1 / 8);
  }
});

test("a session that fails gives its place back", async () => {
  const places = new SharedPlaces({ size: 1, weights: new Map([["app", 1]]), clock: () => 0 });
  const broken = places.hold("app", () => Promise.reject(new Error("broken")));
  const next = places.hold("app", () => Promise.resolve("done"));
  await expect(broken).rejects.toThrow("broken");
  expect(await next).toBe("done");
});
