// What does `factory explain TARGET` print? Verdict, reasons with the lines that differ, the window by weight,
// and what comes after the task.

import type { Explanation } from "../model/explanation.ts";
import type { Reason } from "../model/verdict.ts";
import { pad } from "./columns.ts";
import { count, size } from "./figures.ts";
import { type DiffLine, shortDiff } from "./line-diff.ts";
import { plain, plainLines } from "./plain.ts";
import { reviewLines } from "./review-text.ts";
import { reasonPlace, staleText } from "./stale-text.ts";
import { type Line, paintAll } from "./theme.ts";
import { VERDICT_MARK } from "./verdict-style.ts";

/** Entries of a list beyond which only their number is told. */
const LISTED = 12;

export function explainText(explanation: Explanation, color: boolean): string[] {
  return paintAll(
    [
      ...heading(explanation),
      ...explanation.reasons.flatMap(reasonLines),
      ...(explanation.reasons.length === 0 ? [] : [[]]),
      ...windowLines(explanation),
      [],
      ...wordsLines(explanation),
      ...list("outputs", explanation.outputs, "none yet"),
      ...list("follows", explanation.dependents, "nothing depends on this task"),
    ],
    color,
  );
}

function heading(explanation: Explanation): Line[] {
  const { sign, style } = VERDICT_MARK[explanation.verdict];
  const key = explanation.key === null ? "no key yet" : `key ${explanation.key.slice(0, 12)}`;
  const type = explanation.type === "code" ? "" : ` · type ${explanation.type}`;
  return [
    [
      [style, `${sign} `],
      ["strong", explanation.task],
      ` ${explanation.title}: `,
      [style, explanation.verdict],
    ],
    [["faint", `  project ${explanation.project}${type} · agent ${explanation.agent} · ${key}`]],
    [],
  ];
}

function reasonLines(reason: Reason): Line[] {
  const place = reasonPlace(reason);
  const first: Line = [
    ["warn", "  because "],
    staleText(reason),
    ["faint", place === null ? "" : `  ${place}`],
  ];
  return [first, ...difference(reason).map(diffLine)];
}

/** Only where both texts are known: a digest against a digest tells a person nothing. */
function difference(reason: Reason): DiffLine[] {
  const { before, after } = reason;
  if (before === undefined || after === undefined) return [];
  if (before === null) return after === null ? [] : plainLines(after).map((text) => ({ sign: "+", text }));
  if (after === null) return plainLines(before).map((text) => ({ sign: "-", text }));
  return shortDiff(plainLines(before).join("\n"), plainLines(after).join("\n"));
}

function diffLine({ sign, text }: DiffLine): Line {
  const style = sign === "-" ? "bad" : sign === "+" ? "good" : "faint";
  return ["    ", [style, `${sign} ${text}`]];
}

function windowLines({ segments }: Explanation): Line[] {
  if (segments.length === 0)
    return [
      [
        ["strong", "window"],
        ["faint", "  could not be assembled"],
      ],
    ];
  const total = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const kinds = Math.max(...segments.map((segment) => segment.kind.length));
  return [
    [["strong", "window"], `  ${size(total)} in ${count(segments.length, "segment")}`],
    ...segments.map(
      (segment): Line => [
        `${size(segment.bytes).padStart(10)}  `,
        ["faint", pad(segment.kind, kinds)],
        segment.name === segment.kind ? "" : `  ${segment.name}`,
        ["faint", segment.whole === undefined ? "" : `  of ${size(segment.whole)}`],
      ],
    ),
  ];
}

/** What was said of the draft: by who made it, and by who reviewed it. */
function wordsLines({ said, review }: Explanation): Line[] {
  const own: Line[] =
    said === null ? [] : [[["strong", "said"], "  by its agent"], ...indented(plainLines(said))];
  const told = review === null ? [] : indented(reviewLines(review).flatMap((text) => text.split("\n")));
  return review === null ? own : [...own, [["strong", "review"]], ...told];
}

function indented(lines: readonly string[]): Line[] {
  return lines.map((text): Line => [`  ${text}`]);
}

function list(title: string, entries: readonly string[], none: string): Line[] {
  if (entries.length === 0)
    return [
      [
        ["strong", title],
        ["faint", `  ${none}`],
      ],
    ];
  const shown = entries.length > LISTED ? entries.slice(0, LISTED - 1) : entries;
  const rest = entries.length - shown.length;
  return [
    [["strong", title], `  ${entries.length}`],
    ...shown.map((entry): Line => [`  ${plain(entry)}`]),
    ...(rest === 0 ? [] : [[["faint", `  +${rest} more`]] as Line]),
  ];
}
