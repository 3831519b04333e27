import { expect, test } from "vitest";
import type { Feature } from "../../src/model/feature.ts";
import { touchedTasks } from "../../src/spec/compare/touched-tasks.ts";
import { feature, sound } from "./sources.ts";

const FEATURE = `---
id: a
title: A
project: app
params: {size: 1}
---

## User Story

Somebody wants it.

## Requirements

- R1: says one
- R2: says two

## Constraints

- be small
`;

const BACKLOG = `version: 1
feature: a
tasks:
  - {id: T01, title: One, requirements: [R1], scope: {files_hint: [one.txt]}, acceptance: [x]}
  - {id: T02, title: Two, requirements: [R2], scope: {files_hint: [two.txt]}, acceptance: [x]}
`;

function read(text: string, backlog: string): Feature {
  return sound(feature("a", text, backlog));
}

const BEFORE = read(FEATURE, BACKLOG);

function touched(before: string, after: string): readonly string[] {
  return touchedTasks(BEFORE, read(FEATURE.replace(before, after), BACKLOG.replace(before, after)));
}

test("an edited requirement touches the tasks that trace to it", () => {
  expect(touched("says two", "says 2")).toEqual(["a:T02"]);
});

test("an edited task touches itself", () => {
  expect(touched("title: One", "title: Eins")).toEqual(["a:T01"]);
});

test("what every window of the feature may show touches all of them", () => {
  expect(touched("be small", "be large")).toEqual(["a:T01", "a:T02"]);
  expect(touched("size: 1", "size: 2")).toEqual(["a:T01", "a:T02"]);
  expect(touchedTasks(BEFORE, null)).toEqual(["a:T01", "a:T02"]);
});

test("prose that no window shows touches none", () => {
  expect(touched("Somebody wants it.", "Nobody wants it.")).toEqual([]);
  expect(touched("title: A\n", "title: B\n")).toEqual([]);
});

test("a task that was added touches none of those that are being built", () => {
  const added = `${BACKLOG}  - {id: T03, title: Three, requirements: [R2], scope: {files_hint: [x]}, acceptance: [x]}\n`;
  expect(touchedTasks(BEFORE, read(FEATURE, added))).toEqual([]);
});
