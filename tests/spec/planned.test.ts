// Which documents, backlogs and tasks are in the answers of models?

import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { Json } from "../../src/model/digest.ts";
import type { Task } from "../../src/model/task.ts";
import { betterTask } from "../../src/spec/answers/better-task.ts";
import { plannedBacklog } from "../../src/spec/answers/planned-backlog.ts";
import { documentIn, PLAN_SECTIONS, planIn } from "../../src/spec/answers/planned-documents.ts";
import { briefTaskYaml, taskYaml } from "../../src/spec/edit/task-yaml.ts";
import { findings } from "../../src/spec/validate/validate.ts";
import { feature, file, PROJECTS, sound, workspace } from "./sources.ts";

const PLAN = PLAN_SECTIONS.map((name) => `## ${name}\n\n- one\n`).join("\n");

test.each([
  ["bare", PLAN],
  ["in a fence, with words around it", `Here is the plan:\n\n\`\`\`markdown\n${PLAN}\`\`\`\n\nTell me more!`],
  ["after a preamble", `Sure. I read it all.\n\n${PLAN}`],
  ["with Windows line ends", PLAN.replaceAll("\n", "\r\n")],
  [
    "numbered, bold, in capitals and one level deeper",
    PLAN_SECTIONS.map(
      (name, index) => `### ${index + 1}. **${name.toUpperCase().replace("&", "and")}:** ##\n\n- one\n`,
    ).join("\n"),
  ],
])("a plan is read %s", (_, answer) => {
  expect(planIn(answer)).toEqual({ text: PLAN, findings: [] });
});

test("code of a plan is no heading and closes no fence, and parts of sections may be named as they like", () => {
  const text = PLAN.replace("- one", "```sh\n## Architecture\n```\n\n### Requirements\n\n- two");
  expect(planIn(`\`\`\`md\n${text}\`\`\``)).toEqual({ text, findings: [] });
});

test("what is missing, empty, doubled or strange in a plan is told", () => {
  const text = PLAN.replace("## Test Plan\n\n- one\n\n", "")
    .replace("## Architecture\n\n- one", "## Architecture\n\n### Files\n\n<!-- later -->")
    .concat("\n## Requirements\n\n- two\n\n## Notes\n\nx\n");
  expect(planIn(text).findings).toEqual([
    'The section "## Requirements" is there 2 times; keep one.',
    'The section "## Architecture" is empty.',
    'The section "## Test Plan" is missing.',
    '"Notes" is none of the six sections; move what it says into one of them.',
  ]);
  expect(planIn("").findings).toHaveLength(6);
  expect(planIn("I cannot do this.").findings).toHaveLength(6);
});

test("a document keeps its own fences, and loses what was said before it", () => {
  const text = "# A\n\n```ts\nconst a = 1;\n```\n";
  expect(documentIn(`Well.\n\n${text}`)).toBe(text);
  expect(documentIn(`\`\`\`\`md\n${text}\`\`\`\`\n`)).toBe(text);
  expect(documentIn("no heading\n")).toBe("no heading\n");
});

const REQUEST = file(
  "specs/a/feature.md",
  "---\ntitle: A\nproject: shop\n---\n## Requirements\n\n- R1: one\n- R2: two\n",
);
const TASKS = `tasks:
  # cut by hand
  - id: T01
    title: One
    requirements: [R1, R2]
    scope: {files_hint: [src/a.ts]}
    acceptance: [it holds]
`;
const WHOLE = `version: 1\nfeature: a\n${TASKS}`;
const check = (of: Parameters<typeof findings>[1][number]) =>
  findings(sound(workspace(PROJECTS)), [of], new Map());

function backlogOf(answer: string): string | readonly string[] {
  const planned = plannedBacklog(answer, REQUEST, check);
  return planned.ok ? planned.value.text : planned.failure;
}

test.each([
  ["bare", WHOLE],
  ["without its head", TASKS],
  ["in a fence", `Here:\n\n\`\`\`yaml\n${WHOLE}\`\`\`\nDone.`],
  [
    "in the last of several fences",
    `\`\`\`yaml\nid: T00\n\`\`\`\n\`\`\`yml\r\n${TASKS.replaceAll("\n", "\r\n")}\`\`\``,
  ],
  ["in a fence that never closes", `\`\`\`yaml\n${WHOLE}`],
  ["after words and before words", `The backlog:\n\n${WHOLE}\nI hope that this helps.\n`],
  ["as a bare list", `${TASKS.slice(7).replace(/^ {2}/gm, "")}`],
])("a backlog is read %s, with its comments", (_, answer) => {
  expect(backlogOf(answer)).toBe(WHOLE);
});

test("a backlog in JSON is written down as YAML, whole or as a list of its tasks", () => {
  const written = parse(WHOLE) as { readonly tasks: Json };
  const whole = stringify(written);
  const pretty = JSON.stringify(written, null, 2);
  for (const answer of [JSON.stringify(written), pretty, `Here:\n\n\`\`\`json\n${pretty}\n\`\`\`\n`])
    expect(backlogOf(answer)).toBe(whole);
  expect(parse(backlogOf(JSON.stringify(written.tasks)) as string)).toEqual(written);
});

test("what is wrong with a backlog is told in the words of the answer", () => {
  const broken = TASKS.replace("title: One", "titel: One").replace("R2]", "R9]").replace("[it holds]", "[]");
  const told = backlogOf(broken);
  expect(told).toEqual(
    expect.arrayContaining([expect.stringMatching(/^a:T01 at `titel: One`: .*titel.*Did you mean "title"/)]),
  );
  const later = backlogOf(TASKS.replace("R2]", "R9]"));
  expect(later).toEqual([
    expect.stringMatching(/^a:T01 at `requirements: \[R1, R9\]`: .*R9/),
    expect.stringMatching(/^a: No task of a covers R2\./),
  ]);
  expect(backlogOf("I would rather not.")).toEqual([expect.stringContaining("holds no YAML")]);
  expect(backlogOf(`tasks: ${"[".repeat(5000)}`)).toEqual([expect.stringContaining("nesting is deeper")]);
  expect(backlogOf("tasks:\n  - &a {id: T01}\n")).toEqual([expect.stringContaining("Anchors")]);
});

const TASK = sound(
  feature(
    "a",
    "---\ntitle: A\nproject: shop\n---\n## Requirements\n\n- R1: one\n",
    `tasks:
  - id: T01
    title: One
    description: Do it.
    requirements: [R1]
    scope: {files_hint: [src/a.ts]}
    acceptance: [it holds, {id: A7, text: it stays}]
    context: {files: ["src/b.ts:1-2"]}
    gates: [test]
  - {id: T02, title: Two, depends_on: [T01], scope: {files_hint: [b.ts]}, acceptance: [x], tests: independent}
`,
  ),
).tasks;
const [FIRST, SECOND] = TASK as [Task, Task];

function revised(answer: string, task = FIRST): unknown {
  const better = betterTask(answer, task);
  return better.ok ? better.value : better.failure;
}

test("a task is written down in one way, and reads as the same task", () => {
  expect(taskYaml(FIRST)).toBe(
    "id: T01\ntitle: One\ntype: code\nproject: shop\ndescription: Do it.\nrequirements:\n  - R1\nscope:\n  files_hint:\n    - src/a.ts\nacceptance:\n  - id: A1\n    text: it holds\n  - id: A7\n    text: it stays\ncontext:\n  files:\n    - src/b.ts:1-2\ngates:\n  - test\n",
  );
  expect(briefTaskYaml(SECOND)).toBe("id: T02\ntitle: Two\nscope:\n  files_hint:\n    - b.ts\n");
  for (const task of TASK) expect(revised(taskYaml(task), task)).toEqual({});
});

test("a better task is what differs, in whatever it is wrapped", () => {
  const better = taskYaml(FIRST)
    .replace("Do it.", "Do it, in cents.")
    .replace("it holds", "it holds for zero")
    .replace("it stays\n", "it stays\n  - it says why\n")
    .replace(
      "    - src/b.ts:1-2\n",
      '    - src/b.ts:1-2\n  negative_evidence:\n    - "Don\'t round: tried, failed."\n',
    )
    .replace("src/a.ts", "src/a.ts\n    - tests/a.test.ts");
  const expected = {
    description: "Do it, in cents.",
    filesHint: ["src/a.ts", "tests/a.test.ts"],
    acceptance: [
      { id: "A1", text: "it holds for zero" },
      { id: "A7", text: "it stays" },
      { id: "A3", text: "it says why" },
    ],
    context: { negativeEvidence: ["Don't round: tried, failed."] },
  };
  expect(revised(better)).toEqual(expected);
  expect(revised(`I think:\n\`\`\`yaml\n${better}\`\`\``)).toEqual(expected);
  expect(revised(stringify([better].map(() => ({ id: "T01", title: "Two" }))))).toEqual({ title: "Two" });
  expect(revised("tasks:\n  - id: T01\n    title: Two\n")).toEqual({ title: "Two" });
  expect(revised("version: 1\ntasks:\n  - {id: T02, reward: 5}\n  - {id: T01, title: Two}\n")).toEqual({
    title: "Two",
  });
  expect(revised("id: T01\nacceptance: [it holds now, it stays]\n")).toEqual({
    acceptance: [
      { id: "A1", text: "it holds now" },
      { id: "A7", text: "it stays" },
    ],
  });
});

test.each([
  ["id: T09\n", "`id` may not be changed"],
  ["id: T01\ndepends_on: [T02]\n", "`depends_on` may not be changed"],
  ["id: T01\nrequirements: []\n", "`requirements` may not be changed"],
  ["id: T01\ngates: []\n", "`gates` may not be changed"],
  ["id: T01\nagent: weak\n", "`agent` may not be changed"],
  ["id: T01\nacceptance: [it holds]\n", "The criterion A7 is gone"],
  ["id: T01\nacceptance: [{id: A7, text: a}, {id: A1, text: b}]\n", "The criterion A1 has moved"],
  ["id: T01\nreward: 5\n", "reward"],
  ["id: T01\nscope: {files_hint: [../a.ts]}\n", "leaves the project"],
  ["id: T01\ncontext: {files: ['a.ts:9-1']}\n", "range of lines"],
  ["id: [\n", "is never closed"],
  ["- id: T01\n- id: T02\n", "not one task"],
  ["tasks:\n  - id: T02\n  - id: T03\n", "not one task"],
  ["I have no idea.", "holds no YAML"],
  ["", "holds no YAML"],
])("%j is no better task", (answer, sentence) => {
  expect(revised(answer)).toEqual(expect.arrayContaining([expect.stringContaining(sentence)]));
});
