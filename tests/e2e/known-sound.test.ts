// Is an edit checked against features that did not change, although these are not read again?

import { expect, test } from "vitest";
import type { BuildDocument } from "../rig/documents.ts";
import { documentOf, type FactoryRig } from "../rig/factory-rig.ts";
import { builtShop, MONEY, shop } from "../rig/shop.ts";

/** Without what is so of every workspace whose gates report no tests. */
async function codes(rig: FactoryRig): Promise<readonly string[]> {
  const build = await rig.factory("build", "--json");
  const { diagnostics } = documentOf<Pick<BuildDocument, "diagnostics">>(build);
  return diagnostics
    .filter(({ code }) => code !== "criteria-unproven")
    .map(({ code, target }) => `${code} ${target}`);
}

test("a task that leaves its backlog is missed by the feature that depends on it", async () => {
  await using rig = await builtShop();
  rig.feature({ ...MONEY, tasks: MONEY.tasks.filter(({ id }) => id !== "T02") });
  expect(await codes(rig)).toEqual(["unknown-dependency orders:T01"]);
});

test("a feature that goes is missed by the one that depends on it, and a new cycle is found", async () => {
  await using rig = await builtShop();
  const text = rig.read("specs/money/BACKLOG.yaml");
  rig.feature({
    ...MONEY,
    tasks: MONEY.tasks.map((task) => (task.id === "T02" ? { ...task, dependsOn: ["orders:T01"] } : task)),
  });
  expect((await codes(rig)).map((code) => code.split(" ")[0])).toEqual(["cycle"]);
  rig.write({ "specs/money/BACKLOG.yaml": text });
  expect(await codes(rig)).toEqual([]);
  rig.remove("specs/money");
  expect(await codes(rig)).toEqual(["unknown-dependency orders:T01"]);
});

test("a warning is told again as long as its feature stays as it is", async () => {
  await using rig = await shop();
  rig.feature({ ...MONEY, requirements: { ...MONEY.requirements, R3: "An amount can be zero." } });
  const uncovered = ["uncovered-requirement money"];
  expect(await codes(rig)).toEqual(uncovered);
  rig.edit("specs/products/feature.md", "A product has a name.", "A product has a short name.");
  expect(await codes(rig)).toEqual(uncovered);
  rig.edit("specs/products/feature.md", "A product has a short name.", "A product has a name.");
  rig.feature(MONEY);
  expect(await codes(rig)).toEqual([]);
});
