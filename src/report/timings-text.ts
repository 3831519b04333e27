// How is it told where the time of a build went? As a table of what was waited for, the chain that its end waited for, and
// the lanes that were under way longest.

import { columns, pad } from "./columns.ts";
import { WAITS, type Wait } from "./event-spans.ts";
import { count, duration } from "./figures.ts";
import { plain } from "./plain.ts";
import type { Line } from "./theme.ts";
import { type Lane, type Shares, type Timings, totalOf } from "./timings.ts";

const WORDS: Readonly<Record<Wait, string>> = {
  model: "a model",
  review: "a review",
  planning: "a planner",
  gates: "gates",
  trials: "trials of gates",
  setup: "setup",
  slot: "a free slot",
  trees: "laying trees",
  compose: "composing",
  merge: "merging",
  commit: "commits",
  project: "the project",
  other: "all else",
};

/** Lanes that a person reads; `--json` has all of them. */
const SHOWN_LANES = 20;

export function timingsLines(timings: Timings): readonly Line[] {
  const rows = waitRows(timings);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => columns(row[column] as string))));
  const table = rows.map((row, index): Line => {
    const [first = "", ...figures] = row.map((cell, column) =>
      column === 0 ? pad(cell, widths[0] as number) : cell.padStart(widths[column] as number),
    );
    return [[index === 0 ? "faint" : "text", `  ${[first, ...figures].join("  ")}`]];
  });
  const lanes = longest(timings);
  const more = timings.lanes.length - lanes.length;
  const width = Math.max(0, ...lanes.map(({ subject }) => columns(plain(subject))));
  return [
    [["strong", `Waited for, of ${duration(totalOf(timings.shares))}`]],
    ...table,
    [`  ${overheadText(timings)}`],
    ...(timings.critical.length === 0 ? [] : [[["strong", "Critical path"]] as Line]),
    ...timings.critical.map(({ subject, shares }): Line => ["  ", ...laneLine(subject, shares, width)]),
    ...(lanes.length === 0 ? [] : [[["strong", "Lanes"]] as Line]),
    ...lanes.map(({ subject, shares }): Line => ["  ", ...laneLine(subject, shares, width)]),
    ...(more > 0 ? [[["faint", `  and ${count(more, "more lane")}`]] as Line] : []),
  ];
}

export function timingsMarkdown(timings: Timings): readonly string[] {
  const [head = [], ...rows] = waitRows(timings);
  const cells = (row: readonly string[]) => `| ${row.join(" | ")} |`;
  const path = timings.critical.map(
    ({ subject, shares }) => `${plain(subject)} (${duration(totalOf(shares))})`,
  );
  return [
    cells(head.map((title) => title || "waited for")),
    "| --- | --: | --: | --: |",
    ...rows.map(cells),
    "",
    overheadText(timings),
    ...(path.length === 0 ? [] : ["", `Critical path: ${path.join(" → ")}`]),
  ];
}

/** A moment of the wall time counts once, one of the lanes as often as there are lanes. */
function waitRows({ shares, lanes }: Timings): readonly (readonly string[])[] {
  const wall = Math.max(1, totalOf(shares));
  const rows = WAITS.flatMap((wait) => {
    const own = shares[wait] ?? 0;
    const all = lanes.reduce((sum, lane) => sum + (lane.shares[wait] ?? 0), 0);
    return own + all === 0 ? [] : [[WORDS[wait], duration(own), percent(own, wall), duration(all)]];
  });
  return [["", "wall", "share", "lanes"], ...rows];
}

function overheadText({ shares, overhead }: Timings): string {
  const wall = Math.max(1, totalOf(shares));
  return `No model was asked and no gate ran for ${duration(overhead)}, ${percent(overhead, wall)} of the time.`;
}

function percent(part: number, whole: number): string {
  return `${Math.round((part / whole) * 100)} %`;
}

function longest({ lanes }: Timings): readonly Lane[] {
  return lanes.toSorted((a, b) => totalOf(b.shares) - totalOf(a.shares)).slice(0, SHOWN_LANES);
}

function laneLine(subject: string, shares: Shares, width: number): Line {
  const parts = WAITS.flatMap((wait) => {
    const ms = shares[wait] ?? 0;
    return ms === 0 ? [] : [{ wait, ms }];
  });
  const told = parts.toSorted((a, b) => b.ms - a.ms).map(({ wait, ms }) => `${WORDS[wait]} ${duration(ms)}`);
  const ms = totalOf(shares);
  return [`${pad(plain(subject), width)}  ${duration(ms).padStart(11)}  `, ["faint", told.join(", ")]];
}
