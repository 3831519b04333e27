// Are questions asked until the answers fit, whatever is on the other end?

import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askFor, askOn } from "../../src/cli/param-answers.ts";
import { templateOf } from "../rig/template-of.ts";

const TEMPLATE = templateOf(
  "templates/features/greeting",
  `version: 1.0.0
params:
  - {name: word, type: string, question: Which word?, pattern: "[a-z]+"}
  - {name: tone, type: string, question: How?, default: soft, choices: [soft, loud]}
  - {name: times, type: integer, question: How often?, default: 2}
  - {name: polite, type: boolean, question: Politely?, default: true}
  - {name: names, type: list, question: Who?, default: [Ann]}
`,
);

async function asked(typed: string, given = {}, template = TEMPLATE) {
  const input = new PassThrough();
  const output = new PassThrough();
  let told = "";
  output.on("data", (chunk: Buffer) => {
    told += chunk.toString("utf8");
  });
  input.end(typed);
  const desk = askOn(input, output, false);
  const answers = await askFor(template, given, desk.ask);
  desk.close();
  return { answers, told };
}

test("every answer is asked for once, although all lines came at once", async () => {
  const { answers, told } = await asked("hello\nloud\n3\nfalse\n[Bo, {name: Cy}]\n");
  expect(answers).toEqual({
    ok: true,
    value: { word: "hello", tone: "loud", times: "3", polite: "false", names: ["Bo", { name: "Cy" }] },
  });
  expect(told).toBe(
    "Which word? (word, string): How? (tone, soft|loud) [soft]: How often? (times, integer) [2]: " +
      'Politely? (polite, boolean) [true]: Who? (names, list) [["Ann"]]: ',
  );
});

test("an empty line takes the default, and what was given already is not asked for", async () => {
  const { answers } = await asked("\n\n\n\n", { word: "hi" });
  expect(answers).toEqual({
    ok: true,
    value: { word: "hi", tone: "soft", times: 2, polite: true, names: ["Ann"] },
  });
});

test("an answer that does not fit is asked for again, with the reason", async () => {
  const { answers, told } = await asked("HELLO\n\nhello\nshrill\nsoft\nmany\n4\n\n{a\n[]\n");
  expect(answers).toMatchObject({ ok: true, value: { word: "hello", tone: "soft", times: "4", names: [] } });
  expect(told).toContain("  Use one of: soft, loud.\nHow? (tone, soft|loud) [soft]: ");
});

test("where nobody answers any more, the questions end as cancelled", async () => {
  const { answers } = await asked("hello\n");
  expect(answers).toEqual({ ok: false, failure: { reason: "cancelled" } });
});

const RECORD = templateOf(
  "templates/features/record",
  `version: 1.0.0
params:
  - name: fields
    type: list
    question: Which fields?
    default: [{name: title, type: text, example: "Tea: green", min: 2}]
    items:
      type: map
      keys:
        name: {type: string, required: true}
        type: {type: string, required: true, choices: [text, money, time]}
        example: {type: any, required: true}
        min: {type: integer}
  - {name: words, type: list, question: Which words?, items: {type: string}, default: [a]}
`,
);

const recordOf = (typed: string) => asked(typed, {}, RECORD);

test("a list is asked for, shown and typed as short words", async () => {
  const { answers, told } = await recordOf(
    "number:text:'A, 1', total:money:1250:min=1, at:time:12:30\nblue, 12\n",
  );
  expect(told).toBe(
    'Which fields? (fields, name:type:example, …) [title:text:"Tea: green":min=2]: Which words? (words, one, two, …) [a]: ',
  );
  expect(answers).toEqual({
    ok: true,
    value: {
      fields: [
        { name: "number", type: "text", example: "A, 1" },
        { name: "total", type: "money", example: 1250, min: 1 },
        { name: "at", type: "time", example: "12:30" },
      ],
      words: ["blue", "12"],
    },
  });
});

test("a short list that lacks something is asked for again, and JSON is taken as before", async () => {
  const json = '[{"name": "a", "type": "text", "example": "b"}]';
  const { answers, told } = await recordOf(`number:text, total\nnumber:colour:1\n${json}\n[]\n`);
  expect(answers).toEqual({
    ok: true,
    value: { fields: [{ name: "a", type: "text", example: "b" }], words: [] },
  });
  expect(told).toMatch(/fields\[?.*example/);
  expect(told).toContain("text, money, time");
});
