// Could a test that names a task be taken for one that names a criterion? Where names of tests cannot hold brackets,
// `work_t01_a1` is the criterion A1 of T01, and so it must not begin the names of another task's tests.

import { localIdOf } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import { criterionWord, type Task, wordOf } from "../../model/task.ts";
import type { Findings } from "../findings/findings.ts";
import { clip } from "../findings/nearest.ts";

/** As criteria are called by their position, so that one may be added at any time. */
const POSITIONAL = /^a\d+$/i;

export function checkConfusableIds({ tasks }: Feature, findings: Findings): void {
  const criteria = new Map(
    tasks.flatMap((task) =>
      task.acceptance.map(({ id }) => [criterionWord(task.id, id), `${task.id}.${id}`] as const),
    ),
  );
  for (const task of tasks) {
    const criterion = beginnings(wordOf(task.id)).flatMap((word) => criteria.get(word) ?? [])[0];
    const own = ownName(task);
    const isPositional = task.whole !== undefined && POSITIONAL.test(own);
    if (criterion === undefined && !isPositional) continue;
    const meant = criterion ?? `${task.whole}.${own.toUpperCase()}`;
    findings.error(
      "ambiguous-id",
      { target: task.id, place: task.places.id ?? task.place },
      {
        message: `The task ${clip(task.id)} is called as ${criterion === undefined ? "a criterion" : "the criterion"} ${clip(meant)} is, so nobody could tell whose tests are meant.`,
        fix: "Give the task another id, such as a word that says what it is about.",
      },
    );
  }
}

/** `T01.model` is called `model` in T01. */
function ownName({ id, whole }: Task): string {
  const local = localIdOf(id);
  return whole === undefined ? local : local.slice(localIdOf(whole).length + 1);
}

/** The word, and what stands before each `_` of it. */
function beginnings(word: string): string[] {
  const ends = [...word.matchAll(/_|$/g)].map(({ index }) => index);
  return ends.map((end) => word.slice(0, end));
}
