// Where does an answer go, and is the question closed after it?

import { expect, test } from "vitest";
import { answerClarification } from "../../src/spec/edit/answer-clarification.ts";
import { feature } from "./sources.ts";

const FEATURE = `---
title: "Prices [NEEDS CLARIFICATION: of what?]"
project: shop
---
<!-- [NEEDS CLARIFICATION: never seen] -->
## Requirements

- R1: A price is in [NEEDS CLARIFICATION: cents or
  euros?].
- R2: [NEEDS CLARIFICATION] and [needs clarification: may it be zero?]
`;

function answered(source: string, file: string, which: number | string, answer: string): string {
  const result = answerClarification(source, file, which, answer);
  if (!result.ok) return JSON.stringify(result.failure);
  return result.value;
}

test.each([
  [0, 'of "goods": yes', 'Prices of \\"goods\\": yes'],
  ["of what?", "goods", "Prices goods"],
  [1, "whole\ncents", "is in whole cents."],
  ["cents or euros?", "cents", "is in cents."],
  [2, "it is $& shown", "- R2: it is $& shown and ["],
  ["may it be zero?", "no", "[NEEDS CLARIFICATION] and no"],
])("the question %j is answered in place", (which, answer, shown) => {
  const edited = answered(FEATURE, "specs/a/feature.md", which, answer);
  expect(edited).toContain(shown);
  const open = feature("a", edited).value?.clarifications.map(({ text }) => text) ?? [];
  expect(open).toHaveLength((feature("a", FEATURE).value?.clarifications.length ?? 0) - 1);
  const windows = answered(FEATURE.replaceAll("\n", "\r\n"), "specs/a/feature.md", which, answer);
  expect(windows.replaceAll("\r\n", "\n")).toBe(edited);
});

test("a question of a backlog is answered within its value, whatever quotes are around it", () => {
  const backlog =
    "tasks:\n  - id: T01\n    title: [NEEDS CLARIFICATION: which?]  # soon\n    description: |\n      Do it.\n      Then [NEEDS CLARIFICATION: what then?].\n    acceptance: ['a [NEEDS CLARIFICATION: b?]']\n";
  const one = answered(backlog, "specs/a/BACKLOG.yaml", "which?", "say: what # it is");
  expect(one).toBe(backlog.replace("[NEEDS CLARIFICATION: which?]", '"say: what # it is"'));
  expect(answered(backlog, "specs/a/BACKLOG.yaml", "what then?", "stop")).toBe(
    backlog.replace("[NEEDS CLARIFICATION: what then?]", "stop"),
  );
  expect(answered(backlog, "specs/a/BACKLOG.yaml", 2, "it's so")).toBe(
    backlog.replace("[NEEDS CLARIFICATION: b?]", "it''s so"),
  );
});

test("what asks no such question, and what answers nothing, is refused", () => {
  for (const [which, answer] of [
    [9, "x"],
    ["never seen", "x"],
    [0, " "],
    [0, "[NEEDS CLARIFICATION: again?]"],
  ] as const) {
    expect(answered(FEATURE, "specs/a/feature.md", which, answer)).toContain('"reason":"usage"');
  }
  expect(answered("## A\n\n[NEEDS CLARIFICATION: b?]\n", "specs/a/PLAN.md", "b?", "c")).toBe("## A\n\nc\n");
});
