// Which of the steps of a foreign task list become tasks of ours? A task writes files and passes its gates by itself, so
// what only runs something is none, and a test goes with the code that makes it pass.

import type { ImportedStep } from "../../model/imported.ts";
import type { Notes } from "./foreign.ts";
import { sharedWords, wordsOf } from "./words.ts";

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
  return group !== null && steps.some((other) => other.group === group && !other.files.every(isPaper));
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
    return [...new Set(own.flatMap(({ id }) => drafts.get(id)?.files ?? []))].filter(
      (file) => !isPaper(file),
    );
  };
  const before = filesOf(steps.slice(0, index));
  return before.length > 0 ? before : filesOf(steps.slice(index + 1));
}

/** Documents and settings, which nothing else is about. */
export function isPaper(file: string): boolean {
  return /\.(?:mdx?|txt|rst|json|ya?ml|toml|lock|cfg|ini)$|^docs\/|(?:^|\/)(?:\.[^/]+|LICENSE|Dockerfile|Makefile|Procfile|Gemfile|go\.mod)$/i.test(
    file,
  );
}

/**
 * The code that a test is about: in its group, where there is some, the one that shares most words with it. Outside of a
 * group words alone tell, and where they do not, no other task gets the files of the test.
 */
function partnerOf(
  test: ImportedStep,
  steps: readonly ImportedStep[],
  drafts: ReadonlyMap<string, TaskDraft>,
): TaskDraft | null {
  const all = steps.filter(({ id, kind }) => kind === "work" && drafts.has(id));
  const near = all.filter(({ group }) => group !== null && group === test.group);
  const choice = near.length > 0 ? near : all;
  const words = wordsOf([test.text, ...test.files].join(" "));
  let best: ImportedStep | null = null;
  let most = 0;
  for (const step of choice) {
    const shared = sharedWords(words, wordsOf([step.text, ...step.files].join(" ")));
    if (shared > most) [best, most] = [step, shared];
  }
  const at = steps.indexOf(test);
  if (best === null && near.length === 0) return null;
  const nearest = choice.findLast((step) => steps.indexOf(step) < at) ?? choice.at(-1);
  return drafts.get((best ?? nearest)?.id ?? "") ?? null;
}
