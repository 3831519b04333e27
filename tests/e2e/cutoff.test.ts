// Does a change stop where it no longer shows? Interfaces, equal outputs, and gates that run again.

import { expect, test } from "vitest";
import { stringify } from "yaml";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";
import type { FeatureText } from "../rig/specs.ts";

const PRICES: FeatureText = {
  id: "prices",
  requirements: { R1: "Prices begin with EUR.", R2: "A label shows the price." },
  tasks: [
    { id: "T01", requirements: ["R1"], files: ["src/price.ts"] },
    { id: "T02", requirements: ["R2"], files: ["src/label.ts"], dependsOn: ["T01"] },
    { id: "T03", requirements: ["R2"], files: ["src/shelf.txt"], dependsOn: ["T02"] },
  ],
};

const PRICE_TS = [
  "/** Price as people read it. */",
  "export function priceText(cents: number): string {",
  '  return "{{#each requirements}}{{text}}{{/each}} " + cents;',
  "}",
  "",
].join("\n");

const LABEL_TS = [
  'import { priceText } from "./price.ts";',
  "",
  "// {{#each interfaces}}{{path}} {{/each}}",
  "export function label(cents: number): string {",
  "  return priceText(cents);",
  "}",
  "",
].join("\n");

async function prices(gate?: string): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [{ id: "app", ...(gate === undefined ? {} : { files: { "check.sh": gate } }) }],
  });
  rig.feature(PRICES);
  rig.write({
    "templates/features/prices/template.yaml": stringify({
      version: "1.0.0",
      description: "A price and its label",
      params: [],
      code: {
        T01: [{ template: "price.ts.hbs", to: "src/price.ts" }],
        T02: [{ template: "label.ts.hbs", to: "src/label.ts" }],
        T03: [{ template: "note.hbs", to: "src/shelf.txt" }],
      },
    }),
    "templates/features/prices/code/price.ts.hbs": PRICE_TS,
    "templates/features/prices/code/label.ts.hbs": LABEL_TS,
  });
  return rig;
}

const builtPrices = madeOnce(async () => {
  const rig = await prices();
  expect((await rig.build()).code).toBe(0);
  return rig;
});

test("a changed body upstream runs the gates of dependents again and regenerates none", async () => {
  await using rig = await builtPrices();
  rig.edit("specs/prices/feature.md", "begin with EUR", "end with EUR");

  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(build.actions).toEqual({
    "prices:T01": "regenerated",
    "prices:T02": "reverified",
    "prices:T03": "reverified",
  });
  expect(await rig.git("app", "show", "main:src/price.ts")).toContain("end with EUR");
});

test("a changed interface upstream regenerates the task that sees it, with the reason", async () => {
  await using rig = await builtPrices();
  rig.edit("templates/features/prices/code/price.ts.hbs", "(cents: number)", "(cents: number, currency = 1)");

  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(build.actions).toMatchObject({ "prices:T01": "regenerated", "prices:T02": "regenerated" });
  const reasons = build.document.tasks.find((task) => task.id === "prices:T02")?.reasons ?? [];
  expect(reasons.map((reason) => reason.code)).toContain("interface-changed");
});

test("a task that is regenerated to the same bytes starts nobody", async () => {
  await using rig = await builtPrices();
  const before = await rig.tree("app");
  rig.edit("templates/features/prices/code/price.ts.hbs", "/** Price", "{{! for people }}/** Price");

  const build = await rig.build();
  expect(build.actions).toEqual({
    "prices:T01": "regenerated",
    "prices:T02": "fresh",
    "prices:T03": "fresh",
  });
  expect(await rig.tree("app")).toBe(before);
});

test("gates that fail on a dependency's new body make the dependent stale, and nothing is merged", async () => {
  const gate = `if test -f src/label.ts && grep -q "end with" src/price.ts; then
  echo "label.ts: prices must begin with the currency" >&2
  exit 1
fi
`;
  await using rig = await prices(gate);
  expect((await rig.build()).code).toBe(0);
  const before = await rig.git("app", "rev-parse", "main");
  rig.edit("specs/prices/feature.md", "begin with EUR", "end with EUR");

  const build = await rig.build();
  expect(build.code).toBe(1);
  expect(build.actions).toMatchObject({ "prices:T01": "regenerated", "prices:T02": "failed" });
  const reasons = build.document.tasks.find((task) => task.id === "prices:T02")?.reasons ?? [];
  expect(reasons.map((reason) => reason.code)).toContain("gate-failed");
  expect(await rig.git("app", "rev-parse", "main")).toBe(before);
  expect(build.document.projects).toMatchObject([{ id: "app", merged: false }]);
});
