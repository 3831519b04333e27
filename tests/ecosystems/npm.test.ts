// Does a gate judge the draft where packages of a repository depend on each other by npm's workspaces?

import { describe, expect, test } from "vitest";
import { NPM } from "./repositories.ts";
import { ACCEPTED, REFUSED, workshop } from "./workshop.ts";

const RIGHT = {
  "packages/a/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n",
};
const BREAKING = { "packages/a/index.js": "export const cents = (euros) => euros * 1000;\n" };

describe(NPM.name, () => {
  test("accept a draft that is right, refuse one that breaks another package, and set up once", async () => {
    await using shop = await workshop(NPM.ecosystem, NPM.extra);
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
    await using shop = await workshop(NPM.ecosystem, NPM.extra);
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
    await using shop = await workshop(NPM.ecosystem, NPM.extra);
    const installs = "npm install --no-save ./local/coin --offline --no-audit --no-fund";
    expect((await shop.build([{ shell: installs, files: COUNTS }])).actions).toEqual(REFUSED);
    const removes = "rm -rf node_modules && ln -s /nowhere node_modules";
    expect((await shop.build([{ shell: removes, files: RIGHT }])).actions).toEqual(ACCEPTED);
  });

  test("never follow a link that an agent left in the place of its worktree", async () => {
    await using shop = await workshop(NPM.ecosystem, NPM.extra);
    shop.rig.write({ "precious/keep.txt": "mine\n" });
    const leads = `cd .. && rm -rf tree && ln -s "${shop.rig.path("precious")}" tree`;
    expect((await shop.build([{ shell: leads, scope: ["**"] }])).actions).toEqual(REFUSED);
    expect((await shop.build([{ files: RIGHT }])).actions).toEqual(ACCEPTED);
    expect(shop.rig.read("precious/keep.txt")).toBe("mine\n");
  });
});
