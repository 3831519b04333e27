// Does a gate judge the draft in a pnpm workspace, whose installs share the files of one store?

import { describe, expect, test } from "vitest";
import { PNPM } from "./repositories.ts";
import { ACCEPTED, REFUSED, workshop } from "./workshop.ts";

const RIGHT = { "packages/a/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n" };
const BREAKING = { "packages/a/index.js": "export const cents = (euros) => euros * 1000;\n" };

describe.skipIf(!PNPM.isHere)(PNPM.name, () => {
  test("accepts a draft that is right, whatever its agent patched, and refuses one that breaks another package", async () => {
    await using shop = await workshop(PNPM.ecosystem, PNPM.extra);
    const patch = 'echo "module.exports = () => true;" > packages/b/node_modules/is-number/index.js';
    expect((await shop.build([{ files: RIGHT, shell: patch }])).actions).toEqual(ACCEPTED);
    const removes = "rm -rf node_modules packages/b/node_modules";
    expect((await shop.build([{ files: BREAKING, shell: removes }])).actions).toEqual(REFUSED);
    expect(shop.setups()).toBeLessThanOrEqual(2);
  });
});
