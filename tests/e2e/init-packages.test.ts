// Does `factory init` see the packages of a workspace, and say what a project for each of them would be?

import { expect, test } from "vitest";
import { proposePackages } from "../../src/spec/survey/workspace-packages.ts";
import { FactoryRig } from "../rig/factory-rig.ts";

const TEST = 'import { test } from "node:test";\n\ntest("stands", () => {});\n';
const manifest = (fields: Readonly<Record<string, unknown>>) => `${JSON.stringify(fields, null, 2)}\n`;
const tested = { type: "module", scripts: { test: "node --test" } };

test("one project for all is proposed, and one for each package as a comment that holds once its marks are gone", async () => {
  await using rig = await FactoryRig.create({ projects: [] });
  rig.remove("projects.yaml", ".gitignore");
  rig.write({
    "package.json": manifest({ name: "shop", private: true, workspaces: ["packages/*"], ...tested }),
    "packages/prices/package.json": manifest({ name: "@shop/prices", ...tested }),
    "packages/prices/test/prices.test.js": TEST,
    "packages/prices/specs/totals/feature.md":
      "---\nproject: prices\nfiles: [src/total.js]\n---\n# Totals\n\n## Requirements\n\n- R1: A total is shown.\n",
    "examples/shop/projects.yaml": "version: 1\nprojects: []\n",
    "examples/shop/specs/lamps/feature.md": "# Lamps\n",
    "packages/cart/package.json": manifest({ name: "@shop/cart", ...tested }),
    "packages/cart/test/cart.test.js": TEST,
    "packages/docs/package.json": manifest({ name: "@shop/docs" }),
  });
  await rig.commitWorkspace("What was there");
  const init = await rig.factory("init");
  expect(init.code, init.stderr).toBe(0);
  expect(init.stderr).toContain("2 packages have tests of their own: packages/cart, packages/prices.");
  expect(init.stderr).toContain("one project for all runs every test for every task");
  const declared = rig.read("projects.yaml");
  const [above = "", below = ""] = declared.split(/^ {2}# Or a project for each package.*\n/m);
  expect(above).toContain("path: ./");
  // The folder of features that is there, and not that of another workspace.
  expect(above).toContain("specs: packages/prices/specs");
  expect(below.match(/specs: .*/g)).toEqual(["specs: specs"]);
  const [marked = "", rest = ""] = below.split(/^(?=agents:)/m);
  const unmarked = marked.replace(/^ {2}# ?/gm, "  ");
  rig.write({
    "projects.yaml": `${above.slice(0, above.indexOf("projects:"))}projects:\n${unmarked}${rest}`,
  });
  // It is read, and nobody is there yet who could write its code.
  const read = await rig.factory("validate", "--json");
  expect(JSON.parse(read.stdout).diagnostics).toContainEqual(
    expect.objectContaining({ code: "no-implementer", target: "totals" }),
  );
  rig.remove("packages/prices/specs/totals");
  const valid = await rig.factory("validate");
  expect(valid.code, valid.stdout + valid.stderr).toBe(0);
  expect(valid.stdout + valid.stderr).toContain("2 projects");
  const written = rig.read("projects.yaml");
  expect(written).toContain("root: packages/cart");
  expect(written).toContain("setup: npm install");
  expect(written.match(/setup:/g)).toHaveLength(1);
});

test("packages of pnpm, Cargo and Go are found by the manifest of the whole", () => {
  const parse = (text: string) => (text === "" ? null : JSON.parse(text));
  const rootsIn = (files: Readonly<Record<string, string>>) =>
    proposePackages({ paths: Object.keys(files).sort(), texts: new Map(Object.entries(files)) }, parse).map(
      ({ id, root }) => `${id} ${root}`,
    );
  const node = manifest(tested);
  expect(
    rootsIn({
      "package.json": manifest({ private: true }),
      "pnpm-workspace.yaml":
        'packages:\n  # ours\n  - "packages/*"\n  - tools/lint\n  - "!packages/old"\n\ncatalog:\n  - no\n',
      "packages/a/package.json": node,
      "packages/old/package.json": node,
      "tools/lint/package.json": node,
      "elsewhere/package.json": node,
    }),
  ).toEqual(["a packages/a", "lint tools/lint"]);
  expect(
    rootsIn({
      "Cargo.toml": '[workspace]\nmembers = ["crates/*", "cli"]\nexclude = ["crates/old"]\n',
      "crates/core/Cargo.toml": "[package]\n",
      "crates/old/Cargo.toml": "[package]\n",
      "cli/Cargo.toml": "[package]\n",
    }),
  ).toEqual(["cli cli", "core crates/core"]);
  expect(
    rootsIn({
      "go.work": "go 1.22\n\nuse (\n\t./api\n\t./web/api // served\n)\n",
      "api/go.mod": "module a\n",
      "web/api/go.mod": "module b\n",
      "web/go.mod": "module c\n",
    }),
  ).toEqual(["api api", "web-api web/api"]);
  expect(rootsIn({ "go.work": "use ./api\n", "api/go.mod": "module a\n" })).toEqual([]);
});
