// Does `factory new` make a feature that builds, from flags, from defaults, and from what a person types?

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { documentOf, FactoryRig } from "../rig/factory-rig.ts";
import { converse } from "./terminal.ts";

const FACTORY = fileURLToPath(new URL("../../bin/factory.js", import.meta.url));

const TEMPLATE = `version: 1.0.0
description: A greeting.
params:
  - {name: word, type: string, question: Which word?, pattern: "[a-z]+"}
  - {name: times, type: integer, question: How often?, default: 2}
  - {name: names, type: list, question: Who?, default: [Ann]}
`;

const FEATURE = `---
id: {{yaml feature.id}}
title: {{yaml feature.title}}
project: {{yaml project.id}}
params:
  word: {{yaml params.word}}
  times: {{yaml params.times}}
  names: {{yaml params.names}}
files: [src/greeting.ts]
---

## Requirements

- R1: {{line params.word}} is said.
`;

async function workspace(projects: readonly string[] = ["app"]): Promise<FactoryRig> {
  const rig = await FactoryRig.create({
    projects: projects.map((id) => ({ id })),
    agents: { hand: { kind: "command", run: "true" } },
    implementer: "hand",
  });
  rig.write({
    "templates/features/greeting/template.yaml": TEMPLATE,
    "templates/features/greeting/spec/feature.md.hbs": FEATURE,
  });
  return rig;
}

test("every template of the package makes a feature that is sound with its defaults alone", async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "api" }, { id: "client" }] });
  for (const [template, feature, project] of [
    ["data-model", "products", "api"],
    ["rest-resource", "product-api", "api"],
    ["cli-command", "shop-commands", "client"],
    ["decision-table", "discounts", "api"],
    ["state-machine", "orders", "api"],
    ["http-client", "weather", "api"],
    ["csv-import", "members", "api"],
    ["scheduled-job", "clean-up", "api"],
  ] as const) {
    const run = await rig.factory("new", template, feature, "--project", project, "--yes", "--json");
    expect([run.code, run.stderr]).toEqual([0, `\nnext:\n  factory build ${feature}\n`]);
    expect(documentOf(run)).toEqual({
      ...{ schema: 1, ok: true, diagnostics: [] },
      feature,
      template,
      files: ["BACKLOG.yaml", "PLAN.md", "feature.md", "template.lock"].map(
        (name) => `specs/${feature}/${name}`,
      ),
    });
  }
  expect((await rig.factory("validate")).code).toBe(0);
});

test("answers are typed as the template declares, lists in YAML", async () => {
  await using rig = await workspace();
  const set = ["--set", "word=hello", "--set", "times=3", "--set", "names=[Ann, {name: Bo}]"];
  expect((await rig.factory("new", "greeting", "hello-there", ...set)).code).toBe(0);
  const text = rig.read("specs/hello-there/feature.md");
  expect(text).toContain("title: Hello there\n");
  expect(text).toContain("times: 3\n");
  expect(text).toMatch(/names: .*"?Ann"?.*"?name"?: "?Bo"?/);
});

test("without a terminal, what is missing is listed as words to copy", async () => {
  await using rig = await workspace();
  const bare = await rig.factory("new", "greeting", "hi");
  expect(bare.code).toBe(2);
  expect(bare.stderr).toContain("--set 'word=<string>'\n");
  expect(bare.stderr).toContain("--set times=2\n");
  expect(bare.stderr).toContain("--set 'names=[\"Ann\"]'\n");
  const withDefaults = await rig.factory("new", "greeting", "hi", "--yes");
  expect(withDefaults.code).toBe(2);
  expect(withDefaults.stderr).toContain("--set 'word=<string>'\n");
  expect(withDefaults.stderr).not.toContain("--set times");
  expect(existsSync(rig.path("specs/hi"))).toBe(false);
});

test("all wrong answers are told at once, and nothing is written", async () => {
  await using rig = await workspace();
  const set = ["--set", "word=HELLO", "--set", "times=many", "--set", "names={a", "--set", "wrod=x"];
  const run = await rig.factory("new", "greeting", "hi", ...set);
  expect(run.code).toBe(2);
  for (const name of ["word", "times", "names", "wrod"]) expect(run.stderr).toContain(name);
  expect(rig.list("specs")).toEqual([]);
});

test("an unknown template is answered with the known ones and what they are for", async () => {
  await using rig = await workspace();
  const run = await rig.factory("new", "greting", "hi");
  expect(run.code).toBe(2);
  expect(run.stderr).toMatch(/greeting +A greeting\./);
  expect(run.stderr).toContain('Did you mean "greeting"?');
});

test("a feature that exists is left as it is", async () => {
  await using rig = await workspace();
  rig.write({ "specs/hi/feature.md": "mine" });
  const run = await rig.factory("new", "greeting", "hi", "--set", "word=x", "--yes");
  expect([run.code, rig.read("specs/hi/feature.md"), rig.list("specs")]).toEqual([
    2,
    "mine",
    ["specs/hi/feature.md"],
  ]);
});

test.each(["../x", "a/b", "a b", ".hidden", "a:b", ""])("a feature cannot be called %j", async (name) => {
  await using rig = await workspace();
  expect((await rig.factory("new", "greeting", name, "--set", "word=x", "--yes")).code).toBe(2);
  expect(rig.list("specs")).toEqual([]);
});

test("among several projects, one has to be named", async () => {
  await using rig = await workspace(["app", "client"]);
  const rest = ["--set", "word=x", "--yes"];
  const open = await rig.factory("new", "greeting", "hi", ...rest);
  expect([open.code, open.stderr]).toEqual([2, expect.stringContaining("app, client")]);
  expect((await rig.factory("new", "greeting", "hi", ...rest, "--project", "cleint")).stderr).toContain(
    'Did you mean "client"?',
  );
  expect((await rig.factory("new", "greeting", "hi", ...rest, "--project", "client")).code).toBe(0);
  expect(rig.read("specs/hi/feature.md")).toContain("project: client\n");
});

test("a dry run prints the files and writes none", async () => {
  await using rig = await workspace();
  const run = await rig.factory("new", "greeting", "hi", "--set", "word=x", "--yes", "--dry-run");
  expect([run.code, rig.list("specs")]).toEqual([0, []]);
  expect(run.stdout).toMatch(/^--- specs\/hi\/feature\.md\n---\nid: hi\n/);
});

test("what a new feature still needs is told, and it stands", async () => {
  await using rig = await FactoryRig.create();
  const run = await rig.factory("new", "rest-resource", "api", "--yes");
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining("unknown-dependency")]);
  expect(existsSync(rig.path("specs/api/feature.md"))).toBe(true);
});

test("what a killed run had begun is no feature, and the next run takes it away", async () => {
  await using rig = await workspace();
  rig.write({ "specs/.new-hi-1/BACKLOG.yaml": "half" });
  expect((await rig.factory("validate")).code).toBe(0);
  expect((await rig.factory("new", "greeting", "hi", "--set", "word=x", "--yes")).code).toBe(0);
  expect(rig.list("specs")).toEqual(["specs/hi/feature.md", "specs/hi/template.lock"]);
});

test.runIf(process.platform === "linux")(
  "on a terminal, what is missing is asked until it fits",
  async () => {
    await using rig = await workspace(["app", "client"]);
    const code = await converse(rig.root, `'${process.execPath}' '${FACTORY}' new greeting hi`, [
      ["(app|client) [app]: ", "client"],
      ["Which word? (word, string): ", "NO"],
      ["Which word? (word, string): ", "yes"],
      ["How often? (times, integer) [2]: ", ""],
      ['Who? (names, list) [["Ann"]]: ', "[Bo, Cy]"],
    ]);
    expect(code).toBe(0);
    const text = rig.read("specs/hi/feature.md");
    expect(text).toContain("project: client\n");
    expect(text).toMatch(/word: "?yes"?\n {2}times: 2\n/);
  },
);

const NODE = { "package.json": '{"scripts": {"test": "node --test"}}\n' };
const PYTHON = { "pyproject.toml": '[project]\nname = "app"\n', "tests/test_app.py": "import unittest\n" };
const GO = { "go.mod": "module app\n" };

test.each([
  ["state-machine", "TypeScript", "Go", { files: GO }],
  ["http-client", "TypeScript", "Python", { files: PYTHON }],
  ["data-model-python", "Python", "Node", { files: NODE }],
  ["state-machine", "TypeScript", "Python", { scaffold: "python", repository: "absent" as const }],
  ["state-machine", "TypeScript", "Go", { scaffold: "go", repository: "absent" as const }],
])(
  "%s, which writes %s, is told to be foreign in a project of %s: %j",
  async (template, own, other, project) => {
    await using rig = await FactoryRig.create({ projects: [{ id: "app", ...project }] });
    const made = await rig.factory("new", template, "orders", "--yes", "--json");
    expect(made.code).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({
      ...{ schema: 1, ok: true, feature: "orders", template },
      diagnostics: [{ severity: "warning", code: "foreign-language", target: "app/" }],
    });
    expect(made.stderr).toContain(`${template} writes ${own}, and app is a project of ${other}.`);
    expect(made.stderr).toMatch(/projects\.yaml:\d+/);
    expect(made.stderr).toContain("factory template list");
    expect(existsSync(rig.path("specs/orders/feature.md"))).toBe(true);
  },
);

test.each([
  ["a project of that language", { files: NODE }],
  ["one that is made of it", { scaffold: "node-ts", repository: "absent" as const }],
  ["one of that and of another language", { files: { ...PYTHON, ...NODE } }],
  ["a package of that language in a repository of another", { files: inPackage(PYTHON, NODE), root: "web" }],
  ["one of a language that nobody can tell", { files: { "notes.txt": "none\n" } }],
])("a template of TypeScript is not foreign in %s", async (_, project) => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app", ...project }] });
  const made = await rig.factory("new", "state-machine", "orders", "--yes");
  expect([made.code, made.stderr]).toEqual([0, "\nnext:\n  factory build orders\n"]);
});

test("a package of a language gets the template of that, whatever the rest of its repository is", async () => {
  await using rig = await FactoryRig.create({
    projects: [{ id: "app", files: inPackage(NODE, PYTHON), root: "web" }],
  });
  expect((await rig.factory("new", "data-model", "products", "--yes")).code).toBe(0);
  expect(rig.read("specs/products/feature.md")).toContain("\ntemplate: data-model-python\n");
});

type Files = Readonly<Record<string, string>>;

/** The files of a repository, and those of its package `web`. */
function inPackage(whole: Files, web: Files): Files {
  return {
    ...whole,
    ...Object.fromEntries(Object.entries(web).map(([path, text]) => [`web/${path}`, text])),
  };
}
