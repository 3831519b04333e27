import ts from "typescript";
import { expect, it } from "vitest";
import { generatorAgent, renderPart } from "../../src/agents/generator.ts";
import { NO_FILE } from "../../src/agents/snapshot.ts";
import type { Json } from "../../src/model/digest.ts";
import { type Result, success } from "../../src/model/result.ts";
import type { Task } from "../../src/model/task.ts";
import type { Segment, SegmentKind } from "../../src/model/window.ts";
import { assignmentOf } from "./contract.ts";

const place = { file: "specs/products/BACKLOG.yaml", line: 3, column: 5 };

const task: Task = {
  id: "products:T01",
  feature: "products",
  title: "Model",
  type: "code",
  project: "shop-api",
  description: "",
  requirements: [],
  dependsOn: [],
  filesHint: [],
  acceptance: [],
  context: { files: [], constraints: [], patterns: [], negativeEvidence: [] },
  generator: "sample/part",
  agent: null,
  gates: null,
  independentTests: false,
  place,
  places: {},
};

function segment(kind: SegmentKind, name: string, text: string): Segment {
  return { kind, name, text, place };
}

function param(name: string, value: Json): Segment {
  return segment("param", `params.${name}`, JSON.stringify(value));
}

/** What the generator makes of one file, as `path: content`. */
async function generated(
  source: string,
  segments: readonly Segment[],
  to = "out.ts",
): Promise<Result<string>> {
  const rendered = await renderPart({
    task,
    window: { segments, taskBytes: 0 },
    sources: { "sample/code/file.hbs": source },
    part: [{ template: "sample/code/file.hbs", to }],
    snapshot: { read: async () => success(NO_FILE) },
  });
  if (!rendered.ok) return rendered;
  const [change] = rendered.value.changes;
  if (!change?.content) throw new Error("the generator made nothing");
  return { ok: true, value: `${change.path}: ${new TextDecoder().decode(change.content)}` };
}

/** The one value that is assigned in a line of code, as the program would see it. */
function evaluated(code: string): unknown {
  const file = ts.createSourceFile("code.ts", code, ts.ScriptTarget.ES2023, true);
  expect(file.statements).toHaveLength(1);
  return new Function(`${ts.transpile(code)}; return value;`)();
}

const HOSTILE = [
  "{{params.secret}}",
  "{{{constructor}}}",
  `'"\`\${process.exit(1)}`,
  "a\nb\r\nc\u2028d",
  "*/ process.exit(1); /*",
  "// @ts-ignore\\",
  "__proto__",
  "\\u0022; process.exit(1); //",
];

it("renders the path and the text of a file from the same values", async () => {
  const values = [param("resource", "order-line")];
  const file = await generated(
    "export type {{pascal params.resource}} = 1;\n",
    values,
    "src/{{kebab params.resource}}.ts",
  );
  expect(file).toEqual({ ok: true, value: "src/order-line.ts: export type OrderLine = 1;\n" });
});

it("gathers the items of a list parameter, each a segment of its own, in order", async () => {
  const fields = [
    param("fields", []),
    param("fields.price", { name: "price" }),
    param("fields.name", { name: "name" }),
  ];
  const file = await generated("{{#each params.fields as |field|}}{{field.name}} {{/each}}", [
    ...fields,
    param("empty", []),
  ]);
  expect(file).toEqual({ ok: true, value: "out.ts: price name " });
});

it("gives requirements, constraints, the task, and criteria with the tag that proves them", async () => {
  const file = await generated(
    "{{task.title}}|{{#each requirements as |one|}}{{one.id}} {{one.text}}{{/each}}|{{#each constraints as |one|}}{{one}}{{/each}}|{{#each acceptance as |one|}}{{one.tag}} {{one.text}}{{/each}}",
    [
      segment("task", "title", "Model"),
      segment("requirement", "R2", "has a price"),
      segment("constraint", "C1", "no packages"),
      segment("acceptance", "A1", "refuses less than 1"),
    ],
  );
  expect(file).toEqual({
    ok: true,
    value: "out.ts: Model|R2 has a price|no packages|[products:T01.A1] refuses less than 1",
  });
});

it("reads exports and their members from an upstream interface, across projects", async () => {
  const text = [
    "export type Cents = number;",
    "export interface Product {",
    "    readonly id: number;",
    "    readonly price?: Cents;",
    "}",
    "interface Hidden { readonly secret: string }",
    "export declare function check(input: unknown): Product;",
    "export declare const LIMIT: number;",
  ].join("\n");
  const upstream = segment("interface", "shop-api/src/products/product.ts", text);
  const source = `{{#each interfaces as |file|}}{{file.project}} {{file.path}}:{{#each file.exports as |one|}} {{one.kind}} {{one.name}}{{/each}}{{/each}}
{{#each (lookup (exported interfaces "Product") "members") as |one|}}{{one.name}}{{#if one.optional}}?{{/if}}: {{one.type}}; {{/each}}
{{#each (aliases interfaces "Product") as |one|}}{{one.text}}{{/each}}`;
  expect(await generated(source, [upstream])).toEqual({
    ok: true,
    value: `out.ts: shop-api src/products/product.ts: type Cents interface Product function check const LIMIT
id: number; price?: Cents;${" "}
export type Cents = number;`,
  });
});

it.each(HOSTILE)("%j stays one literal", async (text) => {
  const file = await generated("const value = {{literal params.text}};", [param("text", text)]);
  if (!file.ok) throw new Error(JSON.stringify(file.failure));
  expect(evaluated(file.value.slice("out.ts: ".length))).toBe(text);
});

it.each(HOSTILE)("%j stays inside its comments", async (text) => {
  const source = "{{doc requirements}}\n// {{comment params.text}}\nconst value = 1;";
  const file = await generated(source, [param("text", text), segment("requirement", "R1", text)]);
  if (!file.ok) throw new Error(JSON.stringify(file.failure));
  expect(evaluated(file.value.slice("out.ts: ".length))).toBe(1);
});

it("keeps the name __proto__ a name like any other", async () => {
  const file = await generated("{{lookup params '__proto__'}} {{params.resource}}", [
    param("__proto__", "own"),
    param("resource", "product"),
  ]);
  expect(file).toEqual({ ok: true, value: "out.ts: own product" });
  expect(({} as Record<string, unknown>).resource).toBeUndefined();
});

it.each(["constructor", "toString", "hasOwnProperty"])("offers no inherited property: %s", async (name) => {
  const file = await generated(`{{params.${name}}}`, [param("resource", "product")]);
  const message = `"${name}" not defined in what the window holds - 1:2`;
  expect(file).toMatchObject({ ok: false, failure: { reason: "template", line: 1, message } });
});

it.each([
  ["{{#if", 1, "Expecting"],
  ["\n{{params.missing}}", 2, '"missing" not defined'],
  ["\n\n{{unheard params}}", 3, "unheard"],
  ["\n{{case 'x' y='z'}}", 2, 'case: "x" is none of y'],
  ["\n{{pascal '!'}}", 2, "pascal: "],
  ["\n{{exported interfaces 'Product'}}", 2, 'no upstream interface in the window exports "Product"'],
])("says in which line of which file a template is wrong: %j", async (source, line, message) => {
  const failure = {
    reason: "template",
    file: "sample/code/file.hbs",
    line,
    message: expect.stringContaining(message),
  };
  expect(await generated(source, [])).toMatchObject({ ok: false, failure });
});

it("ends with a failure where it was cancelled", async () => {
  const agent = generatorAgent({ id: "local", kind: "generator", place });
  const { result } = await agent.draft(await assignmentOf({ signal: AbortSignal.abort() }));
  expect(result).toEqual({ ok: false, failure: { reason: "cancelled" } });
});
