// Is one mistake in a YAML text told once, at its line, with what mends it?

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { layoutFault } from "../../src/spec/yaml/layout-fault.ts";
import { feature, lines, workspace } from "./sources.ts";

const TEMPLATES = fileURLToPath(new URL("../../templates", import.meta.url));

const BACKLOG = `version: 1
feature: menu
tasks:
  - id: T01
    title: Read the menu
    requirements: [R1]
    scope:
      files_hint: [src/menu.ts]
    acceptance:
      - reads a dish
      - reads a price
  - id: T02
    title: Print it
    requirements: [R1]
    acceptance: [prints a line]
`;

const FEATURE = `---
id: menu
title: Menu
project: cafe
---

## Requirements
- R1: There is a menu.
`;

/** What is written in place of what, then the line and what is told of it. */
const MISTAKES: readonly (readonly [string, string, string, number, RegExp])[] = [
  [
    "a key one column too far left",
    "    title: Print",
    "   title: Print",
    13,
    /`title` stands 1 column left .*line 12.* 4 blanks/,
  ],
  [
    "a key one column too far right",
    "    title: Print",
    "     title: Print",
    13,
    /1 column right .* 4 blanks/,
  ],
  ["a key in the column of the dashes", "    title: Print", "  title: Print", 13, /2 columns left .*`- `/],
  ["the last key of all", "    acceptance: [", "   acceptance: [", 15, /`acceptance` stands 1 column left/],
  ["an item too far left", "  - id: T02", " - id: T02", 12, /item stands 1 column left .*line 4.* 2 blanks/],
  ["an item too far right", "  - id: T02", "   - id: T02", 12, /item stands 1 column right/],
  ["an item without its dash", "  - id: T02", "  id: T02", 12, /`id` stands .*`- `/],
  ["a dash without a blank", "  - id: T02", "  -id: T02", 12, /dash.*`- id: T02`/],
  ["a key of the whole file", "feature: menu", " feature: menu", 2, /`feature` .* first column/],
  ["a tab", "    title: Print", "\ttitle: Print", 13, /tab .* 4 blanks/],
  ["a tab after blanks", "    title: Print", "    \ttitle: Print", 13, /tab /],
  ["a forgotten colon", "title: Print it", "title Print it", 13, /`title Print it` .* no colon/],
  ["a colon without a blank", "title: Print it", "title:Print it", 13, /`title: Print it`/],
  ["two colons", "title: Print it", "title: Print: it", 13, /quotes/],
  [
    "a quote without an end",
    "title: Print it",
    'title: "Print it',
    13,
    /`"` that opens here is never closed/,
  ],
  ["a bracket without an end", "[prints a line]", "[prints a line", 15, /`\[` that opens here/],
  ["text after a bracket", "title: Print it", "title: {{x}} it", 13, /Put the whole value in quotes/],
  [
    "a key below a block of text",
    "    title: Print it",
    "    title: |\n      Print\n        it\n   more: 1",
    16,
    /`more` stands/,
  ],
];

describe("one mistake is one finding", () => {
  test.each(MISTAKES)("%s", (_what, before, after, line, told) => {
    const found = lines(feature("menu", FEATURE, BACKLOG.replace(before, after)).diagnostics);
    expect(found).toEqual([expect.stringMatching(told)]);
    expect(found[0]).toContain(`BACKLOG.yaml:${line}:`);
  });

  test("also where lines end as on Windows", () => {
    const text = BACKLOG.replace("    title: Print", "   title: Print").replaceAll("\n", "\r\n");
    expect(lines(feature("menu", FEATURE, text).diagnostics)).toEqual([
      expect.stringMatching(/BACKLOG.yaml:13:4.*stands 1 column left/),
    ]);
  });

  test("in projects.yaml and in the head of a feature", () => {
    const projects = "version: 1\nprojects:\n  - id: cafe\n   path: cafe\n    branch: main\n";
    expect(lines(workspace(projects).diagnostics)).toEqual([
      expect.stringMatching(/projects.yaml:4:4.*`path` stands 1 column left/),
    ]);
    const head = FEATURE.replace("title: Menu", " title: Menu");
    expect(lines(feature("menu", head).diagnostics)).toEqual([
      expect.stringMatching(/feature.md:3:2.*`title` stands 1 column right/),
    ]);
  });
});

test("nothing is found in what is sound", () => {
  const texts = (readdirSync(TEMPLATES, { recursive: true }) as string[]).filter((path) =>
    path.endsWith(".yaml"),
  );
  expect(texts.length).toBeGreaterThan(5);
  for (const path of texts)
    expect(layoutFault(readFileSync(join(TEMPLATES, path), "utf8"), 10_000), path).toBeNull();
});
