// What does a planner's answer say about tasks that are there already, and which texts quote a requirement?

import { expect, test } from "vitest";
import { withGivenBack } from "../../src/spec/answers/given-back.ts";
import { patchTasks } from "../../src/spec/answers/patch-tasks.ts";
import { requote } from "../../src/spec/answers/requote.ts";
import { feature, sound } from "./sources.ts";

const reworded = (before: string, after: string) => [{ id: "R2", before, after }];

test.each([
  ["It says: a note can be read.", "It says: a note can be sung."],
  ["(R2) A note\n  can be\n  read, by all", "(R2) A note can be sung, by all"],
  ["A note can be reader's", "A note can be reader's"],
  ["A note can be sung twice", "A note can be sung twice"],
])("the quote in %j is renewed where it is one", (text, now) => {
  expect(requote(text, reworded("A note can be read.", "A note can be sung."))).toBe(now);
});

test("new words that hold the old ones are not put in twice, and nothing of them is a pattern", () => {
  const louder = reworded("A note can be read.", "A note can be read aloud ($& or $1).");
  const once = requote("So a Note; a note can be read, twice: A note can be read.", louder);
  expect(once).toBe(
    "So a Note; a note can be read aloud ($& or $1), twice: A note can be read aloud ($& or $1).",
  );
  expect(requote(once, louder)).toBe(once);
});

test("few words are a quote behind their id alone", () => {
  const text = "- R2: fast\n- Be fast. **R2** (fast).";
  expect(requote(text, reworded("fast", "under 1 s"))).toBe(
    "- R2: under 1 s\n- Be fast. **R2** (under 1 s).",
  );
});

const PREVIOUS = `version: 1
feature: a
tasks:
  # by hand
  - id: T01
    title: One   # keep

  - id: T02
    title: Two
`;

test.each([
  ["tasks:\n- id: T01\n- {id: T02}\n- id: T03\n  title: Three\n", "by hand"],
  ["tasks: [{id: T01}, {id: T02}, {id: T03, title: Three}]\n", "by hand"],
  ["tasks:\n  - T01\n  - T02\n  - id: T03\n    title: Three\n", "by hand"],
])("tasks are given back by their ids in %j", (answer, kept) => {
  const whole = withGivenBack(answer, PREVIOUS);
  expect(whole).toContain(kept);
  expect(whole).toContain("title: One   # keep");
  expect(whole).toContain("title: Two");
  expect(whole).toContain("title: Three");
});

test("an id that nobody knows, and a task that says more, are left to the reader", () => {
  for (const answer of ["tasks:\n  - id: T09\n", "tasks:\n  - id: T01\n    title: Other\n", "no list"])
    expect(withGivenBack(answer, PREVIOUS)).toBe(answer);
});

const REQUEST = "---\ntitle: A\nproject: shop\n---\n## Requirements\n\n- R1: one\n- R2: two\n- R3: three\n";
const tasks = (...lines: readonly string[]) =>
  sound(feature("a", REQUEST, `tasks:\n${lines.map((line) => `  - {${line}}\n`).join("")}`)).tasks;
const NONE = { tooLarge: new Set<string>() };
const ONE = "id: T01, title: A, requirements: [R1, R2], scope: {files_hint: [src/**]}, acceptance: [x, y]";

test.each([
  [
    "writes what another writes",
    "id: T02, title: B, requirements: [R1], scope: {files_hint: [src/a.ts]}, acceptance: [z]",
    1,
  ],
  ["names no requirement", "id: T02, title: B, scope: {files_hint: [src/a.ts]}, acceptance: [z]", 1],
  [
    "brings a file",
    "id: T02, title: B, requirements: [R1], scope: {files_hint: [docs/a.md]}, acceptance: [z]",
    0,
  ],
  [
    "meets what is new",
    "id: T02, title: B, requirements: [R3], scope: {files_hint: [src/a.ts]}, acceptance: [z]",
    0,
  ],
])("a new task that %s", (_, line, faults) => {
  const told = patchTasks({ before: tasks(ONE), after: tasks(ONE, line), added: new Set(["R3"]), ...NONE });
  expect(told).toHaveLength(faults);
});

test("a part of a task that has become smaller, or was too large, is no patch of it", () => {
  const smaller = ONE.replace("[x, y]", "[x]");
  const part =
    "id: T02, title: B, requirements: [R2], depends_on: [T01], scope: {files_hint: [src/a.ts]}, acceptance: [y]";
  const recut = { before: tasks(ONE), added: new Set<string>() };
  expect(patchTasks({ ...recut, after: tasks(smaller, part), ...NONE })).toEqual([]);
  expect(patchTasks({ ...recut, after: tasks(ONE, part), ...NONE })).toHaveLength(1);
  expect(patchTasks({ ...recut, after: tasks(ONE, part), tooLarge: new Set(["a:T01"]) })).toEqual([]);
});
