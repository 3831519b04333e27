// What does `factory revert` tell? Which documents are what they were, whose code is not, and whom it reaches.

import type { TaskId } from "../model/address.ts";
import type { BuildResult, TaskResult } from "../model/build-result.ts";
import type { SpecVersion } from "../model/spec-version.ts";
import { count } from "./figures.ts";
import { buildDocument, type JsonObject } from "./json.ts";
import { plain } from "./plain.ts";
import { reasonText } from "./stale-text.ts";
import { type Line, paintAll, type Style } from "./theme.ts";

export interface RevertReport {
  readonly feature: string;
  /** From the workspace root. */
  readonly folder: string;
  readonly version: SpecVersion;
  readonly changes: readonly {
    readonly path: string;
    readonly change: "added" | "changed" | "removed";
    /** No commit has what it held. */
    readonly precious: boolean;
  }[];
  /** Folder of the copies of what no commit has. */
  readonly copies: string | null;
  readonly unrestored: readonly TaskResult[];
  readonly stale: readonly TaskId[];
  /** Null where no code was restored. */
  readonly build: BuildResult | null;
  /** False where it only says what would be done. */
  readonly isDone: boolean;
}

const SIGN: Readonly<Record<RevertReport["changes"][number]["change"], readonly [Style, string]>> = {
  added: ["good", "+"],
  changed: ["warn", "~"],
  removed: ["bad", "-"],
};

export function revertText(report: RevertReport, color: boolean): string[] {
  const { feature, folder, version, changes, copies, stale, build, isDone } = report;
  const { number, digest, last } = version;
  const commit = last.origin === null ? "" : `, as of commit ${last.origin.commit.slice(0, 10)}`;
  const verb = isDone ? "is restored to" : "would be restored to";
  const lines: Line[] = [
    [["strong", feature], ` ${verb} @${number} `, ["faint", `(${digest.slice(0, 12)}${commit})`]],
    ...changes.map(({ path, change, precious }): Line => {
      const [style, sign] = SIGN[change];
      const note = precious && !isDone ? "  no commit has its current content: needs --yes" : "";
      return [[style, `  ${sign} `], `${folder}/${plain(path)}`, ["warn", note]];
    }),
  ];
  if (changes.length === 0) lines.push([["faint", "  its documents are already the same"]]);
  if (copies !== null) lines.push([`  content that no commit has is kept in ${copies}/`]);
  if (build !== null) lines.push(...codeLines(report, build));
  if (stale.length > 0) {
    const verbs = stale.length === 1 ? "depends on it and is" : "depend on it and are";
    lines.push([
      ["warn", `  ${count(stale.length, "task")} of other features ${verbs} not fresh: `],
      stale.join(", "),
    ]);
    lines.push([
      ["note", "    → factory build --locked"],
      " restores what the store has of that, without a call",
    ]);
  }
  return paintAll(lines, color);
}

function codeLines({ feature, version, unrestored }: RevertReport, build: BuildResult): Line[] {
  const lines: Line[] = [];
  const waiting = build.projects.filter(({ merged }) => !merged).map(({ id }) => `${id}/`);
  if (unrestored.length === 0 && waiting.length === 0)
    lines.push([["good", "  its code is restored, without a call"]]);
  if (unrestored.length === 0 && waiting.length > 0)
    lines.push([["warn", `  its code is restored, and did not reach the branch of ${waiting.join(", ")}`]]);
  const rendered = build.tasks.filter(
    ({ id, action }) => id.startsWith(`${feature}:`) && action === "regenerated",
  );
  if (rendered.length > 0) {
    const names = rendered.map(({ id }) => id).join(", ");
    lines.push([`  regenerated with the current templates: ${names}`]);
  }
  if (unrestored.length === 0) return lines;
  lines.push([["bad", `  ${count(unrestored.length, "task")} could not be restored without a call:`]]);
  for (const { id, reasons } of unrestored) {
    const why = reasons[0] === undefined ? "" : `  ${reasonText(reasons[0])}`;
    lines.push(["    ", ["strong", id], why]);
  }
  const { folder } = version.last;
  if (folder !== feature)
    lines.push([`    its results are recorded for ${plain(folder)}, its name at that time`]);
  lines.push([["note", `    → factory build ${feature}`]]);
  return lines;
}

export function revertDocument(report: RevertReport): JsonObject {
  const { feature, version, changes, copies, unrestored, stale, build, isDone } = report;
  return {
    schema: 1,
    feature,
    version: version.number,
    digest: version.digest,
    commit: version.last.origin?.commit ?? null,
    done: isDone,
    files: changes.map(({ path, change, precious }) => ({ path, change, uncommitted: precious })),
    copies,
    unrestored: unrestored.map(({ id }) => id),
    stale,
    build: build === null ? null : buildDocument(build),
  };
}
