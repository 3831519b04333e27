// Is every kind of invalid input refused with exit code 2 and every finding placed, and is hostile text harmless?

import { expect, test } from "vitest";
import type { DiagnosticDocument, ValidateDocument } from "../rig/documents.ts";
import { documentOf, type FactoryRig } from "../rig/factory-rig.ts";
import { MONEY, PRODUCTS, shop } from "../rig/shop.ts";
import { backlogText } from "../rig/specs.ts";

const FEATURE = "specs/products/feature.md";
const BACKLOG = "specs/products/BACKLOG.yaml";

async function findings(rig: FactoryRig, command = "validate"): Promise<readonly DiagnosticDocument[]> {
  const run = await rig.factory(command, "--json");
  expect(run.code).toBe(2);
  const { diagnostics } = documentOf<ValidateDocument>(run);
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** Every finding says where it is and how it is mended. */
function expectPlaced(found: readonly DiagnosticDocument[]): void {
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) {
    expect(finding).toMatchObject({
      code: expect.stringMatching(/^[a-z]+(-[a-z0-9]+)*$/),
      file: expect.any(String),
      line: expect.any(Number),
      column: expect.any(Number),
    });
    expect([finding.message, finding.fix].every((text) => text.length > 0)).toBe(true);
  }
}

/** Line of the first place where a text stands, counted from 1. */
function lineOf(rig: FactoryRig, path: string, text: string): number {
  return rig.read(path).slice(0, rig.read(path).indexOf(text)).split("\n").length;
}

interface Mistake {
  readonly what: string;
  readonly make: (rig: FactoryRig) => void;
  readonly file: string;
  /** The finding stands on the line that this text begins on. */
  readonly at: string;
  /** The message or the way to mend it names this. */
  readonly names: string;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: "braces of a workflow in a template, beside those that it may have",
    make: (rig) =>
      rig.write({
        "templates/features/ci/template.yaml":
          "version: 1.0.0\ncode:\n  flow:\n    - {template: ci.yml.hbs, to: .github/ci.yml}\n",
        "templates/features/ci/code/ci.yml.hbs":
          "a: {{line feature.title}}\n{{#each params.jobs}}b: {{name}}{{~! none }}\n{{/each}}\nc: $\\{{ github.sha }}\nd: $".concat(
            "{{ github.ref }}\n",
          ),
      }),
    file: "templates/features/ci/code/ci.yml.hbs",
    at: "d: ",
    names: "\\{{ github.ref }}",
  },
  {
    what: "an unknown key of a task",
    make: (rig) => rig.edit(BACKLOG, "    title: Write T01\n", "    title: Write T01\n    colour: red\n"),
    file: BACKLOG,
    at: "    colour",
    names: "colour",
  },
  {
    what: "an unknown key of projects.yaml",
    make: (rig) => rig.edit("projects.yaml", "version: 1\n", "version: 1\nprojcts: []\n"),
    file: "projects.yaml",
    at: "projcts",
    names: "projcts",
  },
  {
    what: "a task id that is given twice",
    make: (rig) => rig.edit(BACKLOG, "id: T02", "id: T01"),
    file: BACKLOG,
    at: "  - id: T01\n    title: Write T02",
    names: "T01",
  },
  {
    what: "a requirement id that is given twice",
    make: (rig) => rig.edit(FEATURE, "- R2:", "- R1:"),
    file: FEATURE,
    at: "- R1: A price",
    names: "R1",
  },
  {
    what: "an unknown requirement",
    make: (rig) => rig.edit(BACKLOG, "- R2\n", "- R9\n"),
    file: BACKLOG,
    at: "      - R9",
    names: "R9",
  },
  {
    what: "an unknown dependency",
    make: (rig) => rig.write({ [BACKLOG]: dependsOn("T02", "T99") }),
    file: BACKLOG,
    at: "      - T99",
    names: "T99",
  },
  {
    what: "a dependency on an unknown feature",
    make: (rig) => rig.write({ [BACKLOG]: dependsOn("T02", "nowhere:T01") }),
    file: BACKLOG,
    at: "      - nowhere:T01",
    names: "nowhere:T01",
  },
  {
    what: "a task without acceptance",
    make: (rig) =>
      rig.write({
        [BACKLOG]: rig.read(BACKLOG).replace("    acceptance:\n      - says what is required\n", ""),
      }),
    file: BACKLOG,
    at: "  - id: T01",
    names: "acceptance",
  },
  {
    what: "a task without files",
    make: (rig) => rig.edit(BACKLOG, "files_hint:\n        - src/products/T01.txt", "files_hint: []"),
    file: BACKLOG,
    at: "      files_hint: []",
    names: "files_hint",
  },
  {
    what: "a path that leaves the project",
    make: (rig) => rig.edit(BACKLOG, "src/products/T01.txt", "../outside.txt"),
    file: BACKLOG,
    at: "        - ../outside.txt",
    names: "../outside.txt",
  },
  {
    what: "an absolute path",
    make: (rig) => rig.edit(BACKLOG, "src/products/T01.txt", "/etc/passwd"),
    file: BACKLOG,
    at: "        - /etc/passwd",
    names: "/etc/passwd",
  },
  {
    what: "a path into the git folder",
    make: (rig) => rig.edit(BACKLOG, "src/products/T01.txt", ".git/hooks/pre-commit"),
    file: BACKLOG,
    at: "        - .git/hooks",
    names: ".git/hooks/pre-commit",
  },
  {
    what: "two unordered tasks that claim one file",
    make: (rig) => rig.edit(BACKLOG, "src/products/T02.txt", "src/products/T01.txt"),
    file: BACKLOG,
    // The second of them.
    at: "        - src/products/T01.txt\n    acceptance:\n      - says what is required\n    generator: products/T02",
    names: "src/products/T01.txt",
  },
  {
    what: "an unknown agent",
    make: (rig) => rig.edit(BACKLOG, "    generator: products/T01\n", "    agent: nobody\n"),
    file: BACKLOG,
    at: "    agent: nobody",
    names: "nobody",
  },
  {
    what: "an unknown gate",
    make: (rig) =>
      rig.edit(BACKLOG, "    generator: products/T01\n", "    generator: products/T01\n    gates: [nope]\n"),
    file: BACKLOG,
    at: "    gates: [nope]",
    names: "nope",
  },
  {
    what: "an unknown part of a template",
    make: (rig) => rig.edit(BACKLOG, "generator: products/T01", "generator: products/nope"),
    file: BACKLOG,
    at: "    generator: products/nope",
    names: "nope",
  },
  {
    what: "an unknown project",
    make: (rig) => rig.edit(FEATURE, "project: app", "project: nowhere"),
    file: FEATURE,
    at: "project: nowhere",
    names: "nowhere",
  },
  {
    what: "a routed agent that nobody declared",
    make: (rig) => rig.edit("projects.yaml", "implementer: local", "implementer: lokal"),
    file: "projects.yaml",
    at: "  implementer: lokal",
    names: "lokal",
  },
  {
    what: "YAML that does not parse",
    make: (rig) => rig.edit(BACKLOG, "version: 1", "version: [1"),
    file: BACKLOG,
    at: "",
    names: "",
  },
  {
    what: "a key that is given twice",
    make: (rig) => rig.edit(BACKLOG, "version: 1", "version: 1\nversion: 1"),
    file: BACKLOG,
    at: "",
    names: "",
  },
];

function dependsOn(task: string, dependency: string): string {
  const tasks = PRODUCTS.tasks.map((each) =>
    each.id === task ? { ...each, dependsOn: [dependency] } : each,
  );
  return backlogText({ ...PRODUCTS, tasks });
}

const BY_NAME = MISTAKES.map((mistake) => [mistake.what, mistake] as const);

test.each(BY_NAME)("%s is refused at its line", async (_what, { make, file, at, names }) => {
  await using rig = await shop();
  make(rig);
  const found = await findings(rig, "build");
  expectPlaced(found);
  const there = found.filter((finding) => finding.file === file);
  expect(there).not.toEqual([]);
  if (at !== "") expect(there.map((finding) => finding.line)).toContain(lineOf(rig, file, at));
  expect(there.map((finding) => `${finding.message} ${finding.fix}`).join("\n")).toContain(names);
  expect(await rig.git("app", "log", "--format=%s", "--all")).toBe("Start");
});

test("all findings of all files are told at once", async () => {
  await using rig = await shop();
  rig.edit("projects.yaml", "version: 1\n", "version: 1\nunknown: 1\n");
  rig.edit(FEATURE, "project: app", "project: nowhere");
  rig.edit(BACKLOG, "- R2\n", "- R8\n");
  rig.edit(BACKLOG, "- R3\n", "- R9\n");
  rig.edit("specs/money/BACKLOG.yaml", "id: T03", "id: T02");
  const files = (await findings(rig)).map((finding) => finding.file);
  expect(new Set(files)).toEqual(new Set(["projects.yaml", FEATURE, BACKLOG, "specs/money/BACKLOG.yaml"]));
  expect(files.filter((file) => file === BACKLOG).length).toBeGreaterThanOrEqual(2);

  const text = await rig.factory("validate");
  expect(text.code).toBe(2);
  for (const file of new Set(files))
    expect(text.stdout + text.stderr).toMatch(new RegExp(`${file}:\\d+:\\d+`));
});

test("a cycle is printed whole", async () => {
  await using rig = await shop();
  const tasks = MONEY.tasks.map((task, index) => ({
    ...task,
    dependsOn: [["T03", "T01", "T02"][index] as string],
  }));
  rig.write({ "specs/money/BACKLOG.yaml": backlogText({ ...MONEY, tasks }) });
  const found = await findings(rig);
  expectPlaced(found);
  const message = found.find((finding) => finding.code.includes("cycle"))?.message ?? "";
  for (const task of ["T01", "T02", "T03"]) expect(message).toContain(`money:${task}`);
});

test("a window that is too large is refused, and its fattest segments are named", async () => {
  await using rig = await shop();
  rig.edit(FEATURE, "A product has a name.", `A product has a name. ${"It is long. ".repeat(600)}`);
  const build = await rig.factory("build", "--json");
  expect(build.code).not.toBe(0);
  expect(build.stdout).toContain("R1");
  expect(await rig.git("app", "log", "--format=%s", "main")).toBe("Start");
});

const BOMB = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghij".split("").map((key, index) => {
    const before = "abcdefghij"[index];
    return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`;
  }),
  "",
].join("\n");

const HOSTILE: readonly (readonly [string, () => string | Uint8Array])[] = [
  ["a YAML bomb", () => BOMB],
  ["a merge key", () => "base: &base {version: 1}\n<<: *base\nfeature: products\ntasks: []\n"],
  ["a file of 100 MB", () => Buffer.alloc(100_000_000, "# comment\n")],
  ["a nesting of 100,000 levels", () => `tasks: ${"[".repeat(100_000)}`],
  ["block nesting of 100,000 levels", () => `${"- ".repeat(100_000)}x\n`],
  ["NUL bytes", () => "version: 1\nfeature: prod\0ucts\ntasks: []\n"],
  ["bytes that are not UTF-8", () => Buffer.from([0x76, 0x3a, 0x20, 0xff, 0xfe, 0x0a])],
  ["a __proto__ key", () => "version: 1\nfeature: products\n__proto__: {polluted: true}\ntasks: []\n"],
  [
    "a tag that makes objects",
    () => "version: !!js/function 'function () {}'\nfeature: products\ntasks: []\n",
  ],
  ["an empty file", () => ""],
  ["a list in place of a map", () => "- 1\n- 2\n"],
];

for (const file of [BACKLOG, "projects.yaml"]) {
  test.each(HOSTILE)(`%s as ${file} is a placed error`, { timeout: 30_000 }, async (_what, content) => {
    await using rig = await shop();
    rig.write({ [file]: content() });
    const found = await findings(rig);
    expectPlaced(found);
    expect(found.map((finding) => finding.file)).toContain(file);
  });
}

const HOSTILE_FEATURES: readonly (readonly [string, () => string | Uint8Array])[] = [
  ["a YAML bomb", () => `---\n${BOMB}---\n\n## Requirements\n\n- R1: x\n`],
  ["a file of 100 MB", () => Buffer.alloc(100_000_000, "- R1: text\n")],
  ["quotes 100,000 levels deep", () => `---\nid: products\n---\n\n${"> ".repeat(100_000)}x\n`],
  ["no front matter", () => "## Requirements\n\n- R1: x\n"],
  ["front matter without an end", () => "---\nid: products\n"],
  ["NUL bytes", () => "---\nid: products\ntitle: a\0b\nproject: app\n---\n\n## Requirements\n\n- R1: x\n"],
];

test.each(HOSTILE_FEATURES)(
  "%s as feature.md is a placed error",
  { timeout: 30_000 },
  async (_what, content) => {
    await using rig = await shop();
    rig.write({ [FEATURE]: content() });
    const found = await findings(rig);
    expectPlaced(found);
    expect(found.map((finding) => finding.file)).toContain(FEATURE);
  },
);

test("template syntax and names of prototypes stay literal text in every field", async () => {
  const nasty = `{{constructor.constructor "return process.pid"}} {{{lookup this "constructor"}}} {{> evil}} <%= 1 %> \${1}`;
  await using rig = await shop();
  rig.feature(
    {
      ...PRODUCTS,
      title: nasty,
      params: { constructor: nasty, note: nasty },
      requirements: { R1: nasty },
      constraints: [nasty],
      tasks: [{ id: "T01", title: nasty, description: nasty, requirements: ["R1"], acceptance: [nasty] }],
    },
    "{{#each requirements}}{{text}}{{/each}}\n{{params.note}}\n{{params.constructor}}\n",
  );
  const build = await rig.build("products");
  expect(build.code).toBe(0);
  expect(await rig.git("app", "show", "main:src/products/T01.txt")).toBe(`${nasty}\n${nasty}\n${nasty}`);
});

test.each(["params.constructor", "task.toString"])(
  "a template that reaches for a prototype by %s is refused with its place",
  async (path) => {
    await using rig = await shop();
    rig.feature(PRODUCTS, `[{{${path}}}]\n`);
    const build = await rig.build("products");
    expect(build.code).toBe(1);
    const told = {
      code: "template",
      target: "products:T01",
      file: "templates/features/products/code/note.hbs",
    };
    expect(build.document.diagnostics).toContainEqual(expect.objectContaining(told));
  },
);

test("an error in a template names its file and line, and fails the task alone", async () => {
  await using rig = await shop();
  rig.write({ "templates/features/products/code/note.hbs": "fine\n{{#each requirements}}\n" });
  const build = await rig.build();
  expect([1, 2]).toContain(build.code);
  expect(build.stdout).toContain("templates/features/products/code/note.hbs");
  expect(await rig.git("app", "ls-tree", "-r", "--name-only", "main")).not.toContain("src/products/");
});

test("no projects.yaml is a clear error and not a bug", async () => {
  await using rig = await shop();
  rig.remove("projects.yaml");
  const run = await rig.factory("build");
  expect(run.code).toBe(2);
  expect(run.stderr).toContain("factory init");
  expect(run.stderr).not.toMatch(/\bat .*\.js:\d+/);
});

test("a line that is indented wrongly is one finding at that line, with the indent that fits", async () => {
  await using rig = await shop();
  rig.edit(BACKLOG, "    title: Write T01\n", "   title: Write T01\n");
  const found = await findings(rig);
  expect(found).toMatchObject([{ code: "yaml-syntax", file: BACKLOG, column: 4 }]);
  expect(found[0]?.line).toBe(lineOf(rig, BACKLOG, "   title: Write T01"));
  expect(found[0]?.message).toContain("`title` stands 1 column left of its siblings");
  expect(found[0]?.fix).toContain("Indent it by 4 blanks");
});
