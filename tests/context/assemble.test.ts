// What is in a window, which edits of its sources change it, and which do not?

import { expect, test } from "vitest";
import { assemble, type Material } from "../../src/context/assemble.ts";
import { windowText } from "../../src/context/window-text.ts";
import type { Feature } from "../../src/model/feature.ts";
import type { Task } from "../../src/model/task.ts";
import type { Window } from "../../src/model/window.ts";
import { feature as parse, sound } from "../spec/sources.ts";
import { expectGolden } from "./golden.ts";

const FEATURE = `---
id: prices
title: Prices
project: shop-api
template: price-list
params:
  currency: EUR
  rules:
    - {name: whole, least: 1}
    - {name: capped, most: 1000000}
  labels: {short: EUR, long: Euro}
---

## User Story

As a keeper of a shop I want prices that never disagree.

## Requirements

- R1: A price is a whole number of cents, more than nothing and at most 10,000.00.
- R2: A price is shown with its currency.
- R10: A price that breaks a rule is refused, and the rule is named.

## Constraints

- No package at run time.
- Prices live in memory.
`;

const BACKLOG = `version: 1
feature: prices
tasks:
  - id: T01
    title: The rules of a price
    description: Write the rules down, each with a test on both sides of its limit.
    requirements: [R10, R1]
    scope:
      files_hint: [tests/price.test.ts, src/price.ts]
    acceptance:
      - a price of nothing is refused
      - {id: A7, text: "the rule that was broken is named"}
    context:
      files: ["src/money.ts:1-40"]
      constraints: [Keep the order of the rules.]
      patterns: ["one function per rule, as in src/name.ts"]
      negative_evidence: ["Don't round: tried, failed because cents got lost."]
  - id: T02
    title: The text of a price
    requirements: [R2]
    depends_on: [T01]
    scope: {files_hint: [src/price-text.ts]}
    acceptance: [the currency is shown]
`;

const INTERFACE = {
  name: "shop-api/src/money.ts",
  shown: {
    path: "src/money.ts",
    text: "export declare function cents(text: string): number;",
    rung: "declared" as const,
    declarations: [],
    lines: 1,
  },
  isReadable: true,
};

/** What a part mentions that takes all that it can be given. */
const ALL = new Set(["params", "interfaces"]);

const PROMPT = { text: "You implement one task.\n", file: "templates/prompts/implementer.hbs" };

function material(feature: Feature, given: Partial<Material> = {}): Material {
  const task = feature.tasks[0] as Task;
  return { task, feature, prompt: null, interfaces: [INTERFACE], mentions: ALL, lessons: [], ...given };
}

function windowOf(feature: Feature, given: Partial<Material> = {}): Window {
  const window = assemble(material(feature, given), 4096);
  if (!window.ok) throw new Error(JSON.stringify(window.failure));
  return window.value;
}

/** What is delivered, without the places that only people look at. */
function shown(text: string, backlog: string, given: Partial<Material> = {}) {
  const feature = sound(parse("prices", text, backlog));
  return windowOf(feature, given).segments.map(({ kind, name, text: body }) => `${kind} ${name}: ${body}`);
}

function names(given: Partial<Material>): string[] {
  return windowOf(sound(parse("prices", FEATURE, BACKLOG)), given).segments.map(
    ({ kind, name }) => `${kind} ${name}`,
  );
}

test("the window of a task is one text that holds its part of the spec, and nothing of the rest", () => {
  const feature = sound(parse("prices", FEATURE, BACKLOG));
  const window = windowOf(feature, {
    prompt: PROMPT,
    lessons: ["Don't use floats: failed in the gate test."],
  });

  expectGolden("window.md", windowText(window));
  const places = window.segments.map(({ kind, name, place }) => {
    const where = place === null ? "-" : `${place.file}:${place.line}`;
    return `${kind} ${name} ${where}`;
  });
  expectGolden("window-places.txt", places);
});

const sameWindow: readonly [edit: string, feature: string, backlog: string][] = [
  [
    "a rewrapped paragraph",
    FEATURE.replace("number of cents, more", "number of cents,\n  more").replace(
      "whole number",
      "whole\n  number",
    ),
    BACKLOG.replace("each with a test on", "each\n      with a test on"),
  ],
  [
    "a comment",
    FEATURE.replace("## Requirements\n", "## Requirements\n\n<!-- ask the keeper -->\n").replace(
      "currency: EUR",
      "currency: EUR   # for now",
    ),
    `# ordered by hand\n${BACKLOG}`,
  ],
  [
    "reordered keys",
    FEATURE.replace("  currency: EUR\n", "")
      .replace("labels: {short: EUR, long: Euro}", "labels: {long: Euro, short: EUR}\n  currency: EUR")
      .replace("{name: whole, least: 1}", "{least: 1, name: whole}"),
    BACKLOG.replace("    title: The rules of a price\n", "").replace(
      "    requirements: [R10, R1]\n",
      "    requirements: [R10, R1]\n    title: The rules of a price\n",
    ),
  ],
  [
    "a requirement that moved within its list",
    FEATURE.replace(/(- R1: .*\n)(- R2: .*\n)(- R10: .*\n)/, "$3$2$1"),
    BACKLOG.replace("[R10, R1]", "[R1, R10]"),
  ],
  [
    "files in another order",
    FEATURE,
    BACKLOG.replace("[tests/price.test.ts, src/price.ts]", "[src/price.ts, tests/price.test.ts]"),
  ],
  ["a requirement of another task", FEATURE.replace("with its currency", "with its sign"), BACKLOG],
  [
    "another task, and prose that no task is made of",
    FEATURE.replace("that never disagree", "that agree").replace("title: Prices", "title: All prices"),
    BACKLOG.replace("The text of a price", "The words of a price"),
  ],
  [
    "quotes and bullets of another kind",
    FEATURE.replaceAll("\n- ", "\n* "),
    BACKLOG.replace("title: The rules of a price", 'title: "The rules of a price"'),
  ],
];

test.each(sameWindow)("%s changes no window", (_edit, feature, backlog) => {
  expect(feature + backlog).not.toBe(FEATURE + BACKLOG);
  expect(shown(feature, backlog)).toEqual(shown(FEATURE, BACKLOG));
});

const otherWindow: readonly [changed: string, feature: string, backlog: string][] = [
  ["requirement R1", FEATURE.replace("10,000.00", "20,000.00"), BACKLOG],
  ["constraint C2", FEATURE.replace("in memory", "on disk"), BACKLOG],
  ["param params.currency", FEATURE.replace("currency: EUR", "currency: USD"), BACKLOG],
  ["param params.rules.capped", FEATURE.replace("1000000", "2000000"), BACKLOG],
  ["param params.labels", FEATURE.replace("long: Euro", "long: euro"), BACKLOG],
  ["task title", FEATURE, BACKLOG.replace("The rules of a price", "All rules of a price")],
  ["task description", FEATURE, BACKLOG.replace("both sides", "each side")],
  ["task type", FEATURE, BACKLOG.replace("    title: The rules", "    type: docs\n    title: The rules")],
  ["acceptance A1", FEATURE, BACKLOG.replace("of nothing is", "of zero is")],
  ["acceptance A7", FEATURE, BACKLOG.replace("was broken is", "was broken first is")],
  ["scope files", FEATURE, BACKLOG.replace("src/price.ts]", "src/prices.ts]")],
  ["pointer src/money.ts:1-50", FEATURE, BACKLOG.replace(":1-40", ":1-50")],
  ["constraint task 1", FEATURE, BACKLOG.replace("Keep the order", "Mind the order")],
  ["pattern 1", FEATURE, BACKLOG.replace("src/name.ts", "src/title.ts")],
  ["negative-evidence 1", FEATURE, BACKLOG.replace("got lost", "were lost")],
];

test.each(otherWindow)("an edit of %s changes that segment and no other", (changed, feature, backlog) => {
  const before = new Set(shown(FEATURE, BACKLOG));
  const added = shown(feature, backlog).filter((line) => !before.has(line));
  expect(added.map((line) => line.slice(0, line.indexOf(": ")))).toEqual([changed]);
});

test("a code part is given the parameters and interfaces that it mentions, and no others", () => {
  const optional = (mentions: ReadonlySet<string> | null) =>
    names({ mentions }).filter((name) => /^(?:param|interface) /.test(name));
  const rules = ["param params.rules", "param params.rules.whole", "param params.rules.capped"];
  const labels = "param params.labels";
  const upstream = "interface shop-api/src/money.ts";
  expect(optional(new Set())).toEqual([]);
  expect(optional(new Set(["params.rules"]))).toEqual(rules);
  expect(optional(new Set(["params.labels", "interfaces"]))).toEqual([labels, upstream]);
  expect(optional(new Set(["params"]))).toEqual(["param params.currency", labels, ...rules]);
  // Whoever is no generator reads parameters where requirements speak of them, and all interfaces.
  expect(optional(null)).toEqual([upstream]);
});

test("items of a list have names of their own, also where their own names repeat or are numbers", () => {
  const items = "[{name: '1'}, {name: '1'}, {name: '2'}, {name: '1'}]";
  const text = FEATURE.replace(/rules:\n.*\n.*\n/, `rules: ${items}\n`);
  const window = windowOf(sound(parse("prices", text, BACKLOG)), { mentions: new Set(["params.rules"]) });
  const params = window.segments.filter(({ kind }) => kind === "param");
  expect(new Set(params.map(({ name }) => name)).size).toBe(5);
  expect(params.map(({ text: body }) => body)).toEqual([
    "[]",
    '{"name":"1"}',
    '{"name":"1"}',
    '{"name":"2"}',
    '{"name":"1"}',
  ]);
});

test("a window over its limit is refused, with its fattest segments named", () => {
  const long = "x".repeat(5000);
  const text = FEATURE.replace("- R1: A price", `- R1: ${long} A price`);
  const feature = sound(parse("prices", text, BACKLOG));
  const alone = material(feature, { interfaces: [] });
  const refused = assemble(alone, 3072);
  expect(refused).toMatchObject({
    ok: false,
    failure: {
      reason: "window-too-large",
      limit: 3072,
      fattest: [{ name: "requirement R1", bytes: 5077 }, {}, {}],
    },
  });
  const { bytes } = (refused as { failure: { bytes: number } }).failure;
  expect(assemble(alone, bytes).ok).toBe(true);
  expect(assemble(alone, bytes - 1).ok).toBe(false);
  // Interfaces take what is left, and be it nothing.
  expect(assemble(material(feature), bytes)).toMatchObject({ ok: true, value: { taskBytes: bytes } });
});

test("the role's prompt is delivered first and does not count against the task's limit", () => {
  const feature = sound(parse("prices", FEATURE, BACKLOG));
  const bytes = windowBytes(feature, 10_000);
  const window = assemble(material(feature, { prompt: { ...PROMPT, text: "p".repeat(20_000) } }), bytes);
  expect(window).toMatchObject({ ok: true, value: { taskBytes: bytes } });
  expect(window.ok && window.value.segments.map(({ kind }) => kind).indexOf("role")).toBe(0);
});

test("bytes are counted as they are sent, not as characters", () => {
  const plain = sound(parse("prices", FEATURE, BACKLOG));
  const accented = sound(parse("prices", FEATURE.replace("whole number", "whöle number"), BACKLOG));
  expect(windowBytes(accented, 10_000)).toBe(windowBytes(plain, 10_000) + 1);
});

function windowBytes(feature: Feature, limit: number): number {
  const window = assemble(material(feature), limit);
  return window.ok ? window.value.taskBytes : -1;
}
