// Which backlog do imported steps make? Drafts in their order get requirements and criteria, so that every requirement
// is covered and every window stays within its limit.

import type { ImportedFeature, ImportedRequirement, ImportedStep } from "../../model/imported.ts";
import type { Gate } from "../../model/project.ts";
import { isTestPath } from "../../model/test-path.ts";
import type { Notes } from "./foreign.ts";
import { gatesOf, proveDrafts } from "./proof.ts";
import { oneLine } from "./prose.ts";
import type { Drafts, TaskDraft } from "./task-drafts.ts";
import { orderOf } from "./task-order.ts";
import { rarity, sharedWords, wordsOf } from "./words.ts";

export interface PlannedTask {
  readonly id: string;
  readonly title: string;
  readonly type: "code" | "refactor" | "debug" | "docs";
  readonly description: string;
  readonly requirements: readonly string[];
  readonly dependsOn: readonly string[];
  readonly files: readonly string[];
  readonly acceptance: readonly string[];
  /** Null means all gates of the project. */
  readonly gates: readonly string[] | null;
}

interface Covering {
  readonly draft: TaskDraft;
  readonly title: string;
  description: string;
  readonly words: ReadonlySet<string>;
  readonly requirements: ImportedRequirement[];
}

export interface Workshop {
  /** What the task's part of a window may have, in bytes. */
  readonly windowBytes: number;
  /** Gates of the project. */
  readonly gates: readonly Gate[];
}

export function tasksOf(
  feature: Pick<ImportedFeature, "requirements">,
  drafts: Drafts,
  { windowBytes: limit, gates }: Workshop,
  notes: Notes,
): readonly PlannedTask[] {
  proveDrafts(drafts, gates, notes);
  const order = orderOf(drafts, notes);
  const covering = drafts.drafts.map((draft): Covering => {
    const steps = [draft.step, ...draft.tests];
    const named = new Set(steps.flatMap(({ requirements }) => requirements));
    return {
      draft,
      ...wordingOf(draft),
      words: wordsOf(steps.flatMap(({ text, details, files }) => [text, ...details, ...files]).join(" ")),
      requirements: feature.requirements.filter(({ id }) => named.has(id)),
    };
  });
  for (const task of covering) lighten(task, limit, notes);
  cover(feature.requirements, covering, limit, notes);
  return covering.map((one): PlannedTask => {
    const { draft, title, description, requirements } = one;
    return {
      id: draft.step.id,
      title,
      type: typeOf(draft),
      description,
      requirements: inOrder(requirements, feature.requirements).map(({ id }) => id),
      dependsOn: [...(order.get(draft.step.id) ?? [])],
      files: draft.files,
      acceptance: acceptanceOf(one, limit),
      gates: gatesOf(draft, gates),
    };
  });
}

function inOrder(
  some: readonly ImportedRequirement[],
  all: readonly ImportedRequirement[],
): readonly ImportedRequirement[] {
  return all.filter((requirement) => some.includes(requirement));
}

const LONGEST_TITLE = 90;

function wordingOf({ step, tests }: TaskDraft): { title: string; description: string } {
  const isShort = step.text.length <= LONGEST_TITLE;
  const title = isShort ? step.text : `${step.text.slice(0, LONGEST_TITLE).replace(/\s+\S*$/, "")}…`;
  const listed = (one: ImportedStep) => [one.text, ...one.details.map((detail) => `- ${oneLine(detail)}`)];
  const own = isShort ? listed(step).slice(1) : listed(step);
  const tested = tests.flatMap((test) => [`Tests (${test.id}): ${test.text}`, ...listed(test).slice(1)]);
  return { title, description: [...own, ...tested].join("\n") };
}

function typeOf({ step, files }: TaskDraft): PlannedTask["type"] {
  if (files.every((file) => /\.(?:md|mdx|txt|rst)$|^docs\//i.test(file))) return "docs";
  if (/^refactor\b/i.test(step.text)) return "refactor";
  return /^(?:fix|debug)\b/i.test(step.text) ? "debug" : "code";
}

/** Takes out of a window what it cannot hold: first details, then the last of the requirements that it names. */
function lighten(task: Covering, limit: number, notes: Notes): void {
  const { draft, requirements } = task;
  const { id, spot } = draft.step;
  if (bytesOf(task) > limit && task.description.includes("\n- ")) {
    task.description = task.description.replace(/^- .*\n?/gm, "").trimEnd();
    notes.warn("too-large", spot, `The details of ${id} are too much for its window; PLAN.md keeps them.`);
  }
  const dropped: string[] = [];
  while (requirements.length > 1 && bytesOf(task) > limit) dropped.unshift(requirements.pop()?.id ?? "");
  if (dropped.length > 0)
    notes.warn(
      "too-large",
      spot,
      `${id} names more requirements than its window holds; it does without ${dropped.join(", ")}.`,
    );
}

/** Gives what no task names to the task that speaks most of it. */
function cover(
  requirements: readonly ImportedRequirement[],
  tasks: readonly Covering[],
  limit: number,
  notes: Notes,
): void {
  if (tasks.length === 0) return;
  const covered = new Set(tasks.flatMap((task) => task.requirements.map(({ id }) => id)));
  for (const requirement of requirements) {
    if (covered.has(requirement.id)) continue;
    const { kind, of, id, spot } = requirement;
    const holders = tasks.filter((task) => task.requirements.some((one) => one.id === of));
    const isProof = kind === "criterion" && holders.length > 0;
    const choice = isProof ? holders : tasks.filter(({ draft }) => typeOf(draft) !== "docs");
    const hasRoom = (task: Covering) =>
      bytesOf({ ...task, requirements: [...task.requirements, requirement] }) <= limit;
    const roomy = [choice, tasks].map((some) => some.filter(hasRoom)).find((some) => some.length > 0);
    if (roomy === undefined) {
      notes.warn(
        "uncovered",
        spot,
        `No task names ${id}, and no window has room for it: split a task, or let it be planned.`,
      );
      continue;
    }
    const task = best(requirement, roomy, isProof);
    task.requirements.push(requirement);
    if (!isProof)
      notes.note(
        "covered-by-words",
        spot,
        `No task names ${id}; ${task.draft.step.id} covers it, as it shares most words with it.`,
      );
  }
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

/** Its criteria and what its tests are to show; without any of these, that it does what it says. */
function acceptanceOf(task: Covering, limit: number): readonly string[] {
  const full = criteriaOf(task, (requirement) => quoted(requirement));
  const rest = bytesOf({ ...task, requirements: [] }) + bytes(task.requirements.map(({ text }) => text));
  return rest + bytes(full) <= limit ? full : criteriaOf(task, named);
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
  const found = [...new Set([...proved, ...told, ...shown])];
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

/** Of a window, with criteria in their short form. */
function bytesOf(task: Covering): number {
  const { draft, title, description, requirements } = task;
  const criteria = criteriaOf(task, named);
  return (
    bytes([
      draft.step.id,
      title,
      description,
      ...requirements.map(({ text }) => text),
      ...criteria,
      ...draft.files,
    ]) + 200
  );
}

function bytes(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + new TextEncoder().encode(text).length + 1, 0);
}
