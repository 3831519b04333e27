// Does an edit of feature.md flow through a template's own plan and backlog to code, within one build and without a
// model, and does it leave alone what people wrote there?

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { FactoryRig, madeOnce } from "../rig/factory-rig.ts";

const TEMPLATE = {
  "template.yaml": `version: 1.0.0
params:
  - {name: notes, type: list, default: [first]}
code:
  note:
    - {template: note.txt.hbs, to: "src/notes.txt"}
  index:
    - {template: index.txt.hbs, to: "src/index.txt"}
`,
  "spec/feature.md.hbs": `---
id: {{yaml feature.id}}
title: {{yaml feature.title}}
project: {{yaml project.id}}
template: notes
params:
  notes:{{yamlItems params.notes 4}}
---

## Requirements

- R1: Every note is written down.
`,
  "spec/PLAN.md.hbs": `# Plan: {{line feature.title}}

## Architecture

{{#each params.notes}}
- {{line this}}
{{/each}}

## Test Plan

None.
`,
  "spec/BACKLOG.yaml.hbs": `version: 1
feature: {{yaml feature.id}}
tasks:
  - id: T01
    title: {{capital (join params.notes " and ")}}
    requirements: [R1]
    scope: {files_hint: [src/notes.txt]}
    acceptance:
      - {id: A1, text: is written down}
    generator: notes/note

  - id: T02
    title: Index
    requirements: [R1]
    depends_on: [T01]
    scope: {files_hint: [src/index.txt]}
    acceptance:
      - {id: A1, text: lists every note}
    generator: notes/index
`,
  "code/note.txt.hbs": '{{task.title}}\n{{join params.notes ", "}}\n',
  "code/index.txt.hbs": "{{task.title}}\n",
};

async function workspace(limits: { checkpoints?: string } = {}): Promise<FactoryRig> {
  const rig = await FactoryRig.create();
  rig.write(
    Object.fromEntries(
      Object.entries(TEMPLATE).map(([path, text]) => [`templates/features/notes/${path}`, text]),
    ),
  );
  if (limits.checkpoints !== undefined) {
    rig.write({ "projects.yaml": `${rig.read("projects.yaml")}checkpoints: ${limits.checkpoints}\n` });
  }
  const made = await rig.factory("new", "notes", "book", "--yes");
  expect(made.code).toBe(0);
  return rig;
}

const planned = madeOnce(workspace);

const builtBook = madeOnce(async () => {
  const rig = await planned();
  expect((await rig.build()).code).toBe(0);
  return rig;
});

const planning = (rig: FactoryRig) => JSON.parse(rig.read("specs/book/factory.lock")).planning;

test("an edit of a parameter reaches plan, backlog and code in one build, and only the tasks that it changes", async () => {
  await using rig = await planned();
  expect(planning(rig)).toMatchObject({ approved: null });
  expect((await rig.build()).actions).toEqual({ "book:T01": "regenerated", "book:T02": "regenerated" });
  const lock = rig.read("specs/book/factory.lock");

  rig.edit("specs/book/feature.md", "first", "second");
  expect((await rig.build("--offline")).actions).toEqual({
    "book:T01": "regenerated",
    "book:T02": "reverified",
  });
  expect(rig.read("specs/book/PLAN.md")).toContain("- second");
  expect(rig.read("specs/book/BACKLOG.yaml")).toContain("title: Second");
  expect(rig.read("projects/app/src/notes.txt")).toBe("Second\nsecond\n");

  rig.edit("specs/book/feature.md", "second", "first");
  expect((await rig.build()).actions).toEqual({ "book:T01": "restored", "book:T02": "reverified" });
  expect(rig.read("specs/book/factory.lock")).toBe(lock);
});

test("a request that is only written otherwise plans nothing and builds nothing", async () => {
  await using rig = await builtBook();
  const files = () => rig.list("specs").map((path) => rig.read(path));
  const before = files();
  rig.edit(
    "specs/book/feature.md",
    "- R1: Every note is written down.",
    "* R1: Every note\n  is written down.",
  );
  expect((await rig.build()).actions).toEqual({ "book:T01": "fresh", "book:T02": "fresh" });
  rig.edit(
    "specs/book/feature.md",
    "* R1: Every note\n  is written down.",
    "- R1: Every note is written down.",
  );
  expect(files()).toEqual(before);
});

test("what people wrote into plan and backlog stays when the template plans anew", async () => {
  await using rig = await builtBook();
  rig.edit("specs/book/PLAN.md", "None.", "Read it aloud.");
  rig.edit("specs/book/BACKLOG.yaml", "title: Index", "title: The index   # as people say");
  rig.edit("specs/book/feature.md", "first", "second");
  const build = await rig.build();
  expect(build.code).toBe(0);
  expect(build.actions).toEqual({ "book:T01": "regenerated", "book:T02": "regenerated" });
  expect(rig.read("specs/book/PLAN.md")).toMatch(/- second[\s\S]*Read it aloud\./);
  expect(rig.read("specs/book/BACKLOG.yaml")).toMatch(
    /title: Second[\s\S]*title: The index {3}# as people say/,
  );
});

test("where both changed the same, the files stay, the proposal is told, and a person's approval settles it", async () => {
  await using rig = await builtBook();
  rig.edit("specs/book/BACKLOG.yaml", "title: First", "title: Mine");
  rig.edit("specs/book/feature.md", "first", "second");
  const before = rig.read("specs/book/BACKLOG.yaml");
  const build = await rig.build();
  expect(build.code).toBe(5);
  expect(build.stderr).toContain("edited by a person: BACKLOG.yaml: book:T01: title");
  expect(rig.read("specs/book/BACKLOG.yaml")).toBe(before);
  expect(rig.read(".factory/tasks/book/BACKLOG.proposed.yaml")).toContain("title: Second");
  expect((await rig.factory("build")).code).toBe(5);
  expect(await rig.status()).toEqual({ "book:T01": "stale", "book:T02": "stale" });

  expect((await rig.factory("approve", "book")).code).toBe(0);
  expect(existsSync(rig.path(".factory/tasks/book/BACKLOG.proposed.yaml"))).toBe(false);
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("projects/app/src/notes.txt")).toBe("Mine\nsecond\n");
  expect(rig.read("specs/book/BACKLOG.yaml")).toBe(before);
});

test("without store and index, the base of a merge comes back from the workspace's git", async () => {
  await using rig = await builtBook();
  await rig.commitWorkspace("Plan");
  rig.edit("specs/book/BACKLOG.yaml", "title: Index", "title: Mine");
  rig.remove(".factory");
  rig.edit("specs/book/feature.md", "first", "second");
  expect((await rig.build()).code).toBe(0);
  expect(rig.read("specs/book/BACKLOG.yaml")).toMatch(/title: Second[\s\S]*title: Mine/);
});

test("a base that nobody has is told, and nothing is written over", async () => {
  await using rig = await builtBook();
  rig.edit("specs/book/BACKLOG.yaml", "title: Index", "title: Mine");
  rig.remove(".factory");
  rig.edit("specs/book/feature.md", "first", "second");
  const build = await rig.build();
  expect(build.code).toBe(5);
  expect(build.stderr).toContain("the earlier plan is unknown");
  expect(rig.read("specs/book/BACKLOG.yaml")).toContain("title: Mine");
});

test("files that are as the template plans them are taken for planned, and others for a person's", async () => {
  await using rig = await planned();
  const lock = rig.read("specs/book/factory.lock");
  rig.remove("specs/book/factory.lock");
  await rig.build();
  expect(planning(rig)).toEqual(JSON.parse(lock).planning);

  rig.remove("specs/book/factory.lock", ".factory");
  rig.edit("specs/book/BACKLOG.yaml", "title: Index", "title: Mine");
  rig.edit("specs/book/feature.md", "first", "second");
  expect((await rig.build()).code).toBe(0);
  expect(planning(rig)).toBeUndefined();
  expect(rig.read("specs/book/BACKLOG.yaml")).toContain("title: First");
});

test("a feature without a backlog is planned by its template when it is built", async () => {
  await using rig = await planned();
  rig.remove("specs/book/PLAN.md", "specs/book/BACKLOG.yaml", "specs/book/factory.lock");
  const dry = await rig.factory("build", "--dry-run");
  expect(dry.stdout).toContain("would be planned");
  expect(existsSync(rig.path("specs/book/BACKLOG.yaml"))).toBe(false);
  expect((await rig.factory("check")).code).toBe(3);
  expect((await rig.build("book")).actions).toEqual({ "book:T01": "regenerated", "book:T02": "regenerated" });
  expect((await rig.factory("check")).code).toBe(0);
  expect(existsSync(rig.path("specs/book/context.md"))).toBe(false);
});

test("a planned backlog waits for approval where people want to be asked, and people's edits need none", async () => {
  await using rig = await workspace({ checkpoints: "{backlog: ask}" });
  const waits = await rig.build();
  expect(waits.code).toBe(5);
  expect(waits.actions).toEqual({ "book:T01": "blocked", "book:T02": "blocked" });
  expect(await rig.status()).toEqual({ "book:T01": "blocked", "book:T02": "blocked" });
  expect((await rig.factory("approve", "book")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);

  rig.edit("specs/book/BACKLOG.yaml", "title: Index", "title: Mine");
  expect((await rig.build()).code).toBe(0);
  rig.edit("specs/book/feature.md", "first", "second");
  expect((await rig.build()).code).toBe(5);
  expect(rig.read("specs/book/BACKLOG.yaml")).toContain("title: Second");
  expect((await rig.factory("approve", "book")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
});

test("a removed requirement that the old backlog names is no error where the backlog is planned anew", async () => {
  await using rig = await builtBook();
  rig.edit("specs/book/feature.md", "- R1: Every note", "- R2: Every note");
  rig.edit("specs/book/feature.md", "first", "second");
  const path = "templates/features/notes/spec/BACKLOG.yaml.hbs";
  rig.write({ [path]: rig.read(path).replaceAll("[R1]", "[R2]") });
  const status = await rig.factory("status");
  expect(status.stdout).toContain("book would be planned: ");
  expect((await rig.build()).code).toBe(0);
});
