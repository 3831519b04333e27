// Does a revised task read as it was meant, and is everything else as its author left it?

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Result } from "../../src/model/result.ts";
import type { Task } from "../../src/model/task.ts";
import { reviseTask, type TaskRevision } from "../../src/spec/edit/edit-task.ts";
import { feature } from "./sources.ts";

const HEAD = "---\ntitle: A\nproject: shop\n---\n";

function value(result: Result<string>): string {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

function taskIn(backlog: string, index = 0): Task {
  const task = feature("a", HEAD, backlog).value?.tasks[index];
  if (task === undefined) throw new Error(`unreadable:\n${backlog}`);
  return task;
}

const SOURCE = `# The backlog of prices
version: 1
feature: a
tasks:
  - id: T01   # the first
    title: 'A price'   # short
    project: shop

    # what to do
    description: >- # folded
      Write the rules
      down.

    requirements: [R1,   R2]
    scope:
      files_hint: [ src/a.ts , "tests/a.test.ts" ]  # two
    acceptance:
      # the limits
      - refuses zero   # below
      - {id: A2, text: "refuses half a cent"}   # between

    context:
      files:
      - src/money.ts:1-40
      constraints: []   # none yet
    agent: coder

  # the second
  - {id: T02, title: "B", scope: {files_hint: [b.ts]}, acceptance: [x, y], context: {patterns: [p]}} # flow
  - id: T03
    title: C
    description: |
      One.

      Two.


    acceptance:
    - z
`;

test("each changed value is replaced where it stands, in the style of its author", () => {
  const edited = value(
    reviseTask(SOURCE, "BACKLOG.yaml", "T01", {
      title: "The author's price",
      description: "Write the rules: all\nof them.",
      filesHint: ["src/a.ts", "tests/b.test.ts", "src/c.ts"],
      acceptance: [
        { id: "A1", text: "refuses zero and less" },
        { id: "A2", text: "refuses half a cent" },
        { id: "A3", text: "says: no" },
      ],
      context: {
        files: ["src/money.ts:1-40", "src/b.ts"],
        constraints: ["Keep the order."],
        negativeEvidence: ["Don't round: tried, failed because cents got lost."],
      },
    }),
  );
  expect(edited).toBe(
    SOURCE.replace("'A price'", "'The author''s price'")
      .replace(
        ">- # folded\n      Write the rules\n      down.",
        "|- # folded\n      Write the rules: all\n      of them.",
      )
      .replace('"tests/a.test.ts" ]', '"tests/b.test.ts", src/c.ts ]')
      .replace("- refuses zero ", "- refuses zero and less ")
      .replace("# between\n", '# between\n      - {id: A3, text: "says: no"}\n')
      .replace("- src/money.ts:1-40\n", "- src/money.ts:1-40\n      - src/b.ts\n")
      .replace(
        "constraints: []   # none yet\n",
        'constraints: [Keep the order.]   # none yet\n      negative_evidence: ["Don\'t round: tried, failed because cents got lost."]\n',
      ),
  );
});

test("a missing key gets its place among the others, in blocks and in flow", () => {
  expect(
    value(
      reviseTask(SOURCE, "BACKLOG.yaml", "T02", {
        description: "a, b",
        context: { files: ["m.ts:1"], constraints: ["k"] },
      }),
    ),
  ).toBe(
    SOURCE.replace(
      '{id: T02, title: "B", scope: {files_hint: [b.ts]}, acceptance: [x, y], context: {patterns: [p]}}',
      '{id: T02, title: "B", description: "a, b", scope: {files_hint: [b.ts]}, acceptance: [x, y], context: {files: [m.ts:1], constraints: [k], patterns: [p]}}',
    ),
  );
  expect(
    value(
      reviseTask(SOURCE, "BACKLOG.yaml", "T03", { filesHint: ["c.ts"], context: { patterns: ["as in b"] } }),
    ),
  ).toBe(
    SOURCE.replace("      Two.\n", "      Two.\n    scope:\n      files_hint: [c.ts]\n").replace(
      "    - z\n",
      "    - z\n    context:\n      patterns: [as in b]\n",
    ),
  );
});

test("a list that loses items is written anew, and an empty one keeps its key", () => {
  const edited = value(
    reviseTask(SOURCE, "BACKLOG.yaml", "T01", { context: { files: [] }, filesHint: ["src/a.ts"] }),
  );
  expect(edited).toBe(
    SOURCE.replace("files:\n      - src/money.ts:1-40\n", "files: []\n").replace(
      '[ src/a.ts , "tests/a.test.ts" ]',
      "[src/a.ts]",
    ),
  );
});

test.each<[string, string, TaskRevision, string]>([
  [
    "a text without a line break at its end",
    "tasks:\n- id: T01\n  title: a",
    { title: "b", description: "x\ny", context: { constraints: ["k"] } },
    "tasks:\n- id: T01\n  title: b\n  description: |-\n    x\n    y\n  context:\n    constraints: [k]\n",
  ],
  [
    "a flow list whose last item has a comment",
    "tasks:\n- id: T01\n  title: a\n  acceptance: [\n    one, # c1\n    two  # c2\n  ]\n",
    { acceptance: ["uno", "two", "three"].map((text, index) => ({ id: `A${index + 1}`, text })) },
    "tasks:\n- id: T01\n  title: a\n  acceptance: [\n    uno, # c1\n    two, three  # c2\n  ]\n",
  ],
  [
    "Windows line ends, a byte order mark and blank lines after a block",
    "\ufefftasks:\r\n- title: a\r\n  id: T01\r\n  description: |\r\n    x\r\n\r\n# end\r\n",
    { description: "one\ntwo\n", filesHint: ["a"] },
    "\ufefftasks:\r\n- title: a\r\n  id: T01\r\n  description: |\r\n    one\r\n    two\r\n  scope:\r\n    files_hint: [a]\r\n\r\n# end\r\n",
  ],
  [
    "a key without a value",
    "tasks: [{id: T01, title: a, context: }]\n",
    { context: { files: ["x"] }, description: "d" },
    "tasks: [{id: T01, title: a, description: d, context: {files: [x]}}]\n",
  ],
])("%s is no hindrance", (_, before, revision, after) => {
  expect(value(reviseTask(before, "BACKLOG.yaml", "T01", revision))).toBe(after);
});

test("a task of the front matter is revised there", () => {
  const text =
    "---\r\ntitle: A\r\nproject: shop\r\ntasks:\r\n  - {id: T01, title: t} # x\r\n---\r\n\r\ntasks: body\r\n";
  expect(value(reviseTask(text, "feature.md", "T01", { title: "u" }))).toBe(
    text.replace("title: t}", "title: u}"),
  );
});

test.each([
  ["an unknown task", SOURCE, "T09", "usage"],
  ["a text that nests without end", "[".repeat(100_000), "T01", "invalid-spec"],
  ["keys that are there twice", "tasks:\n  - id: T01\n    title: a\n    title: b\n", "T01", "invalid-spec"],
  ["a text that is no backlog", "hello", "T01", "usage"],
])("%s is refused", (_, source, task, reason) => {
  expect(reviseTask(source, "BACKLOG.yaml", task, { title: "x" })).toMatchObject({
    ok: false,
    failure: { reason },
  });
});

const nasty = fc
  .oneof(
    fc.constantFrom(
      "yes",
      "null",
      "1",
      "# no",
      "a: b",
      "a #b",
      "'q'",
      '"d"',
      "- x",
      "{a}",
      "[b], c",
      "a\nb",
      "a\n\n b\n",
      " lead",
      "trail ",
      "é ü",
      "\u0085x",
      "a\tb",
      "|",
      "key:",
      "x\ny\n",
      "@a",
      "%b",
      "*c",
      "&d",
      "!e",
      "~",
      "---",
      "a\n---\nb",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  )
  .filter((text) => /\S/.test(text));
const list = fc.array(nasty, { maxLength: 4 });
const revisions: fc.Arbitrary<TaskRevision> = fc.record(
  {
    title: nasty,
    description: nasty,
    filesHint: fc.array(fc.constantFrom("src/a.ts", "b.ts", "src/**", ".github/x.yml"), {
      minLength: 1,
      maxLength: 3,
    }),
    context: fc.record(
      { files: fc.constant(["src/x.ts:1-2"]), constraints: list, patterns: list, negativeEvidence: list },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

/** The wanted lines that are found in this order. */
function inOrder(wanted: readonly string[], lines: readonly string[]): string[] {
  let from = 0;
  return wanted.filter((line) => {
    const at = lines.indexOf(line, from);
    if (at >= 0) from = at + 1;
    return at >= 0;
  });
}

test("whatever a task is revised to is what is read, and the lines of all other values stay", () => {
  fc.assert(
    fc.property(
      revisions,
      fc.array(nasty, { maxLength: 2 }),
      fc.integer({ min: 0, max: 2 }),
      fc.boolean(),
      (base, more, index, wide) => {
        const source = wide ? SOURCE.replaceAll("\n", "\r\n") : SOURCE;
        const before = taskIn(source, index);
        const criteria = before.acceptance.map(({ id, text }) => ({ id, text }));
        const added = more.map((text, at) => ({ id: `A${criteria.length + at + 1}`, text }));
        const revision = more.length === 0 ? base : { ...base, acceptance: [...criteria, ...added] };
        const edited = value(reviseTask(source, "BACKLOG.yaml", `T0${index + 1}`, revision));
        const after = taskIn(edited, index);
        expect({
          ...after,
          place: null,
          places: null,
          acceptance: after.acceptance.map(({ id, text }) => ({ id, text })),
        }).toEqual({
          ...before,
          ...(revision.title !== undefined && { title: revision.title }),
          ...(revision.description !== undefined && { description: revision.description }),
          ...(revision.filesHint !== undefined && { filesHint: revision.filesHint }),
          context: { ...before.context, ...revision.context },
          acceptance: [...criteria, ...added],
          place: null,
          places: null,
        });
        expect(edited.replaceAll("\r\n", "").includes(wide ? "\n" : "\r")).toBe(false);
        const kept = source
          .split("\n")
          .filter(
            (line) =>
              !/title|description|Write|down|One|Two|files|- |constr|context|\{/.test(line) &&
              line.trim() !== "",
          );
        expect(inOrder(kept, edited.split("\n"))).toEqual(kept);
        // The comments and all entries but one are untouched.
        for (const comment of [
          "# The backlog of prices",
          "# the first",
          "# short",
          "# what to do",
          "# the limits",
          "# the second",
          "# flow",
        ]) {
          expect(edited).toContain(comment);
        }
        for (const other of [0, 1, 2].filter((one) => one !== index)) {
          expect({ ...taskIn(edited, other), place: null, places: null, acceptance: null }).toEqual({
            ...taskIn(source, other),
            place: null,
            places: null,
            acceptance: null,
          });
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("a revision to what the task says already changes no byte", () => {
  const { title, description, filesHint, acceptance, context } = taskIn(SOURCE);
  const criteria = acceptance.map(({ id, text }) => ({ id, text }));
  const { negativeEvidence: _, patterns: __, ...given } = context;
  expect(
    value(
      reviseTask(SOURCE, "BACKLOG.yaml", "T01", {
        title,
        description,
        filesHint,
        acceptance: criteria,
        context: given,
      }),
    ),
  ).toBe(SOURCE);
});

test("a task that is a part of others is revised where it stands, however its id is written", () => {
  const source = `version: 1
tasks:
  - id: T01
    title: Whole
    scope: {files_hint: ["src/**"]}
    acceptance: [all of it]
    tasks:
      - id: in   # the inner one
        title: Inner
        scope: {files_hint: ["src/**"]}
        acceptance: [both]
        tasks:
          - {id: a, title: First, scope: {files_hint: [src/a.ts]}, acceptance: [there]}
          - id: T01.in.b
            title: Second   # keep this
            depends_on: [a]
            scope: {files_hint: [src/b.ts]}
            acceptance: [there]
`;
  const read = feature("a", HEAD, source).value;
  expect(read?.tasks.map(({ id, whole, parts }) => [id, whole, parts])).toEqual([
    ["a:T01", undefined, ["a:T01.in"]],
    ["a:T01.in", "a:T01", ["a:T01.in.a", "a:T01.in.b"]],
    ["a:T01.in.a", "a:T01.in", undefined],
    ["a:T01.in.b", "a:T01.in", undefined],
  ]);
  expect(read?.tasks.at(-1)?.dependsOn).toEqual(["a:T01.in.a"]);
  const once = value(reviseTask(source, "BACKLOG.yaml", "T01.in.b", { title: "The second" }));
  expect(once).toBe(source.replace("title: Second", "title: The second"));
  const twice = value(reviseTask(once, "BACKLOG.yaml", "T01.in", { title: "Within" }));
  expect(twice).toBe(once.replace("title: Inner", "title: Within"));
  expect(reviseTask(source, "BACKLOG.yaml", "b", { title: "No" }).ok).toBe(false);
});
