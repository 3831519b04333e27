// Does a gate judge the draft where a package lies in a sub-folder, with a lockfile of its own and a neighbour that it
// uses by its path; and where a repository holds a submodule and a file behind a filter?

import { expect, test } from "vitest";
import { PARTS, WEB } from "./repositories.ts";
import { ACCEPTED, REFUSED, workshop } from "./workshop.ts";

const RIGHT = { "lib/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n" };
const BREAKING = { "lib/index.js": "export const cents = (euros) => euros * 1000;\n" };

test("a package in a sub-folder sees the draft of its neighbour", async () => {
  await using shop = await workshop(WEB.ecosystem, WEB.extra);
  expect((await shop.build([{ files: RIGHT, shell: "rm -rf web/node_modules" }])).actions).toEqual(ACCEPTED);
  expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
  expect(shop.setups()).toBeLessThanOrEqual(2);
});

test("a repository with a submodule and a filter is judged as people have it checked out", async () => {
  await using shop = await workshop(PARTS.ecosystem, PARTS.extra);
  const right = PARTS.cents("100", "draft");
  expect((await shop.build([{ files: right, shell: "rm -rf part" }])).actions).toEqual(ACCEPTED);
  const breaking = { "uses.mjs": "export const cents = (euros) => euros;\n" };
  expect((await shop.build([{ files: breaking }])).actions).toEqual(REFUSED);
  expect(await shop.rig.git("app", "status", "--porcelain")).toBe("");
});
