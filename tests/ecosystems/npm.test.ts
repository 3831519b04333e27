// Does a gate judge the draft where packages of a repository depend on each other by npm's workspaces?

import { describe, expect, test } from "vitest";
import { ACCEPTED, type Ecosystem, REFUSED, workshop } from "./workshop.ts";

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const WORKSPACES: Ecosystem = {
  files: {
    ".gitignore": "node_modules/\ndist/\n",
    "package.json": json({ name: "shop", private: true, type: "module", workspaces: ["packages/*"] }),
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
      exports: "./index.js",
      dependencies: { "@shop/a": "1.0.0" },
    }),
    "packages/b/index.js":
      'import { cents } from "@shop/a";\nexport const two = (euros) => 2 * cents(euros);\n',
    "packages/b/b.test.js": [
      'import assert from "node:assert";',
      'import test from "node:test";',
      'import { two } from "@shop/b";',
      'test("two", () => assert.equal(two(1.5), 300));',
      "",
    ].join("\n"),
    // A package that is not of the workspace, with a place to be added.
    "local/coin/package.json": json({
      name: "coin",
      version: "1.0.0",
      type: "module",
      exports: "./index.js",
    }),
    "local/coin/index.js": "export const coin = 5;\n",
  },
  setup: "npm ci --no-audit --no-fund --ignore-scripts --offline",
  gate: "node --test",
};
const LOCK = "npm install --no-audit --no-fund --package-lock-only --offline";

const RIGHT = {
  "packages/a/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n",
};
const BREAKING = { "packages/a/index.js": "export const cents = (euros) => euros * 1000;\n" };

describe("npm workspaces", () => {
  test("accept a draft that is right, refuse one that breaks another package, and set up once", async () => {
    await using shop = await workshop(WORKSPACES, LOCK);
    const right = await shop.build([{ files: RIGHT }]);
    expect([right.code, right.actions]).toEqual([0, ACCEPTED]);
    const setups = shop.setups();
    expect(
      (await shop.build([{ files: { ...RIGHT, "packages/a/more.js": "export {};\n" } }])).actions,
    ).toEqual(ACCEPTED);
    expect(shop.setups()).toBe(setups);
    const breaking = await shop.build([{ files: BREAKING }]);
    expect([breaking.code, breaking.actions]).toEqual([1, REFUSED]);
    expect(await shop.fileOf("packages/a/index.js")).toBe(RIGHT["packages/a/index.js"].trim());
    expect(shop.setups()).toBe(setups);
  });

  const COUNTS = {
    "packages/b/coin.test.js": 'import { coin } from "coin";\nif (coin !== 5) throw new Error("coin");\n',
  };

  test("judge a task with the package that it adds, also where the product is inspected", async () => {
    await using shop = await workshop(WORKSPACES, LOCK);
    const added = await shop.build([
      {
        shell: "npm install ./local/coin --ignore-scripts --offline --no-audit --no-fund",
        files: COUNTS,
        scope: ["package.json", "package-lock.json", ...Object.keys(COUNTS)],
      },
    ]);
    expect([added.code, added.actions]).toEqual([0, ACCEPTED]);
  });

  test("judge what an agent recorded, and not what it installed, patched or took away", async () => {
    await using shop = await workshop(WORKSPACES, LOCK);
    const installs = "npm install --no-save ./local/coin --offline --no-audit --no-fund";
    expect((await shop.build([{ shell: installs, files: COUNTS }])).actions).toEqual(REFUSED);
    const removes = "rm -rf node_modules && ln -s /nowhere node_modules";
    expect((await shop.build([{ shell: removes, files: RIGHT }])).actions).toEqual(ACCEPTED);
  });

  test("never follow a link that an agent left in the place of its worktree", async () => {
    await using shop = await workshop(WORKSPACES, LOCK);
    shop.rig.write({ "precious/keep.txt": "mine\n" });
    const leads = `cd .. && rm -rf tree && ln -s "${shop.rig.path("precious")}" tree`;
    expect((await shop.build([{ shell: leads, scope: ["**"] }])).actions).toEqual(REFUSED);
    expect((await shop.build([{ files: RIGHT }])).actions).toEqual(ACCEPTED);
    expect(shop.rig.read("precious/keep.txt")).toBe("mine\n");
  });
});
