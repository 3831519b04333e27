// Does a gate judge the draft where yarn or bun links the packages of a workspace?

import { describe, expect, test } from "vitest";
import { BUN, YARN } from "./repositories.ts";
import { ACCEPTED, REFUSED, workshop } from "./workshop.ts";

const RIGHT = { "packages/a/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n" };
const BREAKING = { "packages/a/index.js": "export const cents = (euros) => euros * 1000;\n" };

describe.each([YARN, BUN])("$name", ({ isHere, ecosystem, extra }) => {
  test.skipIf(!isHere)(
    "accepts a draft that is right, whatever its agent took away, and refuses one that breaks another package",
    async () => {
      await using shop = await workshop(ecosystem, extra);
      const removes = "rm -rf node_modules packages/b/node_modules";
      expect((await shop.build([{ files: RIGHT, shell: removes }])).actions).toEqual(ACCEPTED);
      expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
      expect(shop.setups()).toBeLessThanOrEqual(2);
    },
  );
});
