// What in a new text of a task must a person have seen? Files that it may write in addition, criteria that say something
// else or are gone, and who judges it. What only tells the task better is none of that. Rather asked once too often: a
// pattern counts as covered only where that can be shown by its spelling.

import { globMatcher, isGlob } from "../../model/glob.ts";
import type { Task } from "../../model/task.ts";
import type { Widening } from "../../model/widening.ts";
import { memberOfTask, TASK_FIELDS } from "../schema/task-fields.ts";

/** Empty where nobody has to be asked. */
export function wideningsOf(before: Task, after: Task): readonly Widening[] {
  return [
    ...settings(before, after),
    ...scope(before, after),
    ...requirements(before, after),
    ...criteria(before, after),
  ];
}

/** For a task that a new text no longer holds: all that it was to prove goes with it. */
export function wideningsOfLoss({ acceptance }: Task): readonly Widening[] {
  return acceptance.map(({ id, text }) => ({ kind: "criterion-dropped", id, before: text }));
}

function settings(before: Task, after: Task): Widening[] {
  return TASK_FIELDS.flatMap((field): Widening[] => {
    const [was, now] = [before, after].map((task) => field.setting?.(memberOfTask(task, field)) ?? "");
    return was === now
      ? []
      : [{ kind: "setting", key: field.key, before: was as string, after: now as string }];
  });
}

function scope(before: Task, after: Task): Widening[] {
  const added = new Set(after.filesHint.filter((pattern) => !isCovered(pattern, before.filesHint)));
  return [...added].map((pattern) => ({ kind: "scope", pattern }));
}

function requirements(before: Task, after: Task): Widening[] {
  const kept = new Set(after.requirements);
  return before.requirements.flatMap((id): Widening[] =>
    kept.has(id) ? [] : [{ kind: "requirement-dropped", id }],
  );
}

function criteria(before: Task, after: Task): Widening[] {
  const now = new Map(after.acceptance.map(({ id, text }) => [id, text]));
  return before.acceptance.flatMap(({ id, text }): Widening[] => {
    const said = now.get(id);
    if (said === undefined) return [{ kind: "criterion-dropped", id, before: text }];
    const isSame = inOneLine(said) === inOneLine(text);
    return isSame ? [] : [{ kind: "criterion-reworded", id, before: text, after: said }];
  });
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What may part a pattern in two (`a|b` is either), or spell other text than it is read as. */
const UNTOLD = /["'|\\]/;
/** What may reach over a slash, or stand for other segments than it spells. */
const GROUPS = /[[\]{}()!+@]/;

export function isCovered(pattern: string, hints: readonly string[]): boolean {
  if (hints.includes(pattern)) return true;
  if (UNTOLD.test(pattern)) return false;
  if (GROUPS.test(pattern)) return hints.some((hint) => holdsWholeFolder(hint, pattern));
  if (!isGlob(pattern)) return hints.some((hint) => globMatcher(hint)(pattern));
  return hints.some((hint) => isGlob(hint) && isWithin(pattern.split("/"), hint.split("/")));
}

/** `src/**` holds whatever begins with `src/`. */
function holdsWholeFolder(hint: string, pattern: string): boolean {
  if (hint === "**") return true;
  const folder = hint.slice(0, -"**".length);
  const isPlain = !isGlob(folder) && !GROUPS.test(folder) && !UNTOLD.test(folder);
  return hint.endsWith("/**") && isPlain && pattern.startsWith(folder);
}

/** Whether every path of the pattern is one of the hint, segment by segment. */
function isWithin(pattern: readonly string[], hint: readonly string[]): boolean {
  const [first, ...rest] = hint;
  if (first === undefined) return pattern.length === 0;
  if (first === "**") {
    if (rest.length === 0) return pattern.length > 0;
    return pattern.some((_, index) => isWithin(pattern.slice(index), rest));
  }
  const [segment, ...others] = pattern;
  if (segment === undefined) return false;
  const isOne = first === segment ? segment !== "**" : first === "*" && !segment.includes("**");
  return isOne && isWithin(others, rest);
}
