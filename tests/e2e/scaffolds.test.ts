// Does a project in Python or Go that `factory init NAME --scaffold` declares stand up to its own gates, and does a feature
// that an agent writes there end merged? With the tools of that language as this machine has them.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { asBuild, FactoryRig } from "../rig/factory-rig.ts";

interface Language {
  readonly scaffold: string;
  readonly tool: readonly [string, string];
  /** What names each file whose layout is not that of the language, where it has one. */
  readonly format?: readonly [program: string, ...words: string[]];
  /** Code and test of a function that doubles; the test names its criterion. */
  readonly code: readonly [path: string, text: string];
  readonly proof: readonly [path: string, text: string];
}

const LANGUAGES: readonly Language[] = [
  {
    scaffold: "python",
    tool: ["python3", "--version"],
    code: ["src/double.py", "def double(n):\n    return 2 * n\n"],
    proof: [
      // Below a folder of its own: no file has to make a package of it.
      "tests/sums/test_double.py",
      `import unittest

from double import double


class DoubleTest(unittest.TestCase):
    def test_double_t01_a1_doubles(self):
        self.assertEqual(double(2), 4)
`,
    ],
  },
  {
    scaffold: "go",
    tool: ["go", "version"],
    format: ["gofmt", "-l", "."],
    code: ["sums/double.go", "package sums\n\nfunc Double(n int) int { return 2 * n }\n"],
    proof: [
      "sums/double_test.go",
      `package sums

import "testing"

func TestDouble_T01_A1(t *testing.T) {
	if Double(2) != 4 {
		t.Error("two and two")
	}
}
`,
    ],
  },
];

const absent = ({ tool: [program, word] }: Language) => spawnSync(program, [word]).status !== 0;

/** A workspace that init made for a project of this scaffold, with an agent that runs `agent.sh`. */
async function workspaceOf({ scaffold }: Language): Promise<FactoryRig> {
  const rig = await FactoryRig.create({ projects: [] });
  rig.remove("projects.yaml", ".gitignore", ".git");
  const init = await rig.factory("init", "sums", "--scaffold", scaffold);
  expect(init.code).toBe(0);
  const declared = rig.read("projects.yaml");
  expect(declared).toContain(`scaffold: ${scaffold} `);
  rig.write({
    "projects.yaml": declared
      .replace("agents:\n", `agents:\n  coder: {kind: command, run: "sh ${rig.path("agent.sh")}"}\n`)
      .replace("implementer: {default: local}", "implementer: coder"),
  });
  return rig;
}

/** The request for one task; the agent of the workspace writes these files. */
function ask(rig: FactoryRig, files: Language["code"][]): void {
  const paths = files.map(([path]) => path);
  rig.write({
    "specs/double/feature.md": `---
id: double
title: Double
project: sums
tasks:
  - id: T01
    title: A number twice
    requirements: [R1]
    scope: {files_hint: [${paths.join(", ")}]}
    acceptance:
      - {id: A1, text: doubles a number}
---

# Double

## Requirements

- R1: A number is doubled.
`,
    "agent.sh": files
      .map(
        ([path, text]) =>
          `mkdir -p "$(dirname ${path})"\ncat > ${path} <<'EOF'\n${text.replace(/\n$/, "")}\nEOF\n`,
      )
      .join(""),
  });
}

for (const language of LANGUAGES) {
  describe.skipIf(absent(language))(
    `a project of the scaffold ${language.scaffold}`,
    { timeout: 180_000 },
    () => {
      test("is judged by gates that refuse their canaries, and its first build ends merged", async () => {
        await using rig = await workspaceOf(language);
        ask(rig, [language.code, language.proof]);
        const build = asBuild(await rig.factory("build", "--json"));
        expect([build.code, build.document.projects.map(({ merged }) => merged)]).toEqual([0, [true]]);
        expect(rig.read(`projects/sums/${language.code[0]}`)).toBe(language.code[1]);
        expect((await rig.factory("check")).code).toBe(0);
      });

      test("refuses code that its tests prove wrong", async () => {
        await using rig = await workspaceOf(language);
        ask(rig, [[language.code[0], language.code[1].replace("2 * n", "3 * n")], language.proof]);
        const build = await rig.factory("build");
        expect(build.code).toBe(1);
        expect(`${build.stdout}${build.stderr}`).toMatch(/double_t01_a1/i);
      });
    },
  );
}

/** Templates whose features are built in another language, too; and what of their words is one of the language. */
const TWINS: readonly (readonly [template: string, scaffold: string, words: readonly [string, string]])[] = [
  ["data-model", "python", ["", ""]],
  ["data-model", "go", ["", ""]],
  ["rest-resource", "python", ["`node:http`", "`http.server`"]],
  ["rest-resource", "go", ["`node:http`", "`net/http`"]],
];

/** Every type of field, with rules on both sides, and names that mean something in code or in the tests. */
const FIELDS = `fields=[
  {name: class, type: text, min: 2, max: 9, pattern: "[a-z]+", example: abc, counterexample: "ab1"},
  {name: unit price, type: money, min: 1, max: 900, example: 5},
  {name: range, type: integer, required: false, min: -3, example: 0},
  {name: from, type: date, example: 2026-03-01},
  {name: surprise, type: integer, required: false, example: 7},
  {name: other, type: text, required: false, example: abc},
  {name: on sale, type: boolean, required: false, example: false}]`;

for (const language of LANGUAGES) {
  test.skipIf(absent(language))(
    `what templates make in ${language.scaffold} where the project is one of it passes its gates`,
    { timeout: 180_000 },
    async () => {
      await using rig = await workspaceOf(language);
      const made = TWINS.flatMap(([template, scaffold]) =>
        scaffold === language.scaffold ? [template] : [],
      );
      for (const [template, feature, ...answers] of [
        ["data-model", "products", "resource=product"],
        ["data-model", "order-lines", "resource=order-line", FIELDS, "page_size=1"],
        // Called as a module of the feature, which it must not hide.
        [
          "rest-resource",
          "lines-api",
          "resource=order-line",
          "model=order-lines",
          "program=order-line-service",
        ],
      ] as const) {
        if (!made.includes(template)) continue;
        const set = answers.flatMap((answer) => ["--set", answer]);
        const run = await rig.factory("new", template, feature, "--yes", ...set);
        expect([run.code, run.stderr]).toEqual([0, `\nnext:\n  factory build ${feature}\n`]);
        expect(rig.read(`specs/${feature}/feature.md`)).toContain(
          `\ntemplate: ${template}-${language.scaffold}\n`,
        );
      }
      const build = asBuild(await rig.factory("build", "--json"));
      expect([build.code, build.document.projects.map(({ merged }) => merged)]).toEqual([0, [true]]);
      expect((await rig.factory("check")).code).toBe(0);
      if (language.format !== undefined) {
        const [program, ...words] = language.format;
        const layout = spawnSync(program, words, { cwd: rig.path("projects/sums"), encoding: "utf8" });
        expect([layout.status, layout.stdout, layout.stderr]).toEqual([0, "", ""]);
      }
    },
  );
}

test.each(TWINS)("%s in %s asks for what the one in TypeScript asks for", (template, scaffold, words) => {
  const of = (name: string, path: string) =>
    readFileSync(new URL(`../../templates/features/${name}/${path}`, import.meta.url), "utf8");
  const own = `${template}-${scaffold}`;
  expect(parse(of(own, "template.yaml")).params).toEqual(parse(of(template, "template.yaml")).params);
  const asked = of(template, "spec/feature.md.hbs")
    .replace(`template: ${template}\n`, `template: ${own}\n`)
    .replace(...words);
  expect(of(own, "spec/feature.md.hbs")).toBe(asked);
  const criteria = (name: string) =>
    of(name, "spec/BACKLOG.yaml.hbs").match(
      /^ +(- \{id: A\d.*|- id: T\d+|depends_on: .*|requirements: .*)$/gm,
    );
  expect(criteria(own)).toEqual(criteria(template));
});

test.each([
  ["data-model-python", { "pyproject.toml": '[project]\nname = "app"\n' }],
  ["data-model-go", { "go.mod": "module app\n" }],
  ["data-model", { "package.json": '{"scripts": {"test": "node --test"}}\n' }],
  ["data-model", { "notes.txt": "nothing that tells a language\n" }],
])("a repository without a scaffold gets %s by what lies in it", async (template, files) => {
  await using rig = await FactoryRig.create({ projects: [{ id: "app", files }] });
  expect((await rig.factory("new", "data-model", "products", "--yes")).code).toBe(0);
  expect(rig.read("specs/products/feature.md")).toContain(`\ntemplate: ${template}\n`);
});
