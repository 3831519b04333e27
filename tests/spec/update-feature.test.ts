// Does a feature follow its template to a new version without losing anything that a person wrote?

import fc from "fast-check";
import { expect, test } from "vitest";
import { compareVersions, isInRange, isRange, isVersion } from "../../src/model/version.ts";
import { mergeFile } from "../../src/spec/merge/merge-feature.ts";
import { updateDocuments } from "../../src/spec/merge/update-feature.ts";
import { migrate, migrationsBetween } from "../../src/spec/read/migrations.ts";

interface Text {
  readonly params: Readonly<Record<string, number>>;
  readonly requirements: Readonly<Record<string, string>>;
  readonly constraints: readonly string[];
}

const BASE: Text = {
  params: { page_size: 50, limit: 3 },
  requirements: { R1: "A list has pages.", R2: "A page has an end.", R3: "Names are short." },
  constraints: ["No package.", "No network."],
};

function textOf({ params, requirements, constraints }: Text): string {
  const given = Object.entries(params).map(([name, value]) => `  ${name}: ${value}\n`);
  const items = Object.entries(requirements).map(([id, text]) => `- ${id}: ${text}\n`);
  return [
    `---\nid: a\ntitle: A\nproject: app\nparams:\n${given.join("")}---\n\n# A\n\n`,
    `## Requirements\n\n${items.join("")}\n`,
    `## Constraints\n\n${constraints.map((text) => `- ${text}\n`).join("")}\n## Context\n\nA small list.\n`,
  ].join("");
}

const RUNS = { numRuns: Number(process.env.FACTORY_RUNS ?? 30) };

const SETTLING = { prefer: null, mergeText: () => null } as const;

function merge(base: string, mine: string, template: string, renamed: Record<string, string> = {}) {
  const sides = { base, mine, template, asGiven: template, path: "specs/a/feature.md", renamed };
  return mergeFile(sides, SETTLING);
}

const word = fc.stringMatching(/^[a-z]{3,9}$/);
const sentence = fc.array(word, { minLength: 2, maxLength: 5 }).map((words) => `${words.join(" ")}.`);
/** Some edits of the base: ids that start with `own` are new. */
const edited = (own: string): fc.Arbitrary<Text> =>
  fc
    .record({
      page: fc.option(fc.integer({ min: 1, max: 99 })),
      changed: fc.dictionary(fc.constantFrom("R1", "R2", "R3"), sentence),
      removed: fc.option(fc.constantFrom("R1", "R2", "R3")),
      added: fc.option(sentence),
      constraint: fc.option(sentence),
    })
    .map(({ page, changed, removed, added, constraint }) => {
      const all = { ...BASE.requirements, ...changed, ...(added !== null && { [own]: added }) };
      const kept = Object.entries(all).filter(([id]) => id !== removed);
      return {
        params: { ...BASE.params, ...(page !== null && { page_size: page }) },
        requirements: Object.fromEntries(kept),
        constraints: [...BASE.constraints, ...(constraint === null ? [] : [constraint])],
      };
    });

test("a template that says what it said changes nothing", () => {
  const base = textOf(BASE);
  fc.assert(
    fc.property(edited("R8"), fc.boolean(), (text, isWide) => {
      const mine = isWide ? textOf(text).replaceAll("\n", "\r\n") : textOf(text);
      expect(merge(base, mine, base).text).toBe(mine);
    }),
    RUNS,
  );
});

test("a feature that nobody edited becomes what the template renders", () => {
  const base = textOf(BASE);
  fc.assert(
    fc.property(edited("R9"), (text) => {
      const template = textOf(text);
      const merged = merge(base, base, template);
      expect(merged.text).toBe(template);
      expect(merged.parts.every(({ outcome }) => outcome === "taken")).toBe(true);
    }),
    RUNS,
  );
});

test("every line of the person's stands in the result, was taken anew, or is shown in a conflict", () => {
  const base = textOf(BASE);
  fc.assert(
    fc.property(edited("R8"), edited("R9"), (mineText, templateText) => {
      const [mine, template] = [textOf(mineText), textOf(templateText)];
      const merged = merge(base, mine, template);
      const result = new Set(merged.text.split("\n"));
      const untouched = new Set(base.split("\n"));
      const told = merged.parts.flatMap(({ mine: own }) => own?.split("\n") ?? []);
      for (const line of mine.split("\n")) {
        if (result.has(line) || untouched.has(line)) continue;
        expect(told.some((own) => line.includes(own))).toBe(true);
      }
      const conflicts = merged.parts.filter(({ outcome }) => outcome === "conflict");
      if (conflicts.length > 0) return;
      for (const line of template.split("\n").filter((one) => !untouched.has(one))) {
        const isSkipped = merged.parts.some(
          ({ outcome, template: text }) => outcome === "skipped" && text === line,
        );
        expect(result.has(line) || isSkipped).toBe(true);
      }
    }),
    RUNS,
  );
});

test("updating twice changes nothing more", () => {
  const base = textOf(BASE);
  fc.assert(
    fc.property(edited("R8"), edited("R9"), (mineText, templateText) => {
      const template = textOf(templateText);
      const once = merge(base, textOf(mineText), template);
      expect(merge(template, once.text, template).text).toBe(once.text);
    }),
    RUNS,
  );
});

test("two changes of one requirement are a conflict, told with its line", () => {
  const change = (text: string) => textOf({ ...BASE, requirements: { ...BASE.requirements, R2: text } });
  const { parts } = merge(textOf(BASE), change("A page is full."), change("A page ends."));
  expect(parts).toEqual([
    {
      document: "feature.md",
      part: "R2",
      outcome: "conflict",
      change: "changed",
      base: "- R2: A page has an end.",
      mine: "- R2: A page is full.",
      template: "- R2: A page ends.",
      place: { file: "specs/a/feature.md", line: 15, column: 1 },
    },
  ]);
});

test("a renamed parameter keeps the person's value, comment and place", () => {
  const mine = textOf(BASE).replace("  page_size: 50\n", "  # few\n  page_size: 20 # at most\n");
  const template = textOf({ ...BASE, params: { page_length: 50, limit: 3 } });
  const merged = merge(textOf(BASE), mine, template, { page_length: "page_size" });
  expect(merged.text).toBe(mine.replace("page_size: 20", "page_length: 20"));
});

test("a document that a person deleted stays deleted, and is told where the template changed it", () => {
  const sides = { folder: "specs/a", base: { "NOTES.md": "# N\n" }, mine: {}, renamed: {} };
  const template = { "NOTES.md": "# Notes\n" };
  const { changed, parts } = updateDocuments({ ...sides, template, asGiven: template }, SETTLING);
  expect(changed).toEqual({});
  expect(parts.map(({ part, outcome }) => [part, outcome])).toEqual([["NOTES.md", "skipped"]]);
});

test("migrations apply in order to all that lies between two versions", () => {
  const none = { rename: {}, set: {}, remove: [], note: "" };
  const migrations = [
    { ...none, to: "1.1.0", from: null, rename: { a: "b" } },
    { ...none, to: "2.0.0", from: null, rename: { b: "c" }, set: { d: 1 }, remove: ["old"] },
    { ...none, to: null, from: "<1.0.0", set: { e: 1 } },
  ];
  const template = { version: "2.0.0", migrations };
  const applied = (from: string) => migrate({ a: 1, b: 2, old: 3 }, migrationsBetween(template, from));
  expect(applied("1.0.0")).toEqual({ values: { c: 1, d: 1 }, renamed: { c: "a" } });
  expect(applied("1.1.0")).toEqual({ values: { a: 1, c: 2, d: 1 }, renamed: { c: "b" } });
  expect(applied("2.0.0").values).toEqual({ a: 1, b: 2, old: 3 });
  expect(applied("0.9.0").values).toEqual({ c: 1, d: 1, e: 1 });
});

test("versions are ordered as Semantic Versioning says", () => {
  const order = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0",
  ];
  expect([...order].sort(compareVersions)).toEqual(order);
  expect(["1.0", "v1.0.0", "01.0.0", "1.0.0-", ""].filter(isVersion)).toEqual([]);
  expect(["^1.2.0", "~1.2.0", "1.x", "2", ">=1.0.0 <2.0.0"].every(isRange)).toBe(true);
  expect(isRange("latest")).toBe(false);
  const taken = (range: string) => ["1.1.0", "1.2.3", "2.0.0"].filter((one) => isInRange(one, range));
  expect(taken("^1.2.0")).toEqual(["1.2.3"]);
  expect(taken("1.x")).toEqual(["1.1.0", "1.2.3"]);
  expect(taken(">1.1.0 <=2.0.0")).toEqual(["1.2.3", "2.0.0"]);
});
