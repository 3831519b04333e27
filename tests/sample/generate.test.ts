import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Json } from "../../src/model/digest.ts";
import { loadRenderer } from "../../src/model/render.ts";
import { criterionTag } from "../../src/model/task.ts";
import { checkParams, instantiate } from "../../src/spec/instantiate/instantiate.ts";
import {
  type Built,
  build,
  complaints,
  declared,
  type FeatureFiles,
  filesIn,
  layOut,
  readTemplate,
  sampleFeatures,
} from "./workshop.ts";

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "factory-sample-"));
});

afterAll(() => rm(dir, { recursive: true }));

interface Answers {
  readonly template: string;
  readonly feature: string;
  readonly params: Readonly<Record<string, Json>>;
}

/** Features with answers unlike the suggested ones, and requirements in hostile words. */
async function otherFeatures(): Promise<readonly FeatureFiles[]> {
  const renderer = await loadRenderer();
  const answers: readonly Answers[] = parse(await readFile("tests/sample/other-answers.yaml", "utf8"));
  const made = answers.map(async ({ template: name, feature: id, params: given }): Promise<FeatureFiles> => {
    const template = await readTemplate(name);
    const { params, diagnostics } = checkParams(template, given);
    expect(diagnostics).toEqual([]);
    const sources = await filesIn(`${template.folder}/spec`);
    const values = { feature: { id, title: `The ${id}` }, project: { id: "other" }, params };
    const files = instantiate(template, sources, values, renderer);
    if (!files.ok) throw new Error(JSON.stringify(files.failure));
    const hostile = (text: string) => text.replace(/^(- R\d+:)/gm, "$1 */ {{params.x}} `x` \"' @ts-nocheck");
    return { ...files.value, "feature.md": hostile(files.value["feature.md"] ?? "") };
  });
  return Promise.all(made);
}

describe.each([
  ["the sample", sampleFeatures],
  ["other", otherFeatures],
])("code of %s features", (_, features) => {
  let tasks: readonly Built[];

  beforeAll(async () => {
    tasks = await build(await features());
  });

  it("keeps to the files that its tasks may write, each of which has one owner", () => {
    const written = tasks.flatMap(({ project, files }) =>
      [...files.keys()].map((path) => `${project}/${path}`),
    );
    expect(new Set(written).size).toBe(written.length);
    for (const { id, filesHint, files } of tasks)
      expect([...files.keys()].sort(), id).toEqual([...filesHint].sort());
  });

  it("has a test for each criterion, named after it", () => {
    for (const { id, criteria, files } of tasks) {
      const tests = [...files].flatMap(([path, text]) => (path.endsWith(".test.ts") ? [text] : [])).join("");
      for (const one of criteria) expect(tests).toContain(criterionTag(id as `${string}:${string}`, one));
    }
  });
});

// That of suggested answers is proven by real builds: tests/e2e/every-template.test.ts and the README.
it("code of other answers compiles, has no lint, and passes its tests", async () => {
  const folder = join(dir, "other");
  await layOut(folder, "other", await build(await otherFeatures()));
  expect(await complaints(folder, "tsc")).toBe("");
  expect(await complaints(folder, "biome", "lint", "--error-on-warnings", ".")).toBe("");
  expect(await complaints(folder, "vitest", "run")).toBe("");
});

/** The tasks whose windows differ once `from` is replaced by `to` in the sample's product feature. */
async function reached(from: string, to: string): Promise<readonly string[]> {
  const features = await sampleFeatures();
  const edited = features.map((files) => {
    const text = files["feature.md"] ?? "";
    return text.includes("id: products\n") ? { ...files, "feature.md": text.replace(from, to) } : files;
  });
  const before = await build(features);
  const after = await build(edited);
  const shown = new Map(before.map(({ id, window }) => [id, JSON.stringify(window)]));
  return after.filter(({ id, window }) => shown.get(id) !== JSON.stringify(window)).map(({ id }) => id);
}

describe("an edit of the sample reaches", () => {
  it("the model alone, where a limit changes", async () => {
    expect(await reached("max: 1000000", "max: 500000")).toEqual(["products:T01"]);
  });

  it("the model and the client's contract in the other project, where a field is added", async () => {
    const field = "    - {name: origin, type: text, required: false, example: Assam}\n";
    expect(await reached("  page_size: 50", `${field}  page_size: 50`)).toEqual([
      "products:T01",
      "shop-commands:T01",
    ]);
  });

  it("the tasks that show a requirement, where that is reworded", async () => {
    expect(await reached("never used again", "never given twice")).toEqual(["products:T02"]);
  });
});

it("shows of a model what others may rely on, and none of its rules", async () => {
  const [model] = (await build(await sampleFeatures())).filter(({ id }) => id === "products:T01");
  const text = declared("src/products/product.ts", model?.files.get("src/products/product.ts") ?? "");
  expect(text).toContain("readonly price: Cents;");
  expect(text).not.toMatch(/1000000|RULES|isWhole/);
});

it("ships a lockfile that names no registry and fits the scaffold's package.json", async () => {
  const lock = await readFile("templates/projects/node-ts/package-lock.json", "utf8");
  expect(lock).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  const manifest = await readFile("templates/projects/node-ts/package.json.hbs", "utf8");
  const { devDependencies } = JSON.parse(manifest.replace("{{literal project.id}}", '"x"'));
  expect(JSON.parse(lock).packages[""].devDependencies).toEqual(devDependencies);
});
