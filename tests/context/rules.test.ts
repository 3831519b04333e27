// Do rules reach whoever works by them, and only those whom they bind?

import { expect, test } from "vitest";
import { ruleSegments, ruleSegmentsOfAll } from "../../src/context/rule-segments.ts";
import type { Rules } from "../../src/model/rules.ts";

const place = { file: "projects.yaml", line: 2, column: 1 };
const HOUSE: Rules = { kind: "file", path: "docs/HOUSE.md", place };
const FILES = new Map([
  ["rules docs/HOUSE.md", { text: "\nEvery file has a licence.\n" }],
  ["rules web/STYLE.md", { text: "# Style\n\nNo colours by name.\n" }],
]);
const lines = (...texts: string[]): Rules => ({
  kind: "lines",
  lines: texts.map((text) => ({ text, place })),
});

test("each line is a segment of its own, and a file is one that begins where it lies", () => {
  const told = ruleSegments({ workspace: HOUSE, project: lines("Tabs.", "No clock.") }, FILES);
  expect(told.map(({ name, text, place: at }) => [name, text, at?.file])).toEqual([
    ["workspace docs/HOUSE.md", "Every file has a licence.", "docs/HOUSE.md"],
    ["project 1", "Tabs.", "projects.yaml"],
    ["project 2", "No clock.", "projects.yaml"],
  ]);
  expect(ruleSegments({ workspace: undefined, project: undefined }, FILES)).toEqual([]);
});

test("whoever plans for several projects is told whose a rule is, and of all of them once what holds for all", () => {
  const web: Rules = { kind: "file", path: "web/STYLE.md", place };
  const projects = [{ id: "api", rules: lines("No clock.") }, { id: "web", rules: web }, { id: "docs" }];
  const told = ruleSegmentsOfAll(HOUSE, projects, FILES);
  expect(told.map(({ text }) => text)).toEqual([
    "Every file has a licence.",
    "In api: No clock.",
    "In web:\n\n# Style\n\nNo colours by name.",
  ]);
  expect(new Set(told.map(({ name }) => name)).size).toBe(told.length);
  const [first] = projects;
  expect(ruleSegmentsOfAll(HOUSE, [first as { id: string }], FILES).map(({ text }) => text)).toEqual([
    "Every file has a licence.",
    "No clock.",
  ]);
});
