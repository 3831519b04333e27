// What does `factory diff` print? The requirements, parameters and tasks that differ, and which tasks that reaches.

import type { Change, FeatureDiff, TaskChange, TextChange } from "../model/feature-diff.ts";
import { count } from "./figures.ts";
import { shortDiff } from "./line-diff.ts";
import { plain, plainLines } from "./plain.ts";
import { type Line, paintAll, type Style } from "./theme.ts";

const SIGN: Readonly<Record<Change, readonly [style: Style, sign: string]>> = {
  added: ["good", "+"],
  removed: ["bad", "-"],
  changed: ["warn", "~"],
};

/** Beyond this, a change of one value takes a line of its own before and after. */
const SHORT = 50;

export function diffText(diffs: readonly FeatureDiff[], color: boolean): string[] {
  const told = diffs.filter((diff) => !isEmpty(diff));
  if (told.length === 0) return ["no requirement, parameter or task differs"];
  return paintAll(
    told.flatMap((diff, index): Line[] => [...(index === 0 ? [] : [[]]), ...featureLines(diff)]),
    color,
  );
}

function isEmpty(diff: FeatureDiff): boolean {
  const { change, settings, sections, requirements, constraints, params, tasks, staleTasks } = diff;
  const lists = [settings, sections, requirements, constraints, params, tasks, staleTasks];
  return change === null && lists.every((list) => list.length === 0);
}

function featureLines(diff: FeatureDiff): Line[] {
  const whole: Line =
    diff.change === null
      ? [["strong", diff.feature]]
      : [
          ["strong", diff.feature],
          [SIGN[diff.change][0], `  ${diff.change}`],
        ];
  return [
    whole,
    ...group("settings", diff.settings),
    ...group("sections", diff.sections),
    ...group("requirements", diff.requirements),
    ...group("constraints", diff.constraints),
    ...group("params", diff.params),
    ...taskLines(diff.tasks),
    ...staleLines(diff),
  ];
}

function group(title: string, changes: readonly TextChange[]): Line[] {
  if (changes.length === 0) return [];
  return [[["faint", `  ${title}`]], ...changes.flatMap(changeLines)];
}

function changeLines({ id, change, before, after }: TextChange): Line[] {
  const [style, sign] = SIGN[change];
  const head: Line = [
    [style, `  ${sign} `],
    ["strong", plain(id)],
  ];
  if (before === null || after === null) {
    const [first = "", ...others] = plainLines(after ?? before ?? "");
    return [[...head, `  ${first}`], ...others.map((line): Line => [`      ${line}`])];
  }
  if (isShort(before) && isShort(after))
    return [[...head, "  ", ["bad", before], ["faint", " → "], ["good", after]]];
  const lines = shortDiff(plainLines(before).join("\n"), plainLines(after).join("\n"));
  return [head, ...lines.map((line): Line => ["      ", [styleOf(line.sign), `${line.sign} ${line.text}`]])];
}

function isShort(text: string): boolean {
  return text.length <= SHORT && !text.includes("\n");
}

function styleOf(sign: " " | "-" | "+"): Style {
  return sign === "-" ? "bad" : sign === "+" ? "good" : "faint";
}

function taskLines(tasks: readonly TaskChange[]): Line[] {
  if (tasks.length === 0) return [];
  return [
    [["faint", "  tasks"]],
    ...tasks.map(({ id, change, keys }): Line => {
      const [style, sign] = SIGN[change];
      return [[style, `  ${sign} `], ["strong", id], keys.length === 0 ? "" : `  ${keys.join(", ")}`];
    }),
  ];
}

function staleLines({ staleTasks }: FeatureDiff): Line[] {
  if (staleTasks.length === 0) return [];
  return [["  ", ["warn", `makes ${count(staleTasks.length, "task")} stale: `], staleTasks.join(", ")]];
}
