// Does a feature that a person edited follow its template to a new version, with the real command, and does the next
// build regenerate only what that reaches?

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { documentOf, FactoryRig } from "../rig/factory-rig.ts";

const FOLDER = "templates/features/notes";

const FEATURE = `---
id: {{yaml feature.id}}
title: {{yaml feature.title}}
project: {{yaml project.id}}
template: notes
params:
  size: {{yaml params.size}}
---

## Requirements

- R1: A note has at most {{params.size}} lines.
- R2: Notes are listed.
- R3: Notes are dated.
`;

const BACKLOG = `version: 1
feature: {{yaml feature.id}}
tasks:
  - {id: T01, title: Note, requirements: [R1], scope: {files_hint: [src/note.txt]}, acceptance: [is short], generator: notes/note}
  - {id: T02, title: List, requirements: [R2], scope: {files_hint: [src/list.txt]}, acceptance: [lists], generator: notes/list}
`;

const PART = "{{#each requirements}}{{id}}: {{text}}\n{{/each}}";

function templateYaml(version: string, size: string, migrations = ""): string {
  return `version: ${version}
params:
  - {name: ${size}, type: integer, default: 10, min: 1, max: 99}
code:
  note: [{template: part.hbs, to: src/note.txt}]
  list: [{template: part.hbs, to: src/list.txt}]
${migrations}`;
}

interface Updates {
  readonly features: readonly {
    readonly outcome: string;
    readonly notes: readonly string[];
    readonly parts: readonly { readonly part: string; readonly outcome: string }[];
  }[];
}

test("a person's edits and a template's new version both end in the spec, and only what they reach is built", async () => {
  await using rig = await FactoryRig.create();
  rig.write({
    [`${FOLDER}/template.yaml`]: templateYaml("1.0.0", "size"),
    [`${FOLDER}/spec/feature.md.hbs`]: FEATURE,
    [`${FOLDER}/spec/BACKLOG.yaml.hbs`]: BACKLOG,
    [`${FOLDER}/code/part.hbs`]: PART,
    "answers.yaml": "size: 20\nsise: 3\n",
  });
  const refused = await rig.factory("new", "notes", "book", "--answers", "answers.yaml", "--yes");
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("answers.yaml:2")]);
  rig.write({ "answers.yaml": "size: 20\n" });
  expect((await rig.factory("new", "notes", "book", "--answers", "answers.yaml")).code).toBe(0);
  expect((await rig.build()).code).toBe(0);
  expect((await rig.factory("template", "check")).code).toBe(0);

  rig.edit("specs/book/feature.md", "- R3: Notes are dated.\n", "- R7: Notes are mine.\n");
  rig.write({
    [`${FOLDER}/template.yaml`]: templateYaml(
      "2.0.0",
      "length",
      "migrations: [{to: 2.0.0, rename: {size: length}, note: Sizes are lengths.}]\n",
    ),
    [`${FOLDER}/spec/feature.md.hbs`]: FEATURE.replace(
      "  size: {{yaml params.size}}",
      "  length: {{yaml params.length}}",
    )
      .replace("{{params.size}}", "{{params.length}}")
      .replace("Notes are listed", "Notes are listed by date")
      .replace("Notes are dated.", "Notes have a date."),
  });
  expect((await rig.factory("template", "check")).code).toBe(3);
  rig.remove(".factory");
  const update = await rig.factory("template", "update", "--json");
  expect(update.code).toBe(0);
  const [book] = documentOf<Updates>(update).features;
  expect(book).toMatchObject({ outcome: "updated", notes: ["Sizes are lengths."] });
  expect(book?.parts.map(({ part, outcome }) => `${part} ${outcome}`)).toEqual([
    "R2 taken",
    "R7 kept",
    "R3 skipped",
  ]);
  const text = rig.read("specs/book/feature.md");
  expect(text).toContain("  length: 20\n");
  expect(text).toContain("- R2: Notes are listed by date.\n- R7: Notes are mine.\n");
  const { actions } = await rig.build();
  expect(actions["book:T02"]).toBe("regenerated");
  expect(actions["book:T01"]).not.toBe("regenerated");
  expect((await rig.factory("template", "check")).code).toBe(0);

  rig.edit("specs/book/feature.md", "listed by date", "listed by me");
  rig.edit(`${FOLDER}/template.yaml`, "version: 2.0.0", "version: 2.1.0");
  rig.edit(`${FOLDER}/spec/feature.md.hbs`, "listed by date", "listed by title");
  const before = rig.read("specs/book/template.lock");
  const conflict = await rig.factory("template", "update", "book");
  expect([conflict.code, conflict.stdout]).toEqual([5, expect.stringContaining("specs/book/feature.md:")]);
  expect(rig.read("specs/book/feature.md")).toContain("listed by me");
  expect(rig.read("specs/book/template.lock")).toBe(before);
  expect(rig.read(".factory/tasks/book/template.proposed.feature.md")).toContain("listed by title");
  expect((await rig.factory("template", "update", "--prefer", "mine")).code).toBe(0);
  expect(rig.read("specs/book/feature.md")).toContain("listed by me");
  expect(existsSync(rig.path(".factory/tasks/book/template.proposed.feature.md"))).toBe(false);
  expect((await rig.factory("template", "check")).code).toBe(0);

  expect((await rig.factory("new", "notes", "diary", "--yes")).stderr).toContain("both claim src/note.txt");
  expect((await rig.factory("new", "decision-table", "tariff", "--yes")).code).toBe(0);
  rig.write({ "specs/diary/template.lock": "<<<<<<< HEAD\n" });
  rig.edit(`${FOLDER}/template.yaml`, "version: 2.1.0", "version: 2.2.0");
  rig.edit(`${FOLDER}/template.yaml`, "code:", "  - {name: tone, type: string}\ncode:");
  rig.edit(`${FOLDER}/spec/feature.md.hbs`, "\n---\n\n##", "\n  tone: {{yaml params.tone}}\n---\n\n##");
  expect((await rig.factory("template", "update", "--set", "tune=warm")).code).toBe(2);
  const partly = await rig.factory("template", "update", "--set", "tone=warm", "--json");
  const told = documentOf<Updates>(partly).features.map(({ outcome }) => outcome);
  expect([partly.code, told]).toEqual([2, ["updated", "refused", "current"]]);
  expect(rig.read("specs/book/feature.md")).toContain("  tone: warm\n");

  rig.remove("specs/diary");
  for (const file of ["template.yaml", "spec/feature.md.hbs", "spec/BACKLOG.yaml.hbs", "code/part.hbs"]) {
    rig.write({
      [`templates/features/jottings/${file}`]: rig.read(`${FOLDER}/${file}`).replaceAll("notes", "jottings"),
    });
  }
  rig.remove(FOLDER);
  rig.edit("specs/book/feature.md", "template: notes", "template: jottings");
  expect((await rig.factory("template", "update", "book", "--set", "tone=cold")).code).toBe(0);
  expect((await rig.factory("template", "check")).code).toBe(0);
  expect(rig.read("specs/book/feature.md")).toContain("  tone: warm\n");
});
