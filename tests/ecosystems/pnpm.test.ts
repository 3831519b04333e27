// Does a gate judge the draft in a pnpm workspace, whose installs share the files of one store?

import { describe, expect, test } from "vitest";
import { ACCEPTED, type Ecosystem, programOf, REFUSED, workshop } from "./workshop.ts";

const programs = programOf("pnpm@9.8.0", "pnpm");
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
const pnpm = (...args: readonly string[]) => `PATH="${programs}:$PATH" pnpm ${args.join(" ")}`;

const WORKSPACE: Ecosystem = {
  files: {
    ".gitignore": "node_modules/\n",
    "package.json": json({ name: "shop", private: true }),
    "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
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
      dependencies: { "@shop/a": "workspace:*", "is-number": "7.0.0" },
    }),
    "packages/b/b.test.js": [
      'import assert from "node:assert";',
      'import { createRequire } from "node:module";',
      'import test from "node:test";',
      'import { cents } from "@shop/a";',
      'test("cents", () => assert.equal(cents(1.5), 150));',
      'test("number", () => assert.equal(createRequire(import.meta.url)("is-number")("no"), false));',
      "",
    ].join("\n"),
  },
  setup: pnpm("install", "--frozen-lockfile", "--prefer-offline"),
  gate: "node --test packages/",
};
const LOCK = pnpm("install", "--lockfile-only");
const RIGHT = { "packages/a/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n" };
const BREAKING = { "packages/a/index.js": "export const cents = (euros) => euros * 1000;\n" };

describe.skipIf(programs === null)("a pnpm workspace", () => {
  test("accepts a draft that is right, whatever its agent patched, and refuses one that breaks another package", async () => {
    await using shop = await workshop(WORKSPACE, LOCK);
    const patch = 'echo "module.exports = () => true;" > packages/b/node_modules/is-number/index.js';
    expect((await shop.build([{ files: RIGHT, shell: patch }])).actions).toEqual(ACCEPTED);
    const removes = "rm -rf node_modules packages/b/node_modules";
    expect((await shop.build([{ files: BREAKING, shell: removes }])).actions).toEqual(REFUSED);
    expect(shop.setups()).toBeLessThanOrEqual(2);
  });
});
