import { expect, test } from "vitest";
import { parseFeature } from "../../src/spec/read/parse-feature.ts";
import { codes, feature, file, lines, sound } from "./sources.ts";

const PRODUCTS = `---
id: products
title: Products
projects: [shop, web]
template: rest
params: {resource: product, fields: [name, price]}
depends_on: [users]
---

# Products

## User Story
As a shop I sell.

## REQUIREMENTS
- R1: A product has a
  *price*.
- **R2**: It has \`a  name\`.
  * nested
- R3. Third. <!-- hidden -->
- **R4:** Fourth
- FR-5 - Fifth
- R2D2 is a robot

## Constraints
No floats.

- Money is whole.

## Success Criteria
1. works
2. SC-2: holds
`;

const BACKLOG = `version: 1
feature: products
tasks:
  - id: T01
    title: Model
    status: done
    attempts: {n: 3}
    requirements: [R1]
    scope: {files_hint: [./src/a.ts, "src/{{x}}/[id].ts"]}
    acceptance:
      - rejects
      - {id: B7, text: accepts}
      - third
    context:
      files: ["src/money.ts:1-40", src/x.ts, "y.ts:3"]
      negative_evidence: ["Don't X: tried, failed because Y"]
  - id: T02
    title: "{{title}}"
    type: docs
    project: web
    depends_on: [T01, users:T09]
    generator: rest/model
    agent: coder
    gates: [test]
`;

test("a feature is read with its backlog", () => {
  const parsed = feature("products", PRODUCTS, BACKLOG);
  expect(lines(parsed.diagnostics)).toEqual([
    'warning specs/products/feature.md:23:1 requirement-without-id products: "R2D2 is a robot" has no id, so no task can trace to it. | Begin the item with an id such as `R1:`.',
  ]);
  const value = parsed.value;
  expect(value).toMatchObject({
    id: "products",
    title: "Products",
    file: "specs/products/feature.md",
    projects: ["shop", "web"],
    template: "rest",
    dependsOn: ["users"],
    backlog: "file",
    clarifications: [],
    params: [
      { name: "fields", value: ["name", "price"], place: at(6, 29), items: [at(6, 38), at(6, 44)] },
      { name: "resource", value: "product", place: at(6, 10), items: [] },
    ],
    requirements: [
      { id: "R1", text: "A product has a *price*.", place: at(16, 1) },
      { id: "R2", text: "It has `a  name`.\n\n- nested", place: at(18, 1) },
      { id: "R3", text: "Third.", place: at(20, 1) },
      { id: "R4", text: "Fourth", place: at(21, 1) },
      { id: "FR-5", text: "Fifth", place: at(22, 1) },
    ],
    constraints: [
      { text: "No floats.", place: at(26, 1) },
      { text: "Money is whole.", place: at(28, 1) },
    ],
  });
  expect(value?.sections.map(({ heading, text }) => [heading, text.split("\n")[0]])).toEqual([
    ["User Story", "As a shop I sell."],
    ["REQUIREMENTS", "- R1: A product has a *price*."],
    ["Constraints", "No floats."],
    ["Success Criteria", "1. works"],
  ]);
  const [first, second] = value?.tasks ?? [];
  expect(first).toMatchObject({
    id: "products:T01",
    feature: "products",
    title: "Model",
    type: "code",
    project: "shop",
    description: "",
    requirements: ["R1"],
    dependsOn: [],
    filesHint: ["src/a.ts", "src/{{x}}/[id].ts"],
    acceptance: [
      { id: "A1", text: "rejects" },
      { id: "B7", text: "accepts" },
      { id: "A3", text: "third" },
    ],
    context: { files: ["src/money.ts:1-40", "src/x.ts", "y.ts:3"], constraints: [], patterns: [] },
    generator: null,
    agent: null,
    gates: null,
    place: { file: "specs/products/BACKLOG.yaml", line: 4, column: 5 },
  });
  expect(first?.places["scope.files_hint.1"]).toEqual({
    file: "specs/products/BACKLOG.yaml",
    line: 9,
    column: 38,
  });
  expect(second).toMatchObject({
    title: "{{title}}",
    type: "docs",
    project: "web",
    dependsOn: ["products:T01", "users:T09"],
    generator: "rest/model",
    agent: "coder",
    gates: ["test"],
  });
});

test("a feature without a backlog is one task that does all of it", () => {
  const head =
    "---\nproject: shop\nfiles: [src/a.ts]\n---\n# Login\n\n## Requirements\n- R1: one\n- R2: two\n";
  const value = sound(feature("login", head));
  expect(value).toMatchObject({ title: "Login", backlog: "implied" });
  expect(value.tasks).toMatchObject([
    {
      id: "login:T01",
      title: "Login",
      project: "shop",
      requirements: ["R1", "R2"],
      filesHint: ["src/a.ts"],
      acceptance: [
        { id: "A1", text: "one" },
        { id: "A2", text: "two" },
      ],
    },
  ]);
  const criteria = sound(feature("login", `${head}\n## Success criteria\n- SC-1: quick\n- safe\n`));
  expect(criteria.tasks[0]?.acceptance.map(({ id, text }) => [id, text])).toEqual([
    ["SC-1", "quick"],
    ["A2", "safe"],
  ]);
});

test("tasks may stand in the front matter", () => {
  const value = sound(feature("a", "---\ntitle: A\nproject: shop\ntasks:\n  - {id: T01, title: x}\n---\n"));
  expect(value.backlog).toBe("front-matter");
  expect(value.tasks[0]?.place).toEqual({ file: "specs/a/feature.md", line: 5, column: 5 });
});

test("a feature that contradicts itself is told how", () => {
  const text = `---
id: other
project: shop
projects: [shop]
files: [src/a.ts]
tasks: [{id: T01, title: x}]
---
## Requirements
- R1: a
- R1: b
- R2:

R4: not an item
`;
  const { diagnostics } = feature("a", text, "feature: b\ntasks: []\n");
  expect(lines(diagnostics)).toEqual([
    'error specs/a/BACKLOG.yaml:1:1 id-mismatch a: The backlog is for "b", but is in the folder of "a". | Write feature: a, or move the file.',
    'error specs/a/feature.md:2:1 id-mismatch a: The front matter says "other", but the folder is called "a". | Write id: a, or rename the folder.',
    "error specs/a/feature.md:2:1 missing-key a: The feature has no title. | Add title: to the front matter, or a heading of the first level.",
    "error specs/a/feature.md:3:1 conflicting-keys a: The front matter has both project and projects. | Keep one of the two.",
    "warning specs/a/feature.md:5:1 unused-files a: files: is only read where a feature has no tasks; here each task has its own files_hint. | Delete files: from the front matter.",
    "error specs/a/feature.md:6:1 two-backlogs a: The feature has tasks in its front matter and in BACKLOG.yaml. | Keep one of the two.",
    "error specs/a/feature.md:10:1 duplicate-id a: The requirement R1 is already given on line 9. | Give it the next free id; do not use an id again that was used before.",
    "error specs/a/feature.md:11:1 empty-requirement a: R2 says nothing. | Write the requirement after its id, or delete the item.",
    'warning specs/a/feature.md:13:1 requirement-outside-list a: "R4: not an item" is not an item of a list, so it is not read as a requirement. | Write it as a list item: `- R1: …`.',
  ]);
});

test("a feature that names neither tasks nor files is still to be planned", () => {
  const { backlog, tasks } = sound(feature("a", "---\ntitle: A\nproject: shop\nfiles: []\n---\n"));
  expect({ backlog, tasks }).toEqual({ backlog: "unplanned", tasks: [] });
});

test("what a feature without a project lacks is told with a way on", () => {
  expect(lines(feature("a", "# A\n").diagnostics)).toEqual([
    "error specs/a/feature.md:1:1 missing-project a: The feature a names no project. | Add project: to the front matter.",
  ]);
});

test("open questions are found in the feature and in its plan, but not in comments", () => {
  const parsed = parseFeature({
    feature: file(
      "specs/a/feature.md",
      "---\ntitle: A\nproject: shop\nfiles: [a]\n---\n<!-- [NEEDS CLARIFICATION: no] -->\nWhich [NEEDS CLARIFICATION: price\nor cost?]\n",
    ),
    backlog: null,
    plan: file("specs/a/PLAN.md", "x\n\n- [needs clarification]\n"),
  });
  expect(parsed.value?.clarifications).toEqual([
    { text: "price or cost?", place: { file: "specs/a/feature.md", line: 7, column: 7 } },
    { text: "", place: { file: "specs/a/PLAN.md", line: 3, column: 3 } },
  ]);
});

test("paths that leave the project and ranges that are none are refused where they stand", () => {
  const { diagnostics } = feature(
    "a",
    "---\ntitle: A\nproject: shop\n---\n",
    `tasks:
  - id: T01
    title: t
    scope:
      files_hint:
        - ../x
        - /etc/passwd
        - C:\\x
        - a\\..\\..\\b
        - .GIT/config
        - src/
        - src/**
    context:
      files: ["lib/a:0-3", "lib/b:9-1", "../d:1-2", "lib/e:1-"]
`,
  );
  expect(codes(diagnostics)).toEqual([
    "6: path-leaves-project",
    "7: path-leaves-project",
    "8: path-leaves-project",
    "9: path-leaves-project",
    "10: hostile-path",
    "11: hostile-path",
    "14: invalid-pointer",
    "14: invalid-pointer",
    "14: path-leaves-project",
    "14: invalid-pointer",
  ]);
});

test("one broken task hides nothing of the others", () => {
  const { value, diagnostics } = feature(
    "a",
    "---\ntitle: A\nproject: shop\n---\n",
    "tasks:\n  - {id: T01, titel: x}\n  - {title: no id}\n  - {id: T03, title: 3, acceptance: [{id: B}, 5]}\n",
  );
  expect(lines(diagnostics)).toEqual([
    "error specs/a/BACKLOG.yaml:2:5 missing-key a:T01: tasks[0].title is missing. | Add tasks[0].title.",
    'error specs/a/BACKLOG.yaml:2:15 unknown-key a:T01: tasks[0]: unknown key "titel". | Did you mean "title"?',
    "error specs/a/BACKLOG.yaml:3:5 missing-key a: tasks[1].id is missing. | Add tasks[1].id.",
    'error specs/a/BACKLOG.yaml:4:15 wrong-type a:T03: tasks[2].title must be text, not the number 3. | Put it in quotes: "3".',
    "error specs/a/BACKLOG.yaml:4:38 missing-key a:T03: tasks[2].acceptance[0].text is missing. | Add tasks[2].acceptance[0].text.",
    "error specs/a/BACKLOG.yaml:4:47 wrong-type a:T03: tasks[2].acceptance[1] must be text or {id, text}, not the number 5. | Fix tasks[2].acceptance[1].",
  ]);
  expect(value?.tasks.map((task) => task.id)).toEqual(["a:T01", "a:T03"]);
});

test("criteria of one task have one id each", () => {
  const { diagnostics } = feature(
    "a",
    "---\ntitle: A\nproject: shop\n---\n",
    "tasks:\n  - id: T01\n    title: t\n    acceptance: [{id: A2, text: x}, y]\n",
  );
  expect(codes(diagnostics)).toEqual(["4: duplicate-id"]);
});

function at(line: number, column: number) {
  return { file: "specs/products/feature.md", line, column };
}
