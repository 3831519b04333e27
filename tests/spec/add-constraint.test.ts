import { expect, test } from "vitest";
import type { Result } from "../../src/model/result.ts";
import { addConstraint, addConstraintToFeature } from "../../src/spec/edit/add-constraint.ts";
import { feature } from "./sources.ts";

const HEAD = "---\ntitle: A\nproject: shop\n---\n";
const TEXT = 'Keep "x": \n yes # no';
const LINE = '"Keep \\"x\\": yes # no"';

function value(result: Result<string>): string {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

/** Task T01 followed by another one, so that what comes after is seen to stay. */
function around(entry: string): string {
  return `# top\ntasks:\n${entry}\n  # between\n  - id: T02   # kept\n    title: 'quoted'\n`;
}

test.each([
  [
    "a block list",
    "  - id: T01\n    title: t\n    context:\n      constraints:\n        - one  # first\n\n      patterns: [p]",
    `  - id: T01\n    title: t\n    context:\n      constraints:\n        - one  # first\n        - ${LINE}\n\n      patterns: [p]`,
  ],
  [
    "a list at the column of its key",
    "  - id: T01\n    title: t\n    context:\n      constraints:\n      - |\n        long\n        text",
    `  - id: T01\n    title: t\n    context:\n      constraints:\n      - |\n        long\n        text\n      - ${LINE}`,
  ],
  [
    "an empty flow list",
    "  - id: T01\n    title: t\n    context: {constraints: [], files: [a]}",
    `  - id: T01\n    title: t\n    context: {constraints: [${LINE}], files: [a]}`,
  ],
  [
    "a flow list over lines",
    "  - id: T01\n    title: t\n    context:\n      constraints: [\n        a, # why\n        b\n      ]",
    `  - id: T01\n    title: t\n    context:\n      constraints: [\n        a, # why\n        b, ${LINE}\n      ]`,
  ],
  [
    "a flow list whose last item has a comment",
    "  - id: T01\n    title: t\n    context:\n      constraints: [\n        a,\n        b # why\n      ]",
    `  - id: T01\n    title: t\n    context:\n      constraints: [\n        a,\n        b, ${LINE} # why\n      ]`,
  ],
  [
    "a context without constraints",
    "  - id: T01\n    title: t\n    context:\n      files: [a]  # why\n    gates: []",
    `  - id: T01\n    title: t\n    context:\n      files: [a]  # why\n      constraints: [${LINE}]\n    gates: []`,
  ],
  [
    "an empty flow context",
    "  - {id: T01, title: t, context: {}}",
    `  - {id: T01, title: t, context: {constraints: [${LINE}]}}`,
  ],
  [
    "no context",
    "  - id: T01\n    title: t\n    description: |\n      a\n      b",
    `  - id: T01\n    title: t\n    description: |\n      a\n      b\n    context:\n      constraints: [${LINE}]`,
  ],
  [
    "no context in a flow task",
    "  - {id: T01, title: t}",
    `  - {id: T01, title: t, context: {constraints: [${LINE}]}}`,
  ],
  [
    "an empty value",
    "  - id: T01\n    title: t\n    context:\n      constraints: null",
    `  - id: T01\n    title: t\n    context:\n      constraints: [${LINE}]`,
  ],
])("a constraint is added to %s and nothing else changes", (_, before, after) => {
  const edited = value(addConstraint(around(before), "BACKLOG.yaml", "T01", TEXT));
  expect(edited).toBe(around(after));
  const read = feature("a", HEAD, edited).value?.tasks[0]?.context.constraints;
  expect(read?.at(-1)).toBe('Keep "x": yes # no');
  const windows = value(addConstraint(around(before).replaceAll("\n", "\r\n"), "BACKLOG.yaml", "T01", TEXT));
  expect(windows).toBe(around(after).replaceAll("\n", "\r\n"));
});

test("an empty key takes the list after its colon", () => {
  const edited = value(
    addConstraint("tasks:\n  - id: T01\n    title: t\n    context:\n", "BACKLOG.yaml", "T01", "x"),
  );
  expect(feature("a", HEAD, edited).value?.tasks[0]?.context.constraints).toEqual(["x"]);
});

test("an unknown task and a text that cannot be read are failures", () => {
  expect(addConstraint("tasks: []\n", "BACKLOG.yaml", "T01", "x")).toMatchObject({
    ok: false,
    failure: { reason: "usage" },
  });
  expect(addConstraint(`${"[".repeat(100_000)}`, "BACKLOG.yaml", "T01", "x")).toMatchObject({
    ok: false,
    failure: { reason: "invalid-spec" },
  });
});

test("a task in front matter gets its constraint there", () => {
  const text = "---\ntitle: A\nproject: shop\ntasks:\n  - {id: T01, title: t} # x\n---\n\nBody\n";
  expect(value(addConstraint(text, "feature.md", "T01", "y"))).toBe(
    '---\ntitle: A\nproject: shop\ntasks:\n  - {id: T01, title: t, context: {constraints: ["y"]}} # x\n---\n\nBody\n',
  );
});

test.each([
  [
    "a list",
    "## Constraints\n- a\n  b\n\n## Context\nx\n",
    "## Constraints\n- a\n  b\n- y\n\n## Context\nx\n",
  ],
  [
    "a paragraph",
    "## constraints\nBe good.\n## Context\n",
    "## constraints\nBe good.\n\n- y\n\n## Context\n",
  ],
  ["an empty section", "## Constraints\n", "## Constraints\n\n- y\n"],
  ["no section", "## Context\nx", "## Context\nx\n\n## Constraints\n\n- y\n"],
])("an implied task gets an item of Constraints: after %s", (_, before, after) => {
  expect(value(addConstraintToFeature(HEAD + before, " y\n"))).toBe(HEAD + after);
  expect(feature("a", HEAD + after).value?.constraints.at(-1)?.text).toBe("y");
});
