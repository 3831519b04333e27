// What does a feature request become, however people write one? Whatever its shape, no word of it is lost.

import fc from "fast-check";
import { expect, test } from "vitest";
import { Notes } from "../../../src/spec/imports/foreign.ts";
import { readRequest } from "../../../src/spec/imports/request.ts";

function read(text: string, title: string | null = null) {
  return readRequest({ file: { path: "request.md", bytes: Buffer.from(text) }, title }, new Notes());
}

test("headings say what a part is, and items are requirements", () => {
  const feature = read(`# Export bills

Copying takes a day.

As an accountant I want a file so that I can import it.

## What we want

- [ ] One line per bill,
  with its total
- B7: Numbers are escaped
  - also commas

### Later

A button downloads it.

## Done when

- [x] A comma survives

## Out of scope

- Excel

## Constraints

No new dependency.

## Success metrics

- Nobody copies by hand

## Notes

See \`src/bills/page.ts\`.
`);
  expect(feature).toMatchObject({
    title: "Export bills",
    story: "As an accountant I want a file so that I can import it.",
    problem: "Copying takes a day.",
    constraints: ["Out of scope: Excel", "No new dependency."],
    criteria: [{ id: null, text: "Nobody copies by hand" }],
    context: "**Notes**\n\nSee `src/bills/page.ts`.",
  });
  expect(feature?.requirements.map(({ id, text, kind }) => [id, text, kind])).toEqual([
    ["R1", "One line per bill, with its total", "statement"],
    ["B7", "Numbers are escaped\n  - also commas", "statement"],
    ["R2", "A button downloads it.", "statement"],
    ["R3", "A comma survives", "criterion"],
  ]);
});

test.each([
  ["one sentence", "Show the year. It is missing.", "Show the year", ["Show the year. It is missing."]],
  ["a title alone", "# Show the year\n", "Show the year", ["Show the year"]],
  ["a list alone", "- Show the year\n- Sort by it\n", "Show the year", ["Show the year", "Sort by it"]],
  ["a title and paragraphs", "# Years\n\nShow it.\n\nSort by it.\n", "Years", ["Show it.", "Sort by it."]],
  ["a problem alone", "# Years\n\n## Problem\n\nNobody sees them.\n", "Years", ["Years"]],
  ["a bound alone", "## Constraints\n\nNo new dependency.\n", "No new dependency", ["No new dependency"]],
  ["a measure alone", "## Metrics\n\n- Nobody waits\n", "Nobody waits", ["Nobody waits"]],
  ["another language", "# 年\n\n## 要件\n\n- 年を表示する\n", "年", ["年を表示する"]],
])("%s is a request", (_, text, title, requirements) => {
  const feature = read(text);
  expect([feature?.title, feature?.requirements.map((one) => one.text)]).toEqual([title, requirements]);
});

test.each(["", "\n \n", "---\ntitle: x\n---\n", "<!-- later -->\n"])("%j asks for nothing", (text) => {
  expect(read(text)).toBeNull();
});

test.each([
  "## Non-goals\n\n- No printing.\n",
  "# Out of scope\n\nPrinting.\n\n## Not included\n\n- Excel\n",
])("%j has no requirement, which is told", (text) => {
  const notes = new Notes();
  const source = { path: "request.md", bytes: Buffer.from(text) };
  expect(readRequest({ file: source, title: null }, notes)).toBeNull();
  expect(notes.list).toMatchObject([{ code: "only-non-goals" }]);
  // Who names it has said what is wanted.
  expect(readRequest({ file: source, title: "Plain exports" }, notes)?.requirements).toMatchObject([
    { text: "Plain exports" },
  ]);
});

test("no word of a request is lost, whatever its shape", () => {
  const word = fc.nat(9999).map((number) => `w${number}x`);
  const sentence = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(" "));
  const heading = fc.constantFrom(
    "Why",
    "What",
    "Notes",
    "Constraints",
    "Non-goals",
    "Acceptance criteria",
    "Zed",
  );
  const block = fc.oneof(
    sentence,
    fc
      .array(sentence, { minLength: 1, maxLength: 3 })
      .map((items) => items.map((item) => `- ${item}`).join("\n")),
    fc.tuple(fc.integer({ min: 1, max: 4 }), heading).map(([depth, text]) => `${"#".repeat(depth)} ${text}`),
    sentence.map((text) => `\`\`\`\n${text}\n\`\`\``),
    sentence.map((text) => `> ${text}`),
  );
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 12 }), (blocks) => {
      const text = blocks.join("\n\n");
      const feature = read(text);
      // Only where nothing but non-goals is said.
      if (feature === null && text.includes("# Non-goals")) return;
      const words = text.match(/w\d+x/g) ?? [];
      const kept = JSON.stringify(feature);
      expect(words.filter((one) => !kept.includes(one))).toEqual([]);
    }),
  );
});
