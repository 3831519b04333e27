// What do foreign specs become where somebody is there to plan them, and where nobody is?

import { expect, test } from "vitest";
import { parse } from "yaml";
import type { ImportedFeature, ImportedRequirement, ImportedStep } from "../../../src/model/imported.ts";
import { type Import, Importer } from "../../../src/pipeline/imports/import-specs.ts";
import { Notes } from "../../../src/spec/imports/foreign.ts";

const SPOT = { file: "old/tasks.md", line: 3 };

const SILENT: ImportedFeature = {
  title: "Make a lamp",
  ...{ story: "", problem: "It is dark.", context: "", remarks: "", architecture: "", tests: "", risks: "" },
  ...{ requirements: [], constraints: [], criteria: [], steps: [], files: [] },
};

function statement(id: string, text: string): ImportedRequirement {
  return { id, text, title: null, kind: "statement", of: null, spot: SPOT };
}

function criterion(id: string, of: string): ImportedRequirement {
  return { id, text: `${of} is seen.`, title: null, kind: "criterion", of, spot: SPOT };
}

function step(id: string, files: readonly string[]): ImportedStep {
  const rest = { details: [], group: null, after: [], requirements: [], acceptance: [], done: false };
  return { id, text: `Do ${id}`, kind: "work", files, spot: SPOT, ...rest };
}

function importer(canPlan = false, windowBytes = 3072): Importer {
  const taskLimits = { windowBytes, gates: [] };
  return new Importer({ project: "app", specs: "specs", features: [], taskLimits, canPlan });
}

function add(to: Importer, feature: Partial<ImportedFeature>, id = "lamp"): Import {
  return to.add({ ...SILENT, ...feature }, { id, tool: "kiro", source: "old" }, new Notes());
}

interface Task {
  readonly id: string;
  readonly requirements?: readonly string[];
  readonly depends_on?: readonly string[];
  readonly scope: { readonly files_hint: readonly string[] };
  readonly acceptance: readonly string[];
}

function tasks({ files }: Import): readonly Task[] {
  return (parse(files["BACKLOG.yaml"] ?? "") as { tasks: readonly Task[] }).tasks;
}

function dependsOn({ files }: Import): unknown {
  return (parse((files["feature.md"] ?? "").split("---")[1] ?? "") as { depends_on?: unknown }).depends_on;
}

const STORIES = [
  statement("US1", "Light. It shines."),
  criterion("US1.1", "US1"),
  statement("US2", "Dark. It is dark at night."),
  criterion("US2.1", "US2"),
  statement("FR-001", "Night falls late."),
];

test("without a list of tasks each story is one, where nobody plans", () => {
  const made = add(importer(), { requirements: STORIES });
  expect(tasks(made)).toMatchObject([
    { id: "REQ-US1", requirements: ["US1", "US1.1"], scope: { files_hint: ["**"] } },
    { id: "REQ-US2", requirements: ["US2", "US2.1"], depends_on: ["REQ-US1"] },
    { id: "REQ-FR-001", requirements: ["FR-001"], depends_on: ["REQ-US2"] },
  ]);
  expect(made.notes.map(({ code }) => code)).toContain("from-requirements");
  expect(made.files["IMPORT.md"]).toContain("## To look at\n\n- tasks.md:3 · It has no tasks");
});

test("a planner gets what has no list of tasks, or one that mostly names no files", () => {
  const list = { requirements: STORIES, steps: [step("T1", []), step("T2", []), step("T3", ["a.ts"])] };
  for (const feature of [{ requirements: STORIES }, list]) {
    const made = add(importer(true), feature);
    expect(made.tasks).toBeNull();
    expect(made.notes.map(({ code }) => code)).toEqual(["left-to-planning"]);
  }
  expect(tasks(add(importer(), list)).map(({ id, depends_on }) => [id, depends_on])).toEqual([
    ["T1", undefined],
    ["T2", ["T1"]],
    ["T3", ["T2"]],
  ]);
});

test("a spec that names neither requirements nor tasks is one task", () => {
  expect(tasks(add(importer(), {}))).toMatchObject([
    { id: "T001", title: "Make a lamp", description: "- It is dark.", acceptance: ["Make a lamp"] },
  ]);
});

test("requirements that no task speaks of stay open, and are named", () => {
  const requirements = Array.from({ length: 9 }, (_, index) =>
    statement(`R${index + 1}`, `Say so. ${"word ".repeat(60)}`),
  );
  const made = add(importer(false, 1024), { requirements, steps: [step("T1", ["src/a.ts"])] });
  expect(tasks(made).flatMap((task) => task.requirements ?? [])).toEqual([]);
  expect(made.notes.map(({ code }) => code)).toContain("open-requirement");
});

test("features that may write anywhere follow each other, and name only the one before", () => {
  const to = importer();
  const made = ["one", "two", "three"].map((id) => add(to, { steps: [step("T1", [])] }, id));
  expect(made.map(dependsOn)).toEqual([undefined, ["one"], ["two"]]);
});
