// Does a feature that agents made become a template whose instances the generator builds under other names?

import { expect, test } from "vitest";
import { FactoryRig } from "../rig/factory-rig.ts";

const CODE = {
  "src/order-lines/order-line.mjs": `// What is an order line?
export const MAX_ORDER_LINES = 80;

export function checkOrderLine(orderLine) {
  if (typeof orderLine !== "object") throw new TypeError(\`no order line: \${orderLine}\`);
  return { kind: "order-line", ...orderLine, mark: "{{kept}}" };
}
`,
  "src/order-lines/order-line-store.mjs": `import { checkOrderLine, MAX_ORDER_LINES } from "./order-line.mjs";

/** Order lines by position; a borderline case of byorderline stays. */
export class OrderLineStore {
  #orderLines = [];

  add(orderLine) {
    if (this.#orderLines.length >= MAX_ORDER_LINES) throw new Error("too many order lines");
    this.#orderLines.push(checkOrderLine(orderLine));
  }
}
`,
  "tests/order-lines/store.test.mjs": `import assert from "node:assert/strict";
import { test } from "node:test";
import { OrderLineStore } from "../../src/order-lines/order-line-store.mjs";
test("[sales:T02.A1] refuses what is no order line", () => assert.throws(() => new OrderLineStore().add(1), TypeError));
`,
};

const FEATURE = `---
id: sales
title: "Sales: order lines"
project: app   # the shop
---

# Sales: order lines

## Requirements

- R1: An order line is checked before it is kept. See \`OrderLine\`.
- R2: There are at most 80 order lines.
`;

const BACKLOG = `# As the team cut it
version: 1
feature: sales
tasks:
  - id: T01
    title: Order line
    agent: coder
    requirements: [R1, R2]
    scope: {files_hint: [src/order-lines/order-line.mjs]}
    acceptance:
      - Checks an order line

  - {id: T02, title: "Store of order lines", requirements: [R1], depends_on: ["sales:T01"], scope: {files_hint: [src/order-lines/order-line-store.mjs, tests/order-lines/store.test.mjs]}, acceptance: [refuses what is no order line]}
`;

async function workspace(): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: [
      {
        id: "app",
        gates: [{ id: "test", run: "node --test tests/" }],
        files: { "tests/seed.test.mjs": 'import { test } from "node:test";\ntest("runs", () => {});\n' },
      },
    ],
    agents: { coder: { kind: "command", run: 'node "$FACTORY_WORKSPACE/agent.mjs" {{window}}' } },
    implementer: "coder",
    limits: { attempts: 1, rebases: 0 },
  });
  rig.edit("projects.yaml", "$FACTORY_WORKSPACE", rig.root);
  rig.write({
    "specs/sales/feature.md": FEATURE,
    "specs/sales/BACKLOG.yaml": BACKLOG,
    "agent.mjs": `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
const code = ${JSON.stringify(CODE)};
const window = readFileSync(process.argv[2], "utf8");
for (const [path, text] of Object.entries(code)) {
  if (path.includes("store") !== window.includes("sales:T02")) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
`,
  });
  return rig;
}

test("what agents built is lifted, proved, and built by the generator under another name", async () => {
  await using rig = await workspace();
  const early = await rig.factory("template", "extract", "sales", "line-store", "--value", "noun=order line");
  expect(early.code).toBe(2);
  expect(early.stderr).toContain("factory build sales");

  expect((await rig.build()).actions).toEqual({ "sales:T01": "regenerated", "sales:T02": "regenerated" });
  const words = [
    "template",
    "extract",
    "sales",
    "line-store",
    "--value",
    "noun=order line",
    "--value",
    "max=80",
  ];
  const wrong = await rig.factory(...words, "--value", "other=teapot");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("other: teapot");

  const dry = await rig.factory(...words, "--dry-run");
  expect(dry.stdout).toContain("--- templates/features/line-store/template.yaml");
  expect(rig.list("templates")).toEqual([]);

  const made = await rig.factory(...words, "--json");
  expect(made.code).toBe(0);
  expect(JSON.parse(made.stdout)).toMatchObject({ schema: 1, feature: "sales", template: "line-store" });
  expect(made.stderr).toContain("byorderline");
  expect((await rig.factory(...words)).stderr).toContain("already exists");
  const backlog = rig.read("templates/features/line-store/spec/BACKLOG.yaml.hbs");
  expect(backlog).toContain("# As the team cut it");
  expect(backlog).toContain("generator: line-store/T01");
  expect(backlog).toContain('"{{feature.id}}:T01"');
  expect((await rig.factory("validate")).code).toBe(0);
  expect((await rig.build()).actions).toEqual({ "sales:T01": "fresh", "sales:T02": "fresh" });

  const other = await rig.factory(
    "new",
    "line-store",
    "price-lists",
    "--set",
    "noun=price tag",
    "--set",
    "max=7",
  );
  expect(other.code).toBe(0);
  const build = await rig.build("--offline");
  expect(build.code).toBe(0);
  expect(build.actions).toMatchObject({
    "price-lists:T01": "regenerated",
    "price-lists:T02": "regenerated",
  });
  expect(rig.read("projects/app/src/price-tags/price-tag.mjs")).toBe(
    CODE["src/order-lines/order-line.mjs"]
      .replaceAll("an order line", "a price tag")
      .replaceAll("order line", "price tag")
      .replaceAll("orderLine", "priceTag")
      .replaceAll("OrderLine", "PriceTag")
      .replaceAll("ORDER_LINE", "PRICE_TAG")
      .replaceAll("order-line", "price-tag")
      .replaceAll("80", "7"),
  );
  expect(rig.read("projects/app/tests/price-tags/store.test.mjs")).toContain("[price-lists:T02.A1]");

  const mine = "src/price-tags/price-tag.mjs";
  rig.write({ [`projects/app/${mine}`]: `// mine\n${rig.read(`projects/app/${mine}`)}` });
  await rig.git("app", "commit", "--quiet", "--all", "--message", "By hand");
  const again = await rig.factory("template", "extract", "price-lists", "copy", "--value", "noun=price tag");
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining(`${mine} was edited by a person`)]);
  expect(rig.read("templates/features/copy/spec/feature.md.hbs")).toContain(
    "template: copy\nparams:\n  noun: {{yaml",
  );
});
