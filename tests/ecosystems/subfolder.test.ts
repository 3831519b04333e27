// Does a gate judge the draft where a package lies in a sub-folder, with a lockfile of its own and a neighbour that it
// uses by its path; and where a repository holds a submodule and a file behind a filter?

import { expect, test } from "vitest";
import { ACCEPTED, type Ecosystem, REFUSED, workshop } from "./workshop.ts";

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

const WEB: Ecosystem = {
  files: {
    ".gitignore": "node_modules/\n",
    "lib/package.json": json({ name: "lib", version: "1.0.0", type: "module", exports: "./index.js" }),
    "lib/index.js": "export const cents = (euros) => Math.round(euros * 100);\n",
    "web/package.json": json({
      name: "web",
      version: "1.0.0",
      type: "module",
      dependencies: { lib: "file:../lib" },
    }),
    "web/web.test.js": [
      'import assert from "node:assert";',
      'import test from "node:test";',
      'import { cents } from "lib";',
      'test("cents", () => assert.equal(cents(1.5), 150));',
      "",
    ].join("\n"),
  },
  setup: "npm ci --prefix web --ignore-scripts --no-audit --no-fund",
  gate: "cd web && node --test",
};
const RIGHT = { "lib/index.js": "export const cents = (euros) => Math.trunc(euros * 100 + 0.5);\n" };
const BREAKING = { "lib/index.js": "export const cents = (euros) => euros * 1000;\n" };

test("a package in a sub-folder sees the draft of its neighbour", async () => {
  await using shop = await workshop(WEB, "npm install --prefix web --package-lock-only --no-audit --no-fund");
  expect((await shop.build([{ files: RIGHT, shell: "rm -rf web/node_modules" }])).actions).toEqual(ACCEPTED);
  expect((await shop.build([{ files: BREAKING }])).actions).toEqual(REFUSED);
  expect(shop.setups()).toBeLessThanOrEqual(2);
});

const PARTS: Ecosystem = {
  files: {
    ".gitattributes": "*.secret filter=turn\n",
    "uses.mjs": 'export { cents } from "./part/index.mjs";\n',
    "plain.secret": "uryyb\n",
    "all.test.mjs": [
      'import assert from "node:assert";',
      'import { readFileSync } from "node:fs";',
      'import test from "node:test";',
      'import { cents } from "./uses.mjs";',
      'test("cents", () => assert.equal(cents(1.5), 150));',
      'test("plain", () => assert.equal(readFileSync("plain.secret", "utf8"), "hello\\n"));',
      "",
    ].join("\n"),
  },
  gate: "node --test",
};
/** The stored form of the file is what it says turned by 13 letters, and turned again. */
const WITH_PARTS = [
  "git init -q ../part && cd ../part",
  'echo "export const cents = (euros) => Math.round(euros * 100);" > index.mjs',
  "git add . && git -c user.name=P -c user.email=p@example.com commit -qm Part && cd ../app",
  "git -c protocol.file.allow=always submodule --quiet add ../part part",
  "git config filter.turn.smudge 'tr a-z n-za-m' && git config filter.turn.clean 'tr a-z n-za-m'",
  "rm plain.secret && git checkout -q -- plain.secret",
].join(" && ");

test("a repository with a submodule and a filter is judged as people have it checked out", async () => {
  await using shop = await workshop(PARTS, WITH_PARTS);
  const right = { "uses.mjs": 'export { cents } from "./part/index.mjs";\nexport const unit = "cent";\n' };
  expect((await shop.build([{ files: right, shell: "rm -rf part" }])).actions).toEqual(ACCEPTED);
  const breaking = { "uses.mjs": "export const cents = (euros) => euros;\n" };
  expect((await shop.build([{ files: breaking }])).actions).toEqual(REFUSED);
  expect(await shop.rig.git("app", "status", "--porcelain")).toBe("");
});
