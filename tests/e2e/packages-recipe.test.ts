// Does the recipe for a workspace of packages hold, as docs/existing-repositories.md gives it?

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const PAGE = readFileSync(
  fileURLToPath(new URL("../../docs/existing-repositories.md", import.meta.url)),
  "utf8",
);

const AGENT = `const { cpSync } = require("node:fs");
const [workspace] = process.argv.slice(2);
cpSync(workspace + "/.factory/ready/" + process.env.FACTORY_TASK.replace(":", "-"), ".", { recursive: true });
`;

const manifest = (name: string, dependencies: Readonly<Record<string, string>> = {}) =>
  `${JSON.stringify({ name: `@shop/${name}`, version: "1.0.0", type: "module", exports: "./src/index.js", dependencies }, null, 2)}\n`;

const passing = (name: string, from: string, said: string) => `import assert from "node:assert/strict";
import { test } from "node:test";
import { cents } from "${from}";

test("${name}", () => assert.equal(cents(2), ${said}));
`;

test("packages of npm are projects, and a feature goes across them as they import each other", async () => {
  const recipe = /```yaml\n(version: 1\nprojects:\n(?:(?!```)[\s\S])*)```/.exec(PAGE)?.[1];
  expect(recipe).toContain("root: packages/cart");
  await using rig = await FactoryRig.create({ projects: [] });
  rig.write({
    "projects.yaml": `${recipe}agents:\n  coder: {kind: command, run: "node {{workspace}}/.factory/agent.cjs {{workspace}}"}\nrouting: {implementer: coder}\n`,
    ".gitignore": ".factory/\nnode_modules/\n",
    "package.json": `${JSON.stringify({ name: "shop", private: true, workspaces: ["packages/*"] }, null, 2)}\n`,
    "packages/prices/package.json": manifest("prices"),
    "packages/prices/src/index.js": "export const cents = (euros) => euros * 100;\n",
    "packages/prices/test/price.test.js": passing("counts", "@shop/prices", "200"),
    "packages/cart/package.json": manifest("cart", { "@shop/prices": "*" }),
    "packages/cart/src/index.js": 'export { cents } from "@shop/prices";\n',
    "packages/cart/test/cart.test.js": passing("counts", "@shop/cart", "200"),
    "specs/totals/feature.md":
      "---\nprojects: [prices, cart]\n---\n# Totals\n\n## Requirements\n\n- R1: A price can be doubled.\n- R2: A cart shows its total.\n",
    "specs/totals/BACKLOG.yaml": `version: 1
tasks:
  - id: T01
    title: Double a price
    requirements: [R1]
    scope: {files_hint: [src/double.js, src/index.js, test/double.test.js]}
    acceptance: [a price is doubled]
  - id: T02
    title: Show the total
    project: cart
    requirements: [R2]
    depends_on: [T01]
    scope: {files_hint: [src/total.js, test/total.test.js]}
    acceptance: [a total is shown]
`,
    ".factory/agent.cjs": AGENT,
    ".factory/ready/totals-T01/src/index.js":
      'export { double } from "./double.js";\nexport const cents = (euros) => euros * 100;\n',
    ".factory/ready/totals-T01/src/double.js": "export const double = (price) => price * 2;\n",
    ".factory/ready/totals-T01/test/double.test.js": passing(
      "[totals:T01.A1] doubles",
      "@shop/prices",
      "200",
    ),
    ".factory/ready/totals-T02/src/total.js":
      'import { double } from "@shop/prices";\nexport const cents = (euros) => double(euros);\n',
    ".factory/ready/totals-T02/test/total.test.js": passing("[totals:T02.A1] shows", "../src/total.js", "4"),
  });
  const locked = await rig.launch(".", ["npm", "install", "--package-lock-only", "--offline", "--no-audit"])
    .done;
  expect(locked.code, locked.stderr).toBe(0);
  await rig.commitWorkspace("Start");
  const build = await rig.build();
  expect(build.code, build.stdout + build.stderr).toBe(0);
  expect(build.actions).toEqual({ "totals:T01": "regenerated", "totals:T02": "regenerated" });
  expect(build.document.projects).toMatchObject([
    { id: "prices", merged: true },
    { id: "cart", merged: true },
  ]);
  expect(rig.read("packages/cart/src/total.js")).toContain("@shop/prices");
  expect((await rig.build()).actions).toEqual({ "totals:T01": "fresh", "totals:T02": "fresh" });
});
