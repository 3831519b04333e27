// Which task covers a requirement that no task names? The one that alone speaks of it. Where no task can be told, the
// requirement stays open: words that happen to match build the wrong thing, and a person knows better.

import type { ImportedFeature, ImportedRequirement, ImportedStep, SourceLine } from "../../model/imported.ts";
import { isTestPath } from "../../model/test-path.ts";
import { type Covering, coveringOf, fits, type Room, shortened, takes } from "./covering.ts";
import type { Notes } from "./foreign.ts";
import { oneLine } from "./prose.ts";
import { ANYWHERE } from "./task-drafts.ts";
import { rarity, sharedWords, toldBy, wordsOf } from "./words.ts";

/** What no task has room for, and what nothing tells a task for. */
export interface Uncovered {
  readonly roomless: readonly ImportedRequirement[];
  readonly open: readonly ImportedRequirement[];
}

/** Gives each open requirement to the task that can be told for it. */
export function cover(
  requirements: readonly ImportedRequirement[],
  tasks: readonly Covering[],
  { room, isAside, notes }: { room: Room; isAside: (task: Covering) => boolean; notes: Notes },
): Uncovered {
  const covered = new Set(tasks.flatMap((task) => task.requirements.map(({ id }) => id)));
  const dropped = new Set(
    tasks.flatMap(({ draft }) => [draft.step, ...draft.tests].flatMap((one) => one.requirements)),
  );
  const choice = tasks.filter((task) => !isAside(task));
  const roomless: ImportedRequirement[] = [];
  const open: ImportedRequirement[] = [];
  for (const requirement of requirements) {
    const { kind, of, id, spot } = requirement;
    if (covered.has(id)) continue;
    const isProof = kind === "criterion" && of !== null;
    const holders = tasks.filter((task) => task.requirements.some((one) => one.id === of));
    const owner = requirements.find((one) => one.id === of);
    if (isProof && holders.length === 0) {
      (owner !== undefined && roomless.includes(owner) ? roomless : open).push(requirement);
      continue;
    }
    const roomy = holders.filter((task) => hasRoom(task, requirement, room));
    const found = isProof
      ? proofOf(requirement, roomy.length > 0 ? roomy : holders)
      : (calledSo(requirement, choice) ?? toldBy(saidOf(requirement), choice));
    if (found === null && !isProof && !dropped.has(id)) open.push(requirement);
    else if (found === null || !takes(found, requirement, room, notes)) roomless.push(requirement);
    else if (!isProof)
      notes.note(
        "covered-by-words",
        spot,
        `No task names ${id}; ${found.draft.step.id} covers it, because no other speaks of it as much.`,
      );
  }
  return { roomless, open };
}

function hasRoom(task: Covering, requirement: ImportedRequirement, room: Room): boolean {
  return fits({ ...task, requirements: [...task.requirements, requirement] }, room);
}

/** A criterion stays with the tasks of what it belongs to: of equals with the last, where all is there that it needs. */
function proofOf({ text }: ImportedRequirement, holders: readonly Covering[]): Covering | null {
  const words = wordsOf(text);
  const weights = rarity(holders.map((task) => task.words));
  let found: Covering | null = null;
  let most = 0;
  for (const task of holders) {
    const score = sharedWords(words, task.words, weights) + (task.draft.files.some(isTestPath) ? 3 : 0);
    if (score < most) continue;
    [found, most] = [task, score];
  }
  return found;
}

function saidOf({ text }: ImportedRequirement): ReadonlySet<string> {
  return wordsOf(text.split("\n")[0] ?? "");
}

/** Fewer words say too little to be a name. */
const LEAST_NAME = 2;

/**
 * The task for it under the one heading that has its name, else the one task that has; null where a task elsewhere speaks
 * more of what it says.
 */
function calledSo(requirement: ImportedRequirement, tasks: readonly Covering[]): Covering | null {
  const { title } = requirement;
  if (title === null) return null;
  const name = wordsOf(title);
  const has = (words: ReadonlySet<string>) =>
    name.size >= LEAST_NAME && [...name].every((word) => words.has(word));
  const headings = new Set(
    tasks
      .flatMap(({ draft }) => draft.step.group ?? [])
      .filter((heading) => isSame(heading.replace(/^[\d.]+\s*/, ""), title) || has(wordsOf(heading))),
  );
  const [heading] = headings.size === 1 ? headings : [];
  const called =
    heading === undefined
      ? tasks.filter(({ words }) => has(words))
      : tasks.filter(({ draft }) => draft.step.group === heading);
  if (heading === undefined && called.length !== 1) return null;
  const words = saidOf(requirement);
  const weights = rarity(tasks.map((task) => task.words));
  const scoreOf = (task: Covering) => sharedWords(words, task.words, weights);
  const most = Math.max(...tasks.map(scoreOf));
  return called.some((task) => scoreOf(task) === most) ? proofOf(requirement, called) : null;
}

function isSame(one: string, other: string): boolean {
  return oneLine(one).toLowerCase() === oneLine(other).toLowerCase();
}

/** Tasks for requirements alone: a story or a heading with what it asks for, in as few as their windows allow. */
export function tasksFor(requirements: readonly ImportedRequirement[], room: Room, notes: Notes): Covering[] {
  const tasks: Covering[] = [];
  let group = "";
  for (const requirement of requirements) {
    const { id, spot } = requirement;
    const task = tasks.at(-1);
    if (task !== undefined && groupOf(requirement) === group && hasRoom(task, requirement, room)) {
      task.requirements.push(requirement);
      continue;
    }
    group = groupOf(requirement);
    const own = coveringOf(
      { step: stepFor(requirement), tests: [], files: [ANYWHERE] },
      { requirements: [requirement] },
    );
    if (fits(own, room)) tasks.push(own);
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
