// Which task covers a requirement that no task names? The one that speaks most of it and has room for it; where there
// is none, one of its own.

import type { ImportedFeature, ImportedRequirement, ImportedStep, SourceLine } from "../../model/imported.ts";
import { isTestPath } from "../../model/test-path.ts";
import { bytesOf, type Covering, coveringOf, shortened } from "./covering.ts";
import type { Notes } from "./foreign.ts";
import { oneLine } from "./prose.ts";
import { ANYWHERE } from "./task-drafts.ts";
import { rarity, sharedWords, wordsOf } from "./words.ts";

/** Gives each open requirement to a task; those that found no room. */
export function cover(
  requirements: readonly ImportedRequirement[],
  tasks: readonly Covering[],
  { limit, isPaperwork, notes }: { limit: number; isPaperwork: (task: Covering) => boolean; notes: Notes },
): readonly ImportedRequirement[] {
  const covered = new Set(tasks.flatMap((task) => task.requirements.map(({ id }) => id)));
  return requirements.filter((requirement) => {
    if (covered.has(requirement.id)) return false;
    const { kind, of, id, spot } = requirement;
    const holders = tasks.filter((task) => task.requirements.some((one) => one.id === of));
    const isProof = kind === "criterion" && holders.length > 0;
    const choice = isProof ? holders : tasks.filter((task) => !isPaperwork(task));
    const roomy = [choice, tasks]
      .map((some) => some.filter((task) => hasRoom(task, requirement, limit)))
      .find((some) => some.length > 0);
    if (roomy === undefined) return true;
    const task = best(requirement, roomy, isProof);
    task.requirements.push(requirement);
    if (!isProof)
      notes.note(
        "covered-by-words",
        spot,
        `No task names ${id}; ${task.draft.step.id} covers it, because it shares most words with it.`,
      );
    return false;
  });
}

function hasRoom(task: Covering, requirement: ImportedRequirement, limit: number): boolean {
  return bytesOf({ ...task, requirements: [...task.requirements, requirement] }) <= limit;
}

/** Of equals, a criterion goes to the last task, where all is there that it needs; a statement to the first. */
function best({ text }: ImportedRequirement, tasks: readonly Covering[], isProof: boolean): Covering {
  const [head = ""] = text.split("\n");
  const words = wordsOf(head);
  const name = wordsOf(head.slice(0, Math.max(0, head.indexOf(". "))));
  const weights = rarity(tasks.map((task) => task.words));
  let found = tasks.at(-1) as Covering;
  let most = 0;
  for (const task of tasks) {
    const tested = isProof && task.draft.files.some(isTestPath) ? 3 : 0;
    const score = sharedWords(words, task.words, weights) + sharedWords(name, task.words, weights) + tested;
    if (score > most || (isProof && score === most)) [found, most] = [task, score];
  }
  return found;
}

/** Tasks for requirements alone: a story or a heading with what it asks for, in as few as their windows allow. */
export function tasksFor(
  requirements: readonly ImportedRequirement[],
  limit: number,
  notes: Notes,
): Covering[] {
  const tasks: Covering[] = [];
  let group = "";
  for (const requirement of requirements) {
    const { id, spot } = requirement;
    const task = tasks.at(-1);
    if (task !== undefined && groupOf(requirement) === group && hasRoom(task, requirement, limit)) {
      task.requirements.push(requirement);
      continue;
    }
    group = groupOf(requirement);
    const own = coveringOf(
      { step: stepFor(requirement), tests: [], files: [ANYWHERE] },
      { requirements: [requirement] },
    );
    if (bytesOf(own) <= limit) tasks.push(own);
    else
      notes.warn(
        "uncovered",
        spot,
        `${id} alone is more than a window holds, so no task covers it: shorten it, or raise limits.window_bytes.`,
      );
  }
  return tasks;
}

/** What is asked for together: a requirement with its criteria, or all of Kiro's `2.1`, `2.2` and so on. */
export function groupOf({ id, of }: ImportedRequirement): string {
  return of ?? /^\d+(?=\.)/.exec(id)?.[0] ?? id;
}

function stepFor({ id, text, spot }: ImportedRequirement): ImportedStep {
  const [head = ""] = text.split("\n");
  const sentence = /^.{10,}?[.:;](?=\s)/u.exec(head)?.[0].slice(0, -1) ?? head;
  return { ...NO_STEP, id: `REQ-${id}`, text: shortened(oneLine(sentence)), requirements: [id], spot };
}

/** All of a feature that says nothing but what it is for. */
export function stepForAll(
  { title, problem, criteria }: Pick<ImportedFeature, "title" | "problem" | "criteria">,
  spot: SourceLine,
): ImportedStep {
  const lines = problem.split("\n").map(oneLine);
  return {
    ...NO_STEP,
    id: "T001",
    text: title,
    details: lines.filter((line) => line !== ""),
    acceptance: criteria.map(({ text }) => text),
    spot,
  };
}

const NO_STEP: Omit<ImportedStep, "id" | "text" | "spot"> = {
  details: [],
  kind: "work",
  files: [],
  group: null,
  after: [],
  requirements: [],
  acceptance: [],
  done: false,
};
