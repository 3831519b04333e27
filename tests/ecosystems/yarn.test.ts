// Does a gate judge the draft where yarn or bun links the packages of a workspace?

import { describe, expect, test } from "vitest";
import { ACCEPTED, type Ecosystem, programOf, REFUSED, workshop } from "./workshop.ts";

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const FILES = {
  ".gitignore": "node_modules/\n",
  "package.json": json({ name: "shop", private: true, workspaces: ["packages/*"] }),
  "packages/a/package.json": json({
    name: "@shop/a",
    version: "1.0.0",
    type: "module",
    exports: "./index.js",
  }),
  "packages/a/index.js": "export const cents = (euros) => Math.round(euros * 100);\n",
  "packages/b/package.json": json({
    name: "@shop/b",
    version: "1.0.0",
    type: "module",
    dependencies: { "@shop/a": "1.0.0" },
  }),
  "packages/b/b.test.js": [
    'import assert from "node:assert";',
    'import test from "node:test";',
    'import { cents } from "@shop/a";',
    'test("cents", () => assert.equal(cents(1.5), 150));',
    "",
  ].join("\n"),
};
const RIGHT = { "packages/a/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n" };
const BREAKING = { "packages/a/index.js": "export const cents = (euros) => euros * 1000;\n" };

for (const [name, program, install] of [
  ["yarn@1.22.22", "yarn", "yarn install --frozen-lockfile --ignore-scripts --offline"],
  ["bun@1.1.38", "bun", "bun install --frozen-lockfile --ignore-scripts"],
] as const) {
  const programs = programOf(name, program);
  const path = `PATH="${programs}:$PATH"`;
  const ecosystem: Ecosystem = { files: FILES, setup: `${path} ${install}`, gate: "node --test packages/" };

  describe.skipIf(programs === null)(`a workspace of ${program}`, () => {
    test("accepts a draft that is right, whatever its agent took away, and refuses one that breaks another package", async () => {
      await using shop = await workshop(ecosystem, `${path} ${program} install --ignore-scripts`);
      const removes = "rm -rf node_modules packages/b/node_modules";
      expect((await shop.build([{ files: RIGHT, shell: removes }])).actions).toEqual(ACCEPTED);
      expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
      expect(shop.setups()).toBeLessThanOrEqual(2);
    });
  });
}
