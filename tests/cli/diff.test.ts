// Does `factory diff` tell what changed since a commit of the workspace, by requirement?

import { expect, test } from "vitest";
import { documentOf, type FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import { builtShop, shop } from "../rig/shop.ts";

interface DiffDocument {
  readonly features: readonly {
    readonly feature: string;
    readonly change: string | null;
    readonly requirements: readonly { readonly id: string; readonly change: string }[];
    readonly tasks: readonly { readonly id: string; readonly change: string }[];
    readonly stale_tasks: readonly string[];
  }[];
}

/** As a person would, in the workspace itself; the rig's own git works in projects. */
async function commit(rig: FactoryRig, message: string): Promise<void> {
  const identity = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"] as const;
  for (const args of [
    ["add", "--all"],
    ["commit", "--quiet", "--message", message],
  ]) {
    const run = await rig.launch(".", ["git", ...identity, ...args]).done;
    expect(run.code).toBe(0);
  }
}

const committedShop = madeOnce(async () => {
  const rig = await builtShop();
  await commit(rig, "One");
  return rig;
});

async function diff(rig: FactoryRig, ...args: readonly string[]): Promise<DiffDocument> {
  return documentOf<DiffDocument>(await rig.factory("diff", "--json", ...args));
}

test("an edited requirement is named with the tasks that it makes stale, and other features are not", async () => {
  await using rig = await committedShop();
  rig.edit("specs/products/feature.md", "A product can be archived.", "A product may be archived.");
  const { features } = await diff(rig);
  expect(features).toMatchObject([
    {
      feature: "products",
      change: null,
      requirements: [{ id: "R3", change: "changed", before: "A product can be archived." }],
      tasks: [],
      stale_tasks: ["products:T03"],
    },
  ]);
});

test("tasks of other features that the edit reaches are named too, and those that were stale before are not", async () => {
  await using rig = await committedShop();
  rig.edit("specs/money/feature.md", "An amount has a currency.", "An amount has one currency.");
  rig.edit("specs/products/feature.md", "A product can be archived.", "A product may be archived.");
  const { features } = await diff(rig, "money");
  expect(features.map(({ stale_tasks }) => stale_tasks)).toEqual([["money:T01", "money:T02", "orders:T01"]]);
});

test("a change that means nothing is no change", async () => {
  await using rig = await committedShop();
  rig.edit("specs/products/feature.md", "A product can be archived.", "A product\n  can be archived.");
  expect((await diff(rig)).features).toEqual([]);
  const run = await rig.factory("diff");
  expect([run.code, run.stdout]).toEqual([0, "no requirement, parameter or task differs\n"]);
});

test("features that came and went are told", async () => {
  await using rig = await committedShop();
  rig.remove("specs/orders");
  rig.feature({ id: "refunds", requirements: { R1: "A refund has a reason." }, tasks: [{ id: "T01" }] });
  const { features } = await diff(rig);
  expect(features.map(({ feature, change, stale_tasks }) => [feature, change, stale_tasks])).toEqual([
    ["orders", "removed", []],
    ["refunds", "added", ["refunds:T01"]],
  ]);
  expect((await diff(rig, "orders")).features.map(({ feature }) => feature)).toEqual(["orders"]);
});

test("--since compares with an older commit", async () => {
  await using rig = await committedShop();
  rig.edit("specs/products/feature.md", "A product can be archived.", "A product may be archived.");
  await commit(rig, "Two");
  expect((await diff(rig)).features).toEqual([]);
  const { features } = await diff(rig, "--since", "HEAD~1");
  expect(features.map(({ requirements }) => requirements.map(({ id }) => id))).toEqual([["R3"]]);
});

test("a version that could not be read is told on stderr, and the others are compared", async () => {
  await using rig = await shop();
  const text = rig.read("specs/money/feature.md");
  rig.write({ "specs/money/feature.md": `---\n{ broken\n${text}` });
  await commit(rig, "Broken");
  rig.write({ "specs/money/feature.md": text });
  rig.edit("specs/products/feature.md", "A product can be archived.", "A product may be archived.");
  const run = await rig.factory("diff", "--json");
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining("money cannot be compared: at HEAD")]);
  expect(documentOf<DiffDocument>(run).features.map(({ feature }) => feature)).toEqual(["products"]);
});

test.each([
  ["an unknown commit", ["--since", "nowhere"], 'no commit "nowhere"'],
  ["an option for git", ["--since=--all"], "no commit"],
  ["an unknown feature", ["prodcts"], 'Did you mean "products"?'],
])("%s is a usage error", async (_what, args, told) => {
  await using rig = await committedShop();
  const run = await rig.factory("diff", ...args);
  expect([run.code, run.stdout, run.stderr]).toEqual([2, "", expect.stringContaining(told)]);
});

test("without a commit, or without git, there is a clear failure", async () => {
  await using rig = await shop();
  const unborn = await rig.factory("diff");
  expect([unborn.code, unborn.stderr]).toEqual([2, expect.stringContaining("no commit yet")]);
  rig.remove(".git");
  const without = await rig.factory("diff");
  expect([without.code, without.stderr]).toEqual([2, expect.stringContaining("not in a git repository")]);
});
