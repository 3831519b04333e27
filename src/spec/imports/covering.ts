// What does an imported task carry in its window, and how large is that? What is too much is left to PLAN.md.

import type { ImportedFeature, ImportedRequirement, ImportedStep } from "../../model/imported.ts";
import type { Notes } from "./foreign.ts";
import { oneLine } from "./prose.ts";
import type { TaskDraft } from "./task-drafts.ts";
import { wordsOf } from "./words.ts";

/** A draft with what it is to fulfil. */
export interface Covering {
  readonly draft: TaskDraft;
  readonly title: string;
  description: string;
  readonly words: ReadonlySet<string>;
  readonly requirements: ImportedRequirement[];
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
  return { title: shortened(step.text), description: [...own, ...tested].join("\n") };
}

/** Takes out what the window cannot hold: first details, then tests, then the last of the requirements that it names. */
export function lighten(task: Covering, limit: number, notes: Notes): void {
  const { draft, requirements } = task;
  const { id, spot, text } = draft.step;
  const shorter = [
    () => task.description.replace(/^- .*\n?/gm, "").trimEnd(),
    () => (text.length <= LONGEST_TITLE ? "" : shortened(text, 10 * LONGEST_TITLE)),
    () => "",
  ];
  const before = task.description;
  for (const shorten of shorter) if (bytesOf(task) > limit) task.description = shorten();
  if (task.description !== before)
    notes.warn("too-large", spot, `The details of ${id} are too much for its window; PLAN.md keeps them.`);
  const dropped: string[] = [];
  while (requirements.length > 1 && bytesOf(task) > limit) dropped.unshift(requirements.pop()?.id ?? "");
  if (dropped.length > 0)
    notes.warn(
      "too-large",
      spot,
      `${id} names more requirements than its window holds; it does without ${dropped.join(", ")}.`,
    );
}

/** Its criteria and what its tests are to show; without any of these, that it does what it says. */
export function acceptanceOf(task: Covering, limit: number): readonly string[] {
  const full = criteriaOf(task, quoted);
  return sizeWith(task, full) <= limit ? full : criteriaOf(task, named);
}

function criteriaOf(
  { draft, title, requirements }: Covering,
  say: (one: ImportedRequirement) => string,
): string[] {
  const { step, tests } = draft;
  const proved = requirements.filter(({ kind }) => kind === "criterion").map(say);
  const told = [step, ...tests].flatMap(({ acceptance }) => acceptance);
  // "Write unit tests" alone says nothing that could be proved.
  const shown = tests.map(({ text }) => text).filter((text) => wordsOf(text).size > 1);
  const said = [...told, ...shown].map((text) => shortened(text, LONGEST_CRITERION));
  const found = [...new Set([...proved, ...said])];
  return found.length > 0 ? found : [step.text.length <= 200 ? step.text : title];
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

/** Of its window, with criteria in their short form. */
export function bytesOf(task: Covering): number {
  return sizeWith(task, criteriaOf(task, named));
}

function sizeWith(
  { draft, title, description, requirements }: Covering,
  criteria: readonly string[],
): number {
  const texts = requirements.map(({ text }) => text);
  const all = [draft.step.id, title, description, ...texts, ...criteria, ...draft.files];
  return all.reduce((sum, text) => sum + new TextEncoder().encode(text).length + 1, 200);
}
