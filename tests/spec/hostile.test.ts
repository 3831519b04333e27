import { expect, test } from "vitest";
import { CATALOGUE } from "../../src/agents/agent-kinds.ts";
import { parseWorkspace } from "../../src/spec/read/parse-workspace.ts";
import { codes, feature, file, lines, sound, template, workspace } from "./sources.ts";

const HEAD = "---\ntitle: A\nproject: shop\nfiles: [a]\n";
const DEEP = 100_000;

test.each([
  ["flow lists", "[".repeat(DEEP)],
  ["closed flow lists", "[".repeat(DEEP) + "]".repeat(DEEP)],
  ["flow maps", "{a: ".repeat(DEEP)],
  ["block lists", "- ".repeat(DEEP)],
  ["explicit keys", "? ".repeat(DEEP)],
  ["indentation", Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("")],
  [
    "indentation between comments",
    Array.from({ length: 1000 }, (_, depth) => `#\n${" ".repeat(depth)}a:\n`).join(""),
  ],
  ["a list within a key", `projects:\n${"- ".repeat(DEEP)}`],
])("YAML that nests too deeply is refused: %s", (_, text) => {
  const { value, diagnostics } = workspace(text);
  expect(value).toBeNull();
  expect(diagnostics.map(({ code }) => code)).toEqual(["too-deep"]);
});

test("brackets inside quotes, comments and block texts are not nesting", () => {
  const brackets = "[".repeat(1000);
  const text = `# ${brackets}\nprojects:\n  - id: a\n    path: "${brackets}"\n    setup: |\n      ${brackets}\n`;
  expect(workspace(text).diagnostics).toEqual([]);
});

test("aliases, anchors, tags, directives, merge keys and second documents are refused where they stand", () => {
  expect(codes(workspace("a: &x [1]\nb: *x\nc: !!binary aa\nd: !foo {}\n").diagnostics)).toEqual([
    "1: yaml-anchor",
    "2: yaml-alias",
    "3: yaml-tag",
    "4: yaml-tag",
  ]);
  expect(codes(workspace("%YAML 1.1\n---\na: 1\n").diagnostics)).toEqual(["1: yaml-directive"]);
  expect(codes(workspace("projects: []\n---\nprojects: []\n").diagnostics)).toEqual(["2: yaml-documents"]);
  expect(codes(feature("a", `${HEAD}params: {<<: {a: 1}}\n---\n`).diagnostics)).toEqual(["5: yaml-merge"]);
  const text = 'projects: [{id: a, path: "*x", setup: "&y !z %w"}]\n';
  expect(workspace(text).diagnostics).toEqual([]);
});

test("a bomb of aliases is refused before it is lit", () => {
  const bomb = ["a0: &a0 [x, x]"];
  for (let level = 1; level < 40; level++)
    bomb.push(`a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`);
  const { value, diagnostics } = workspace(bomb.join("\n"));
  expect(value).toBeNull();
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["yaml-anchor", "yaml-alias"]));
});

test("keys are given once, and the second place is told", () => {
  expect(lines(workspace("projects: []\nversion: 1\nprojects: []\n").diagnostics)).toEqual([
    'error projects.yaml:3:1 duplicate-key null: The key "projects" is already given on line 1. | Keep one of the two.',
  ]);
});

test("tens of thousands of keys are no quadratic matter", () => {
  const keys = Array.from({ length: 40_000 }, (_, index) => `k${index}: 1`).join("\n");
  expect(workspace(`projects: []\n${keys}\n`).diagnostics).toHaveLength(40_000);
});

test("NUL bytes and broken UTF-8 are refused with their place; BOM and CRLF are read", () => {
  expect(lines(workspace("projects: []\nx: a\0b\n").diagnostics)).toEqual([
    "error projects.yaml:2:5 control-character null: projects.yaml holds the control character U+0000. | Delete the character.",
  ]);
  const bytes = new Uint8Array([...new TextEncoder().encode("projects: []\r\n# é"), 0xc3, 0x28]);
  expect(lines(parseWorkspace({ path: "projects.yaml", bytes }, CATALOGUE).diagnostics)).toEqual([
    "error projects.yaml:2:4 invalid-utf8 null: projects.yaml is not valid UTF-8 from here on. | Save the file as UTF-8.",
  ]);
  const value = sound(workspace("\ufeffprojects:\r\n  - {id: a, path: a}\r\n"));
  expect(value.projects[0]?.place).toEqual({ file: "projects.yaml", line: 2, column: 5 });
});

test("a huge file is refused by its size alone", () => {
  const bytes = new Uint8Array(100 * 1024 * 1024);
  const { value, diagnostics } = parseWorkspace({ path: "projects.yaml", bytes }, CATALOGUE);
  expect(value).toBeNull();
  expect(diagnostics.map(({ code }) => code)).toEqual(["file-too-large"]);
});

test("no key reaches a prototype", () => {
  const polluting = "{__proto__: {polluted: 1}, constructor: {prototype: {polluted: 1}}}";
  expect(codes(workspace(`projects: []\nagents: ${polluting}\n`).diagnostics)).toContain("2: unknown-key");
  expect(codes(workspace("projects: []\nconstructor: 1\nprototype: 2\n").diagnostics)).toEqual([
    "2: unknown-key",
    "3: unknown-key",
  ]);
  const { value, diagnostics } = feature("a", `${HEAD}params: ${polluting}\n---\n`);
  expect(codes(diagnostics)).toEqual(["5: unknown-key"]);
  expect(value?.params.map(({ name, value }) => [name, value])).toEqual([
    ["constructor", { prototype: { polluted: 1 } }],
  ]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("template syntax stays text in every field", () => {
  const x = "{{constructor.constructor 'x'}}";
  const task = `{id: T01, title: "${x}", description: "${x}", acceptance: ["${x}"], scope: {files_hint: ["${x}"]}, context: {constraints: ["${x}"], patterns: ["${x}"], negative_evidence: ["${x}"], files: ["${x}"]}}`;
  const text = `---\ntitle: "${x}"\nproject: shop\nparams: {a: "${x}"}\n---\n## Requirements\n- R1: ${x}\n\n## Constraints\n- ${x}\n`;
  const value = sound(feature("a", text, `tasks:\n  - ${task}\n`));
  expect(value.title).toBe(x);
  expect(value.params[0]?.value).toBe(x);
  expect(value.requirements[0]?.text).toBe(x);
  expect(value.constraints[0]?.text).toBe(x);
  expect(value.tasks[0]).toMatchObject({
    title: x,
    description: x,
    filesHint: [x],
    acceptance: [{ text: x }],
    context: { files: [x], constraints: [x], patterns: [x], negativeEvidence: [x] },
  });
});

test("numbers that cannot be kept are told, not rounded", () => {
  const { diagnostics } = feature("a", `${HEAD}params: {a: 12345678901234567890, b: .inf, c: 1e400}\n---\n`);
  expect(codes(diagnostics)).toEqual([
    "5: number-out-of-range",
    "5: number-out-of-range",
    "5: number-out-of-range",
  ]);
});

test.each([
  ["quotes", "> ".repeat(DEEP)],
  ["lists", "- ".repeat(DEEP)],
  ["numbered lists", "1. ".repeat(DEEP)],
  ["both", "> - ".repeat(DEEP)],
  ["indented lists", Array.from({ length: 700 }, (_, depth) => `${"  ".repeat(depth)}- a\n`).join("")],
  ["brackets", "[".repeat(DEEP)],
  ["images", "![".repeat(DEEP)],
  ["emphasis", "*a ".repeat(3000) + "a* ".repeat(3000)],
  ["mixed emphasis", "*a _b ".repeat(1500) + "a_ b* ".repeat(1500)],
  ["comments", "a <!-- ".repeat(20_000)],
])("Markdown that nests too deeply is refused: %s", (_, text) => {
  const { diagnostics } = feature("a", `${HEAD}---\n${text}\n`);
  expect(diagnostics.map(({ code }) => code)).toContain("too-deep");
});

test("Markdown as deep as the limits allow is read", () => {
  const text = `${"> ".repeat(60)}a\n\n${"[".repeat(900)}\n\n${"*a ".repeat(400)}${"a* ".repeat(400)}\n\n${"_".repeat(1000)}\n`;
  expect(feature("a", `${HEAD}---\n${text}`).diagnostics).toEqual([]);
});

test("a comment that is never closed is told, because it hides what follows", () => {
  const { value, diagnostics } = feature("a", `${HEAD}---\n## Requirements\n- R1: x\n\n<!-- oops\n- R2: y\n`);
  expect(codes(diagnostics)).toEqual(["9: unclosed-comment"]);
  expect(value?.requirements.map(({ id }) => id)).toEqual(["R1"]);
});

test("front matter that is never closed is told", () => {
  expect(codes(feature("a", "---\ntitle: A\n").diagnostics)).toEqual(["1: unclosed-front-matter"]);
});

test("a broken feature.md does not hide a broken backlog", () => {
  const { diagnostics } = feature("a", "---\ntitle: [\n---\n", "tasks: 3\n");
  expect(new Set(diagnostics.map((diagnostic) => diagnostic.file))).toEqual(
    new Set(["specs/a/feature.md", "specs/a/BACKLOG.yaml"]),
  );
});

test("a template is read, and its faults are told", () => {
  const { value, diagnostics } = template(
    "rest",
    `version: 1.0.0
description: x
params:
  - {name: resource, type: string, question: "Which?", default: product, pattern: "[a-z", choices: [a]}
  - {name: resource, type: list}
code:
  model:
    - {template: ../x.hbs, to: "src/{{kebab params.resource}}/x.ts"}
    - {template: x.hbs, to: "../{{a}}"}
`,
  );
  expect(codes(diagnostics)).toEqual([
    "4: invalid-value",
    "4: invalid-value",
    "5: duplicate-id",
    "8: path-leaves-project",
    "9: path-leaves-project",
  ]);
  expect(value).toMatchObject({ name: "rest", version: "1.0.0", folder: "templates/features/rest" });
  expect(Object.keys(value?.parts ?? {})).toEqual(["model"]);
});

test("at most ten thousand tasks are read", () => {
  const tasks = Array.from({ length: 10_001 }, (_, index) => `- {id: T${index}, title: t}`).join("\n");
  expect(codes(feature("a", `${HEAD}---\n`, `tasks:\n${tasks}\n`).diagnostics)).toContain("1: invalid-value");
  expect(file("a", tasks).bytes.length).toBeLessThan(1024 * 1024);
});
