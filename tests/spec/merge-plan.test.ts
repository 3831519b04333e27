import { expect, test } from "vitest";
import { mergePlan, planSections } from "../../src/spec/merge/merge-plan.ts";
import { mergeText } from "../../src/workspaces/merge-text.ts";

const merge = (base: string, ours: string, theirs: string): string | null => {
  const merged = mergeText(Buffer.from(base), Buffer.from(ours), Buffer.from(theirs));
  return merged === null ? null : Buffer.from(merged).toString("utf8");
};

const BASE = `# Plan: A

## Architecture

One module.

\`\`\`
## no heading
\`\`\`

## Test Plan

Rules at their limits.
Pages too.
`;

test("sections are told apart outside of fenced code, and are the text again", () => {
  expect(planSections(BASE).map(({ id }) => id)).toEqual(["", "Architecture", "Test Plan"]);
  expect(
    planSections(BASE)
      .map(({ text, gap }) => text + gap)
      .join(""),
  ).toBe(BASE);
  expect(planSections("## A\n## A\n").map(({ id }) => id)).toEqual(["A", "A (2)"]);
});

test("a person's section and a planned one live side by side", () => {
  const ours = `${BASE.replace("One module.", "One module, mine.")}\n## Notes\n\nMine.\n`;
  const theirs = BASE.replace("Pages too.", "Pages twice.");
  expect(mergePlan(BASE, ours, theirs, merge)).toEqual({
    text: `${BASE.replace("One module.", "One module, mine.").replace("Pages too.", "Pages twice.")}\n## Notes\n\nMine.\n`,
    clashes: [],
  });
});

test("different lines of one section merge, the same line clashes under its heading", () => {
  const far = BASE.replace("Pages too.\n", "Between.\n\nPages too.\n");
  const ours = far.replace("Rules at", "All rules at");
  const theirs = far.replace("Pages too.", "Pages twice.");
  expect(mergePlan(far, ours, theirs, merge).clashes).toEqual([]);
  expect(mergePlan(BASE, BASE.replace("One", "My"), BASE.replace("One", "Two"), merge)).toEqual({
    text: BASE.replace("One", "Two"),
    clashes: ["Architecture"],
  });
});

test("a section that one side drops and the other rewrites clashes", () => {
  const dropped = BASE.slice(0, BASE.indexOf("## Test Plan"));
  const changed = BASE.replace("Pages too.", "Pages twice.");
  expect(mergePlan(BASE, dropped, changed, merge).clashes).toEqual(["Test Plan"]);
  expect(mergePlan(BASE, changed, dropped, merge)).toEqual({ text: dropped, clashes: ["Test Plan"] });
});
