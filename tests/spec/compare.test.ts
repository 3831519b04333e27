import { describe, expect, it } from "vitest";
import type { Json } from "../../src/model/digest.ts";
import type { Feature } from "../../src/model/feature.ts";
import type { Place } from "../../src/model/place.ts";
import type { Task } from "../../src/model/task.ts";
import { diffText } from "../../src/report/diff-text.ts";
import { diffDocument } from "../../src/report/json.ts";
import { compareFeatures } from "../../src/spec/compare/compare.ts";
import { expectGolden } from "../report/golden.ts";

const place: Place = { file: "specs/products/feature.md", line: 1, column: 1 };

const T01: Task = {
  id: "products:T01",
  feature: "products",
  title: "Product model",
  type: "code",
  project: "shop-api",
  description: "The model.",
  requirements: ["R1"],
  dependsOn: [],
  filesHint: ["src/products/product.ts"],
  acceptance: [{ id: "A1", text: "rejects a negative price", place }],
  context: { files: [], constraints: [], patterns: [], negativeEvidence: [] },
  generator: null,
  agent: null,
  gates: null,
  independentTests: false,
  place,
  places: {},
};

const FIELDS: Json = [
  { name: "title", type: "string" },
  { name: "price", type: "integer" },
];

const PRODUCTS: Feature = {
  id: "products",
  title: "Products",
  file: "specs/products/feature.md",
  projects: ["shop-api"],
  template: "rest-resource",
  params: [{ name: "fields", value: FIELDS, place, items: [place, place] }],
  dependsOn: [],
  places: {},
  sections: [
    { heading: "User Story", text: "As a shopper I see products.", place },
    { heading: "Requirements", text: "R1 … R3", place },
  ],
  requirements: [
    { id: "R1", text: "A product has a title.", place },
    { id: "R2", text: "A price is a whole number of cents.\nIt is at least 0.", place },
    { id: "R3", text: "A product can be removed.", place },
  ],
  constraints: [{ text: "No new dependency.", place }],
  clarifications: [],
  tasks: [T01, { ...T01, id: "products:T02", title: "Routes" }],
  backlog: "file",
};

const EDITED: Feature = {
  ...PRODUCTS,
  title: "Product catalogue",
  params: [
    {
      name: "fields",
      value: [
        { name: "sku", type: "string" },
        { name: "title", type: "string" },
        { name: "price", type: "number" },
      ],
      place,
      items: [],
    },
  ],
  sections: [{ heading: "User Story", text: "As a shopper I find products.", place }, PRODUCTS.sections[1]!],
  requirements: [
    PRODUCTS.requirements[0]!,
    {
      id: "R2",
      text: "A price is a whole number of cents.\nIt is at least 1.",
      place: { ...place, line: 9 },
    },
    { id: "R4", text: "A product has a SKU \u001b[31mred.", place },
  ],
  constraints: [{ text: "No new dependency at all.", place }],
  tasks: [
    {
      ...T01,
      acceptance: [{ id: "A1", text: "rejects a price below 1", place }],
      place: { ...place, line: 44 },
    },
    { ...T01, id: "products:T03", title: "SKU" },
  ],
};

describe("the comparison of two versions of a feature", () => {
  it("finds requirements, parameters and tasks that were added, removed and changed", () => {
    expect(compareFeatures(PRODUCTS, EDITED)).toEqual({
      feature: "products",
      change: null,
      settings: [{ id: "title", change: "changed", before: "Products", after: "Product catalogue" }],
      sections: [
        {
          id: "User Story",
          change: "changed",
          before: "As a shopper I see products.",
          after: "As a shopper I find products.",
        },
      ],
      requirements: [
        {
          id: "R2",
          change: "changed",
          before: PRODUCTS.requirements[1]!.text,
          after: EDITED.requirements[1]!.text,
        },
        { id: "R3", change: "removed", before: "A product can be removed.", after: null },
        { id: "R4", change: "added", before: null, after: EDITED.requirements[2]!.text },
      ],
      constraints: [
        { id: "C1", change: "removed", before: "No new dependency.", after: null },
        { id: "C1", change: "added", before: null, after: "No new dependency at all." },
      ],
      params: [
        { id: "fields.price.type", change: "changed", before: '"integer"', after: '"number"' },
        { id: "fields.sku.type", change: "added", before: null, after: '"string"' },
      ],
      tasks: [
        { id: "products:T01", change: "changed", keys: ["acceptance"] },
        { id: "products:T02", change: "removed", keys: [] },
        { id: "products:T03", change: "added", keys: [] },
      ],
      staleTasks: [],
    });
  });

  it("finds nothing where only places moved", () => {
    const moved: Feature = {
      ...PRODUCTS,
      requirements: PRODUCTS.requirements.map((each) => ({ ...each, place: { ...place, line: 99 } })),
      tasks: PRODUCTS.tasks.map((task) => ({
        ...task,
        place: { ...place, line: 99 },
        places: { title: place },
      })),
    };
    expect(diffText([compareFeatures(PRODUCTS, moved)], false)).toEqual([
      "no requirement, parameter or task differs",
    ]);
  });

  it("tells a feature that is new from one that is gone", () => {
    expect(compareFeatures(null, PRODUCTS)).toMatchObject({
      change: "added",
      tasks: [{ change: "added" }, { change: "added" }],
    });
    const gone = compareFeatures(PRODUCTS, null);
    expect(gone).toMatchObject({ change: "removed" });
    expect(gone.requirements.map(({ change }) => change)).toEqual(["removed", "removed", "removed"]);
  });

  it("names items of a plain list by themselves, and of a nameless one by position", () => {
    const withTags = (value: Json): Feature => ({
      ...PRODUCTS,
      params: [{ name: "tags", value, place, items: [] }],
    });
    expect(compareFeatures(withTags(["a", "b"]), withTags(["b"])).params).toEqual([
      { id: "tags.a", change: "removed", before: '"a"', after: null },
    ]);
    expect(
      compareFeatures(withTags([{ name: 5, id: "x" }]), withTags([{ name: 6, id: "x" }])).params,
    ).toEqual([{ id: "tags.x.name", change: "changed", before: "5", after: "6" }]);
    expect(compareFeatures(withTags([1, 2]), withTags([1, 3])).params).toEqual([
      { id: "tags.2", change: "changed", before: "2", after: "3" },
    ]);
  });

  it("reads as a diff of requirements", () => {
    const diff = {
      ...compareFeatures(PRODUCTS, EDITED),
      staleTasks: ["products:T01", "products:T03"] as const,
    };
    expectGolden("diff.txt", diffText([diff, compareFeatures(PRODUCTS, null)], false));
    expect(diffDocument([diff])).toMatchObject({
      schema: 1,
      features: [{ feature: "products", stale_tasks: ["products:T01", "products:T03"] }],
    });
  });
});
