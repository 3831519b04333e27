// Which verdict does an answer hold, and which answers hold none?

import fc from "fast-check";
import { expect, test } from "vitest";
import { parseReview } from "../../src/spec/answers/parse-review.ts";

function verdictOf(answer: string): string {
  const review = parseReview(answer);
  if (review.ok) return [review.value.verdict, ...review.value.findings].join(" | ");
  return review.failure.reason === "agent-answer" ? `none: ${review.failure.detail}` : review.failure.reason;
}

const CHANGES = '{"verdict": "request_changes", "findings": ["src/a.ts: zero is taken", " b \\n c "]}';

test.each([
  ['{"verdict":"approve","findings":[]}', "approve"],
  [CHANGES, "changes | src/a.ts: zero is taken | b c"],
  [`\`\`\`json\n${CHANGES}\n\`\`\``, "changes | src/a.ts: zero is taken | b c"],
  [
    `I looked at {everything} and "all".\n\n${CHANGES}\n\nThat is {all}.`,
    "changes | src/a.ts: zero is taken | b c",
  ],
  ['{"verdict":"Recommend Rebase","findings":"the task means cents"}', "rebase | the task means cents"],
  ['{"review":{"verdict":"APPROVED","findings":["{fine}"]}}', "approve | {fine}"],
  [
    '{"findings":[{"file":"a.ts","message":"no limit"},{"x":1},7],"verdict":"changes_requested"}',
    "changes | a.ts: no limit",
  ],
  [
    '{"verdict":"REQUEST_CHANGES","findings":[],"comments":[{"file":"a.ts","line":3,"comment":"no limit"}]}',
    "changes | a.ts: no limit",
  ],
  ['{"verdict":"request changes","issues":["no limit"]}', "changes | no limit"],
  ["**Verdict: Approved** ✅\n", "approve"],
  [`${CHANGES}\n${CHANGES}`, "changes | src/a.ts: zero is taken | b c"],
  ["APPROVE", "approve"],
  ['{"verdict":"cannot_judge","findings":["a.ts was not shown"]}', "cannot-judge | a.ts was not shown"],
  ["Cannot judge: a.ts was not shown", "cannot-judge | a.ts was not shown"],
  ["Verdict: I can't judge.\n\n- a.ts was not shown", "cannot-judge | a.ts was not shown"],
  ["\n## **Approved.**\n\nNice.", "approve | Nice."],
  [
    "REQUEST CHANGES\n\n- zero is taken\n  where it must not\n- no test\n\nThanks!",
    "changes | zero is taken where it must not | no test",
  ],
  ["request-changes:\n1. zero is taken", "changes | zero is taken"],
  ["REQUEST_CHANGES — zero is taken", "changes | zero is taken"],
  ["Verdict: RECOMMEND_REBASE\r\n* cents were meant\r\n", "rebase | cents were meant"],
  ["I read it all.\n\n**Verdict:** request changes\n\nZero is taken.", "changes | Zero is taken."],
])("%j is read as %j", (answer, verdict) => {
  expect(verdictOf(answer)).toBe(verdict);
});

test.each([
  ["", "it holds no verdict"],
  ["I do not approve.", "it holds no verdict"],
  ["Approve? No.", "it holds no verdict"],
  ["approval", "it holds no verdict"],
  ['{"verdict":"approve"|"request_changes"|"rebase","findings":["…"]}', "it holds no verdict"],
  ['{"verdict":"maybe","findings":[]}', "it holds no verdict"],
  ['{"verdict":"approve"', "it holds no verdict"],
  ['{"verdict":"approve"}\n{"verdict":"rebase","findings":["x"]}', 'it says both "approve" and "rebase"'],
  ['{"verdict":"cannot judge"}', 'it says "cannot-judge" and does not say why'],
  ["APPROVE\n\n- one\n\nREQUEST CHANGES", 'it says both "approve" and "changes"'],
  ["Approve, but request changes to the limit.", 'it says both "approve" and "changes"'],
  ['REQUEST CHANGES\n{"verdict":"approve"}', 'it says both "approve" and "changes"'],
  ["REBASE", 'it says "rebase" and does not say why'],
  ['{"verdict":"request_changes","findings":[""]}', 'it says "changes" and does not say why'],
  ["x".repeat(200_001), "it is far too long for a review"],
])("%.80j is no verdict", (answer, detail) => {
  const said = verdictOf(answer).replace('"changes" and "approve"', '"approve" and "changes"');
  expect(said).toBe(`none: ${detail}`);
});

test("findings are few, and each is one line of bounded length", () => {
  const findings = Array.from({ length: 50 }, () => `a\n${"b".repeat(2000)}`);
  const review = parseReview(JSON.stringify({ verdict: "rebase", findings }));
  if (!review.ok) throw new Error(review.failure.reason);
  expect(review.value.findings).toHaveLength(20);
  expect(Math.max(...review.value.findings.map((finding) => finding.length))).toBe(600);
});

test("an answer made of the pieces of verdicts is read or refused, and soon", () => {
  const piece = fc.constantFrom(
    '{"verdict"',
    ":",
    '"approve"',
    '"rebase"',
    "{",
    "}",
    "[",
    "]",
    '"',
    "\\",
    "\n",
    "APPROVE",
    "- x",
    ",",
    '"findings"',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const review = parseReview(pieces.join(""));
      if (!review.ok) expect(review.failure.reason).toBe("agent-answer");
    }),
  );
  expect(verdictOf('{"verdict"'.repeat(20_000))).toBe("none: it holds no verdict");
});
