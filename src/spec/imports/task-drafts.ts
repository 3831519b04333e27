// Which of the steps of a foreign task list become tasks of ours? A task writes files and passes its gates by itself, so
// what only runs something is none, and a test goes with the code that makes it pass.

import type { ImportedStep } from "../../model/imported.ts";
import type { Notes } from "./foreign.ts";
import { MOST_BESIDE, rarity, sharedWords, wordsOf } from "./words.ts";

export interface TaskDraft {
  readonly step: ImportedStep;
  /** Steps that only write tests of it. */
  readonly tests: ImportedStep[];
  readonly files: string[];
}

/** What a step may write where nothing says which files: any file, while no other task writes. */
export const ANYWHERE = "**";

export interface Drafts {
  readonly drafts: readonly TaskDraft[];
  /** Steps that are no tasks of their own: whoever waits for one of them waits for what it waits for. */
  readonly left: ReadonlyMap<string, ImportedStep>;
}

export function draftsOf(steps: readonly ImportedStep[], notes: Notes): Drafts {
  const left = new Map<string, ImportedStep>();
  const drafts = new Map<string, TaskDraft>();
  const draft = (step: ImportedStep, files: readonly string[]) => {
    drafts.set(step.id, { step, tests: [], files: files.length > 0 ? [...files] : [ANYWHERE] });
    if (files.length === 0)
      notes.warn(
        "no-files",
        step.spot,
        `${step.id} names no file, so it may write anywhere in the project, and others wait for it.`,
      );
  };
  const inherits = (step: ImportedStep) => step.files.length === 0 && hasGroupFiles(step, steps);
  for (const step of steps) if (step.kind === "work" && !inherits(step)) draft(step, step.files);
  for (const step of steps.filter(({ kind }) => kind === "test")) {
    const partner = partnerOf(step, steps, drafts);
    if (partner === null) draft(step, step.files);
    else {
      left.set(step.id, step);
      partner.tests.push(step);
      if (!partner.files.includes(ANYWHERE))
        partner.files.push(...step.files.filter((file) => !partner.files.includes(file)));
      const said = `${step.id} writes tests, which go with the code that makes them pass: it is part of ${partner.step.id}.`;
      notes.note("merged-test", step.spot, said);
    }
  }
  for (const [index, step] of steps.entries()) {
    if (drafts.has(step.id) || left.has(step.id)) continue;
    if (step.kind === "check") {
      left.set(step.id, step);
      const said = `${step.id} only makes folders, runs something or looks at something. It is not a task: folders come with their files, and gates run.`;
      notes.note("no-task", step.spot, said);
      continue;
    }
    const files = filesAround(index, steps, drafts);
    draft(step, files);
    if (files.length > 0)
      notes.note(
        "derived-files",
        step.spot,
        `${step.id} names no file, so it may write those of "${step.group}".`,
      );
  }
  return { drafts: steps.flatMap(({ id }) => drafts.get(id) ?? []), left };
}

function hasGroupFiles({ group }: ImportedStep, steps: readonly ImportedStep[]): boolean {
  return (
    group !== null &&
    steps.some((other) => other.group === group && !other.files.every((file) => isOwn(file)))
  );
}

/** What no other step of the group may write for that: papers, and files of which only the name is told. */
function isOwn(file: string): boolean {
  return isPaper(file) || file.startsWith("**/");
}

/** The code that its group wrote before it; where there is none, that it writes later. */
function filesAround(
  index: number,
  steps: readonly ImportedStep[],
  drafts: ReadonlyMap<string, TaskDraft>,
): readonly string[] {
  const group = steps[index]?.group;
  const filesOf = (some: readonly ImportedStep[]) => {
    const own = some.filter((step) => step.group === group && step.files.length > 0);
    return [...new Set(own.flatMap(({ id }) => drafts.get(id)?.files ?? []))].filter((file) => !isOwn(file));
  };
  const before = filesOf(steps.slice(0, index));
  return before.length > 0 ? before : filesOf(steps.slice(index + 1));
}

const CODE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|css|s[ac]ss|less|py|rb|go|rs|java|kts?|php|cs|swift|dart|c|h|cpp|sh|sql)$/i;

/** What is read by people, and run by nobody. The page of a site is code, also below `docs/`. */
export function isDocument(file: string): boolean {
  return /\.(?:mdx?|txt|rst|adoc)$/i.test(file) || (/^docs\//i.test(file) && !CODE.test(file));
}

/** Documents and settings, which nothing else is about. */
export function isPaper(file: string): boolean {
  return (
    isDocument(file) ||
    /\.(?:json|ya?ml|toml|lock|cfg|ini)$|(?:^|\/)(?:\.[^/]+|LICENSE|Dockerfile|Makefile|Procfile|Gemfile|go\.mod)$/i.test(
      file,
    )
  );
}

/**
 * The code that a test is about: what names most of the requirements that it names, else what shares most words with it. In
 * its group there is one, and of equals the last, where all is there that the test needs. Outside of a group it has to stand
 * out: else no other task gets the files of the test.
 */
function partnerOf(
  test: ImportedStep,
  steps: readonly ImportedStep[],
  drafts: ReadonlyMap<string, TaskDraft>,
): TaskDraft | null {
  const all = steps.filter(({ id, kind }) => {
    const files = drafts.get(id)?.files;
    return kind === "work" && files !== undefined && !files.every(isPaper);
  });
  const near = all.filter(({ group }) => group !== null && group === test.group);
  const choice = named(test, near.length > 0 ? near : all).map((step) => {
    return { step, words: wordsOf([step.text, ...step.files].join(" ")) };
  });
  const words = wordsOf([test.text, ...test.files].join(" "));
  const weights = rarity(choice.map((one) => one.words));
  const scores = choice.map((one) => sharedWords(words, one.words, weights));
  const most = Math.max(0, ...scores);
  const best = choice.findLast((_one, index) => scores[index] === most)?.step;
  const at = steps.indexOf(test);
  const [only] = choice;
  const isSole = choice.length === 1 && only !== undefined && sharedBy(test, only.step) > 0;
  const isAlone = most > 0 && scores.filter((score) => score > MOST_BESIDE * most).length === 1;
  // A test that stands before its code cannot pass by itself.
  const isFirst = most > 0 && best !== undefined && steps.indexOf(best) > at;
  if (near.length === 0 && !(isSole || isAlone || isFirst)) return null;
  if (most > 0 || isSole) return drafts.get(best?.id ?? "") ?? null;
  const nearest = choice.findLast(({ step }) => steps.indexOf(step) < at) ?? choice.at(-1);
  return drafts.get(nearest?.step.id ?? "") ?? null;
}

/** Those that name most of what the test names; all, where none names any of it. */
function named(test: ImportedStep, steps: readonly ImportedStep[]): readonly ImportedStep[] {
  const counts = steps.map((step) => sharedBy(test, step));
  const most = Math.max(0, ...counts);
  return most === 0 ? steps : steps.filter((_step, index) => counts[index] === most);
}

function sharedBy(one: ImportedStep, other: ImportedStep): number {
  return one.requirements.filter((id) => other.requirements.includes(id)).length;
}
