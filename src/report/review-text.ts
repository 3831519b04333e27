// How is a review told to people: what came of it, what the reviewer said beside it, and what it was not shown?

import type { Reviewed, ReviewVerdict, Unseen } from "../model/review.ts";
import { count, size } from "./figures.ts";
import { plain } from "./plain.ts";

type ShownReviewResult = Pick<Reviewed, "attempt" | "verdict" | "findings"> & {
  readonly unseen?: readonly Unseen[];
};

export const VERDICT_WORDS: Readonly<Record<ReviewVerdict, string>> = {
  approve: "approve",
  changes: "changes",
  rebase: "rebase",
  "cannot-judge": "cannot judge",
};

/** One line. Why something was refused is told where the attempt ends, so only what else was said stands here. */
export function reviewText({ attempt, verdict, findings, unseen = [] }: ShownReviewResult): string {
  const blind = unseen.length === 0 ? "" : `, without having seen ${unseenText(unseen)}`;
  const [first] = verdict === "approve" ? findings : [];
  const more = findings.length > 1 ? ` (and ${count(findings.length - 1, "more remark")})` : "";
  const remark = first === undefined ? "" : `, and remarks: ${plain(first)}${more}`;
  return `review of attempt ${attempt}: ${VERDICT_WORDS[verdict]}${blind}${remark}`;
}

/** Files that are named before they are only counted. */
const NAMED = 3;

/** `src/a.ts (12 KB), and the rest of tests/a.test.ts (64 KB)`. */
export function unseenText(unseen: readonly Unseen[]): string {
  const named = unseen
    .slice(0, NAMED)
    .map(({ path, bytes, whole }) => `${whole ? "" : "all of "}${plain(path)} (${size(bytes)})`);
  const more = unseen.length > NAMED ? [count(unseen.length - NAMED, "more file")] : [];
  return [...named, ...more].join(", ");
}

/** As notes tell it: all that was said. */
export function reviewLines({
  attempt,
  verdict,
  findings,
  unseen = [],
}: ShownReviewResult): readonly string[] {
  const lines = [`Review of attempt ${attempt}: ${VERDICT_WORDS[verdict]}.`];
  if (unseen.length > 0) lines.push(`The reviewer did not see ${unseenText(unseen)} of the change.`);
  if (findings.length > 0) lines.push(findings.map((finding) => `- ${plain(finding)}`).join("\n"));
  return lines;
}
