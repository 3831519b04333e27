// Does each template of the package give tested code, in a project made from the scaffold and in a repository that has
// conventions of its own? One workspace, one build.
//
// Every template's code goes through every gate when the product is judged. To run all of them for each task as well, as
// a build does that nobody edited, takes minutes, as do in a new project those that the sample is made of:
// FACTORY_TEMPLATES=all.

import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { FactoryRig } from "../rig/factory-rig.ts";
import type { GateText } from "../rig/specs.ts";

const MODULES = realpathSync(fileURLToPath(new URL("../../node_modules", import.meta.url)));

/** What `npm ci` would bring, without asking for it again. */
const setup = `ln -s '${MODULES}' node_modules`;

/** Templates in an order in which each finds what it builds on, with the answers that a second one of its kind needs. */
const TEMPLATES: readonly (readonly [template: string, answersIn: (project: string) => readonly string[]])[] =
  [
    ["data-model", () => []],
    ["rest-resource", (project) => [`model=${project}-data-model`, "program=service"]],
    ["cli-command", (project) => [`model=${project}-data-model`, `service=${project}-rest-resource`]],
    ["state-machine", () => []],
    ["decision-table", () => []],
    ["http-client", () => []],
    ["csv-import", () => []],
    ["scheduled-job", () => []],
  ];

/** The sample builds these in projects that are made from the scaffold. */
const IN_SAMPLE = new Set(["data-model", "rest-resource", "cli-command", "state-machine", "decision-table"]);

/** The gates of a project; what the tests of the product as a whole reported is left at `seen`. */
function gates(lint: string, seen: string): readonly GateText[] {
  const bin = "node_modules/.bin";
  return [
    {
      id: "lint",
      run: `${bin}/biome ${lint} --error-on-warnings .`,
      canary: { "src/canary.ts": "export const canary: any = 1;\n" },
    },
    {
      id: "typecheck",
      run: `${bin}/tsc --noEmit`,
      canary: { "src/canary.ts": 'export const canary: number = "text";\n' },
    },
    {
      id: "test",
      run: `${bin}/vitest run --reporter=junit --outputFile={{report}} && cp {{report}} '${seen}'`,
      report: "junit",
      canary: {
        "tests/canary.test.ts":
          'import { expect, it } from "vitest";\nit("fails", () => expect(1).toBe(2));\n',
      },
    },
  ];
}

/** CommonJS, tabs, the browser's types, another way to lay out files, and rules that the scaffold does not have. */
const FOREIGN = {
  "package.json": JSON.stringify({
    name: "warehouse",
    version: "4.2.0",
    private: true,
    main: "lib/index.js",
  }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      lib: ["es2022", "dom"],
      module: "nodenext",
      types: ["node"],
      rewriteRelativeImportExtensions: true,
      allowJs: true,
      outDir: "build",
      rootDir: ".",
      strict: true,
      exactOptionalPropertyTypes: true,
      noFallthroughCasesInSwitch: true,
      noImplicitOverride: true,
      noImplicitReturns: true,
      noPropertyAccessFromIndexSignature: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      allowUnreachableCode: false,
      skipLibCheck: true,
    },
    include: ["lib", "spec", "src", "tests"],
  }),
  "biome.json": JSON.stringify({
    formatter: { indentStyle: "tab" },
    files: { includes: ["**", "!!lib/legacy.js"] },
    linter: {
      rules: {
        preset: "recommended",
        correctness: { noUnusedVariables: "error", noUnusedImports: "error" },
        style: {
          noParameterAssign: "error",
          noNonNullAssertion: "error",
          useConsistentArrayType: "error",
          useTemplate: "error",
          useFilenamingConvention: { level: "error", options: { filenameCases: ["kebab-case"] } },
        },
        complexity: { noForEach: "error" },
        suspicious: { noExplicitAny: "error", noShadowRestrictedNames: "error" },
      },
    },
  }),
  "vitest.config.mjs": 'export default { test: { include: ["{spec,tests}/**/*.{spec,test}.ts"] } };\n',
  "lib/legacy.js": "module.exports = { shelf: 7 };\n",
  "lib/index.ts":
    'import legacy = require("./legacy.js");\nexport const shelves: number[] = [legacy.shelf];\n',
  "spec/shelves.spec.ts":
    'import { expect, it } from "vitest";\nimport { shelves } from "../lib/index.ts";\n\nit("has a shelf", () => expect(shelves).toHaveLength(1));\n',
  ".gitignore": "node_modules\nbuild\n",
};

const ALL = process.env.FACTORY_TEMPLATES === "all";

test("every template gives tested code in a new project and in somebody's repository", {
  timeout: 900_000,
}, async () => {
  await using rig = await FactoryRig.create({ projects: [{ id: "foreign", files: FOREIGN }] });
  const seen = (project: string) => rig.path(`${project}.xml`);
  await rig.declare({
    projects: [
      { id: "fresh", scaffold: "node-ts", setup, gates: gates("check", seen("fresh")) },
      { id: "foreign", setup, gates: gates("lint", seen("foreign")) },
    ],
  });
  for (const [template, answersIn] of TEMPLATES) {
    const projects = ALL || !IN_SAMPLE.has(template) ? ["fresh", "foreign"] : ["foreign"];
    await Promise.all(
      projects.map(async (project) => {
        const feature = `${project}-${template}`;
        const answers = answersIn(project).flatMap((answer) => ["--set", answer]);
        const made = await rig.factory("new", template, feature, "--project", project, "--yes", ...answers);
        expect(made.code).toBe(0);
        if (ALL) return;
        const backlog = `specs/${feature}/BACKLOG.yaml`;
        const text = rig.read(backlog).replaceAll(/^ {4}generator:/gm, "    gates: [lint]\n    generator:");
        rig.write({ [backlog]: text });
      }),
    );
  }
  const build = await rig.build();
  // Most of the tasks have the linter alone for a gate.
  const told = build.document.diagnostics.filter(({ code }) => code !== "criteria-unproven");
  expect(told.map(({ message }) => message)).toEqual([]);
  expect(build.code).toBe(0);
  expect(new Set(Object.values(build.actions))).toEqual(new Set(["regenerated"]));
  expect(build.document.projects.map(({ id, merged }) => [id, merged])).toEqual([
    ["fresh", true],
    ["foreign", true],
  ]);
  for (const project of ["fresh", "foreign"]) {
    const report = readFileSync(seen(project), "utf8");
    expect(report).not.toMatch(/<(failure|error|skipped)/);
    const tasks = Object.keys(build.actions).filter((id) => id.startsWith(`${project}-`));
    expect(criteriaOf(rig, tasks).filter((tag) => !report.includes(tag))).toEqual([]);
    expect(await rig.git(project, "status", "--porcelain")).toBe("");
  }
  expect(await rig.git("foreign", "log", "--format=%s", "--", ...Object.keys(FOREIGN))).toBe("Start");
  expect((await rig.factory("check")).code).toBe(0);
});

/** The tags of all criteria of tasks, as tests have them in their names. */
function criteriaOf(rig: FactoryRig, tasks: readonly string[]): readonly string[] {
  return tasks.flatMap((task) => {
    const [feature, id] = task.split(":");
    const { tasks: entries } = parse(rig.read(`specs/${feature}/BACKLOG.yaml`)) as {
      readonly tasks: readonly {
        readonly id: string;
        readonly acceptance: readonly { readonly id: string }[];
      }[];
    };
    const criteria = entries.find((entry) => entry.id === id)?.acceptance ?? [];
    return criteria.map((criterion) => `[${task}.${criterion.id}]`);
  });
}
