// Where do the lines of a template go in a file that is there? Beside the one line that the template names, or behind the last.
// It reads what lies below the task, so what the task itself inserted before is not in it.

import type { Failure } from "../model/failure.ts";
import { type Insertion, linesOf, linesOfText, withInserted, withoutEnd } from "../model/inserted-lines.ts";
import type { Change } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import { anchorOf, type InjectionPoint } from "../model/template.ts";
import type { SnapshotFile } from "./snapshot.ts";

/** A rendered text, and where it goes. */
export interface Injection {
  /** Source of the text, from the workspace root. */
  readonly template: string;
  readonly point: InjectionPoint;
  readonly text: string;
}

/** The file at `path` with all of them. What stands at its place already is a person's, and not written again. */
export function insertLines(
  path: string,
  { content, mode }: SnapshotFile,
  injections: readonly Injection[],
): Result<Change> {
  const insertions: Insertion[] = [];
  for (const { template, point, text } of injections) {
    const refused = (cause: Refusal["cause"], lines: readonly number[] = []) => {
      return failed<Refusal>({ reason: "insertion", path, template, cause, anchor: anchorOf(point), lines });
    };
    if (content === null) return refused("no-file");
    if (mode === "120000" || content.includes(0)) return refused("no-text");
    const lines = linesOf(content).map(withoutEnd);
    const places = placesIn(lines, point);
    const [at] = places;
    if (at === undefined) return refused("no-anchor");
    if (places.length > 1)
      return refused(
        "several-anchors",
        places.map((place) => place + ("after" in point ? 0 : 1)),
      );
    const added = linesOfText(text);
    const wanted = added.map(withoutEnd);
    const from = "after" in point ? at : at - wanted.length;
    const isThere = from >= 0 && wanted.every((line, index) => line === lines[from + index]);
    if (!isThere) insertions.push({ at, lines: added });
  }
  const written = withInserted(content ?? new Uint8Array(), insertions);
  return success({ path, mode: mode ?? "100644", ...written });
}

type Refusal = Extract<Failure, { reason: "insertion" }>;

/** How many lines come before each place that the point may mean. */
function placesIn(lines: readonly string[], point: InjectionPoint): readonly number[] {
  if ("at" in point) return [lines.length];
  const [anchor, behind] = "after" in point ? [point.after, 1] : [point.before, 0];
  const sought = bare(linesOfText(anchor).join(""));
  if (sought === "") return [];
  return [...lines.keys()]
    .filter((index) => bare(lines[index] as string) === sought)
    .map((index) => index + behind);
}

/** Formatters move lines to and fro. */
function bare(line: string): string {
  return line.replace(/^[ \t]+|[ \t]+$/g, "");
}
