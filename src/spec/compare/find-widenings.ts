// What in a new text of a task must a person have seen? Files that it may write in addition, criteria that say something
// else or are gone, and who judges it. What only tells the task better is none of that. Rather asked once too often: a
// pattern counts as covered only where that can be shown by its spelling.

import { isGlob } from "../../model/glob.ts";
import { isCovered } from "../../model/pattern-cover.ts";
import { pointerIn } from "../../model/pointer.ts";
import { proofWords } from "../../model/proof.ts";
import { isSecretPath } from "../../model/sensitive-path.ts";
import type { Criterion, Task } from "../../model/task.ts";
import type { Widening } from "../../model/widening.ts";
import { memberOfTask, TASK_FIELDS } from "../schema/task-fields.ts";

/** Empty where nobody has to be asked. `isSensitive`: of paths that a pattern does not give away. */
export function wideningsOf(
  before: Task,
  after: Task,
  isSensitive: (path: string) => boolean,
): readonly Widening[] {
  return [
    ...settings(before, after),
    ...scope(before, after, isSensitive),
    ...secrets(before, after),
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

function scope(before: Task, after: Task, isSensitive: (path: string) => boolean): Widening[] {
  // Under a pattern, a sensitive path may not be touched; by its name it may.
  const isNew = (pattern: string) =>
    !isCovered(pattern, before.filesHint) ||
    (!isGlob(pattern) && isSensitive(pattern) && !before.filesHint.includes(pattern));
  const added = new Set(after.filesHint.filter(isNew));
  return [...added].map((pattern) => ({ kind: "scope", pattern }));
}

/** What an agent wants to read that holds keys and passwords. */
function secrets(before: Task, after: Task): Widening[] {
  return after.context.files.flatMap((pointer): Widening[] => {
    const { path } = pointerIn(pointer);
    return isSecretPath(path) && !before.context.files.includes(pointer) ? [{ kind: "secret", path }] : [];
  });
}

function requirements(before: Task, after: Task): Widening[] {
  const kept = new Set(after.requirements);
  return before.requirements.flatMap((id): Widening[] =>
    kept.has(id) ? [] : [{ kind: "requirement-dropped", id }],
  );
}

function criteria(before: Task, after: Task): Widening[] {
  const now = new Map(after.acceptance.map((criterion) => [criterion.id, saidOf(criterion)]));
  return before.acceptance.flatMap((criterion): Widening[] => {
    const { id } = criterion;
    const text = saidOf(criterion);
    const said = now.get(id);
    if (said === undefined) return [{ kind: "criterion-dropped", id, before: text }];
    const isSame = inOneLine(said) === inOneLine(text);
    return isSame ? [] : [{ kind: "criterion-reworded", id, before: text, after: said }];
  });
}

/** Another proof may ask for less, whatever the words are. */
function saidOf({ text, proof }: Criterion): string {
  return proof === undefined ? text : `${text} (${proofWords(proof)})`;
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
