// What does an imported task carry in its window, and how large is that? What is too much is left to PLAN.md.

import type { ImportedFeature, ImportedRequirement, ImportedStep } from "../../model/imported.ts";
import type { Notes } from "./foreign.ts";
import { oneLine } from "./prose.ts";
import type { TaskDraft } from "./task-drafts.ts";
import { wordsOf } from "./words.ts";

/** What the windows of a feature's tasks hold. */
export interface Room {
  /** What the task's part of a window may have, in bytes. */
  readonly windowBytes: number;
  /** Its id, which stands in the tag of every criterion. */
  readonly feature: string;
}

/** A draft with what it is to fulfil. */
export interface Covering {
  readonly draft: TaskDraft;
  readonly title: string;
  description: string;
  readonly words: ReadonlySet<string>;
  readonly requirements: ImportedRequirement[];
  /** What has to hold beside its requirements, as its list says it. */
  readonly proofs: string[];
}

/** With the requirements that its steps name. */
export function coveringOf(
  draft: TaskDraft,
  { requirements }: Pick<ImportedFeature, "requirements">,
): Covering {
  const steps = [draft.step, ...draft.tests];
  const named = new Set(steps.flatMap((step) => step.requirements));
  return {
    draft,
    ...wordingOf(draft),
    words: wordsOf(steps.flatMap(({ text, details, files }) => [text, ...details, ...files]).join(" ")),
    requirements: requirements.filter(({ id }) => named.has(id)),
    proofs: proofsOf(draft),
  };
}

const LONGEST_TITLE = 90;
const LONGEST_CRITERION = 300;

/** At most so many characters, ended at a word. */
export function shortened(text: string, most = LONGEST_TITLE): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  // Some scripts put no space between words.
  const atWord = cut.replace(/\s+\S*$/, "");
  return `${atWord.length > most / 2 ? atWord : cut}…`;
}

function wordingOf({ step, tests }: TaskDraft): { title: string; description: string } {
  const listed = (one: ImportedStep) => [one.text, ...one.details.map((detail) => `- ${oneLine(detail)}`)];
  const own = step.text.length <= LONGEST_TITLE ? listed(step).slice(1) : listed(step);
  const tested = tests.flatMap((test) => [`Tests (${test.id}): ${test.text}`, ...listed(test).slice(1)]);
  // Some lists have a number and no more than that.
  return { title: shortened(step.text) || step.id, description: [...own, ...tested].join("\n") };
}

/** Takes out what the window cannot hold: first details, then what its list says to prove, then the last of its requirements. */
export function lighten(task: Covering, room: Room, notes: Notes): void {
  const { draft, requirements, proofs } = task;
  shorten(task, room, notes);
  const all = proofs.length;
  while (proofs.length > 1 && !fits(task, room)) proofs.pop();
  if (proofs.length < all)
    notes.warn(
      "too-large",
      draft.step.spot,
      `${draft.step.id} has ${all} criteria, and its window holds ${proofs.length}; PLAN.md keeps all.`,
    );
  const dropped: string[] = [];
  while (requirements.length > 1 && !fits(task, room)) dropped.unshift(requirements.pop()?.id ?? "");
  if (dropped.length > 0)
    notes.warn(
      "too-large",
      draft.step.spot,
      `${draft.step.id} names more requirements than its window holds; it does without ${dropped.join(", ")}.`,
    );
}

/** Takes out details and tests until the window holds the rest, or nothing of them is left. */
function shorten(task: Covering, room: Room, notes: Notes): void {
  const { id, spot, text } = task.draft.step;
  const shorter = [
    () => task.description.replace(/^- .*\n?/gm, "").trimEnd(),
    () => (text.length <= LONGEST_TITLE ? "" : shortened(text, 10 * LONGEST_TITLE)),
    () => "",
  ];
  const before = task.description;
  for (const one of shorter) if (!fits(task, room)) task.description = one();
  if (task.description !== before)
    notes.warn("too-large", spot, `The details of ${id} are too much for its window; PLAN.md keeps them.`);
}

/** Whether the task took it, if need be without its details. */
export function takes(task: Covering, requirement: ImportedRequirement, room: Room, notes: Notes): boolean {
  if (!fits({ ...task, description: "", requirements: [...task.requirements, requirement] }, room))
    return false;
  task.requirements.push(requirement);
  shorten(task, room, notes);
  return true;
}

/** Its criteria and what its tests are to show; without any of these, that it does what it says. */
export function acceptanceOf(task: Covering, room: Room): readonly string[] {
  const full = criteriaOf(task, quoted);
  return sizeWith(task, full, room) <= room.windowBytes ? full : criteriaOf(task, named);
}

function proofsOf({ step, tests }: TaskDraft): string[] {
  const told = [step, ...tests].flatMap(({ acceptance }) => acceptance);
  // "Write unit tests" alone says nothing that could be proved.
  const shown = tests.map(({ text }) => text).filter((text) => wordsOf(text).size > 1);
  return [...told, ...shown].map((text) => shortened(text, LONGEST_CRITERION));
}

function criteriaOf(
  { draft, title, requirements, proofs }: Covering,
  say: (one: ImportedRequirement) => string,
): string[] {
  const proved = requirements.filter(({ kind }) => kind === "criterion").map(say);
  const found = [...new Set([...proved, ...proofs])];
  const { text } = draft.step;
  return found.length > 0 ? found : [text !== "" && text.length <= 200 ? text : title];
}

/** Without an open question, which is asked where the requirement stands. */
function quoted(requirement: ImportedRequirement): string {
  return /\[NEEDS CLARIFICATION/i.test(requirement.text)
    ? named(requirement)
    : `${requirement.id}: ${oneLine(requirement.text)}`;
}

function named({ id }: ImportedRequirement): string {
  return `${id} holds, as the feature says it.`;
}

/** With criteria in their short form. */
export function fits(task: Covering, room: Room): boolean {
  return sizeWith(task, criteriaOf(task, named), room) <= room.windowBytes;
}

/** Headings, facts, and what is told of proofs. */
const AROUND = 420;

function sizeWith(
  { draft, title, description, requirements }: Covering,
  criteria: readonly string[],
  { feature }: Room,
): number {
  const { id } = draft.step;
  const lines = [
    ...requirements.map((one) => `- ${one.id}: ${one.text}`),
    ...criteria.map((text) => `- [${feature}:${id}.A10] ${text}`),
    ...draft.files.map((file) => `- ${file}`),
  ];
  const all = [feature, id, title, description, ...lines];
  return all.reduce((sum, text) => sum + new TextEncoder().encode(text).length + 1, AROUND);
}
