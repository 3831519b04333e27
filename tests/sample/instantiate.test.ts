import { beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { loadRenderer, type Renderer } from "../../src/model/render.ts";
import { checkParams, instantiate } from "../../src/spec/instantiate/instantiate.ts";
import { templateOf } from "../rig/template-of.ts";

const template = templateOf(
  "templates/features/letter",
  `version: 1.0.0
params:
  - {name: to, type: string, question: To whom?, pattern: "[a-z]+"}
  - {name: tone, type: string, question: How?, default: warm, choices: [warm, cool]}
  - {name: pages, type: integer, question: How long?, default: 1}
  - {name: signed, type: boolean, question: Signed?, default: true}
  - {name: enclosed, type: list, question: With what?, default: []}
  - {name: stamp, type: map, question: Which stamp?, default: {}}
`,
);

let renderer: Renderer;

beforeAll(async () => {
  renderer = await loadRenderer();
});

it("takes answers as text or typed, and the suggestions for the rest", () => {
  const given = { to: "ada", pages: "3", signed: "false", enclosed: '["a"]', stamp: { value: 80 } };
  expect(checkParams(template, given)).toEqual({
    params: { to: "ada", tone: "warm", pages: 3, signed: false, enclosed: ["a"], stamp: { value: 80 } },
    diagnostics: [],
  });
});

it("reports every answer that is none, with what to do about each", () => {
  const given = {
    to: "Ada\nada",
    tone: "loud",
    pages: "two",
    signed: "yes",
    enclosed: "{}",
    stamp: "[1",
    form: "A4",
  };
  const { params, diagnostics } = checkParams(template, given);
  expect(params).toEqual({});
  expect(diagnostics.map(({ code, fix }) => [code, fix])).toEqual([
    ["unknown-param", "Use one of: to, tone, pages, signed, enclosed, stamp."],
    ["invalid-param", "Write it as [a-z]+."],
    ["invalid-param", "Use one of: warm, cool."],
    ["invalid-param", "Give a whole number."],
    ["invalid-param", "Give true or false."],
    ["invalid-param", "Give a list as JSON, such as [1, 2]."],
    ["invalid-param", 'Give a map as JSON, such as {"key": "value"}.'],
  ]);
  expect(checkParams(template, {}).diagnostics).toMatchObject([
    {
      severity: "error",
      code: "missing-param",
      fix: "Answer it: --set to=VALUE (string).",
      file: template.place.file,
    },
  ]);
});

it.each([
  "{{params.to}}",
  "x\nproject: other",
  "\"quoted\" and 'quoted'",
  "- item",
  "# comment",
  "&anchor *alias !tag | > %",
  "yes",
  "12",
  "~",
  "a: b, c]}",
  "",
  "\u2028\u0007é😀",
])("writes %j into YAML as that very text", (text) => {
  const source =
    "id: {{yaml feature.id}}\ntitle: {{yaml feature.title}}\nparams:\n  given: {{yaml params.given}}\n  items:{{yamlItems params.items 4}}\n  none:{{yamlItems params.none 4}}\n";
  const params = { given: text, items: [{ name: text, [text]: 1, list: [text, null, true, 0.5] }], none: [] };
  const values = { feature: { id: "letter", title: text }, project: { id: "post" }, params };
  const files = instantiate(template, { "BACKLOG.yaml.hbs": source }, values, renderer);
  if (!files.ok) throw new Error(JSON.stringify(files.failure));
  expect(parse(files.value["BACKLOG.yaml"] ?? "")).toEqual({ id: "letter", title: text, params });
});

it("names the file and the line of a skeleton that is wrong", () => {
  const values = { feature: { id: "letter", title: "Letter" }, project: { id: "post" }, params: {} };
  expect(instantiate(template, { "PLAN.md.hbs": "\n{{params.missing}}" }, values, renderer)).toMatchObject({
    ok: false,
    failure: { reason: "template", file: "templates/features/letter/spec/PLAN.md.hbs", line: 2 },
  });
});

it("finds what a template mentions, in blocks, helpers and paths from the root", () => {
  const source =
    "{{#each params.fields as |field|}}{{field.name}}{{pascal @root.params.resource}}{{/each}}{{#if (eq task.type 'code')}}{{doc requirements}}{{/if}}{{../interfaces}}";
  expect([...renderer.mentions(source)].sort()).toEqual([
    "interfaces",
    "params.fields",
    "params.resource",
    "requirements",
    "task",
  ]);
  expect(renderer.mentions("{{lookup params name}}")).toEqual(new Set(["params"]));
  expect(renderer.mentions("{{#if params.broken")).toEqual(new Set());
});

it.each([
  ['{{join (pathNames "/rooms/:room/days/:day_1") " "}}', "room day_1"],
  ['{{join (pathNames "/rooms") " "}}', ""],
  ['{{join (pluck params.columns "header" "name") " "}}', "Größe day"],
  ["{{key params.plain}} {{key params.dashed}}", 'größe "page-size"'],
])("renders %j as %j", (source, text) => {
  const params = {
    columns: [{ name: "size", header: "Größe" }, { name: "day" }],
    plain: "größe",
    dashed: "page-size",
  };
  expect(renderer.render(source, "x.hbs", { params })).toEqual({ ok: true, value: text });
});
