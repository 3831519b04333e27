// Who fulfils what a task list asks of a task that has parts? What a part names is that part's. Of all else the part that
// alone speaks of it; where none does, the last one that writes code, since the whole is done with it.

import type { ImportedRequirement, ImportedStep } from "../../model/imported.ts";
import type { Notes } from "./foreign.ts";
import { toldBy, wordsOf } from "./words.ts";

export interface Whole {
  readonly id: string;
  /** Ids that the whole names. */
  readonly requirements: readonly string[];
  /** The steps below it, in the order of the list. */
  readonly parts: readonly ImportedStep[];
}

/** The steps with what the wholes that they are parts of leave to them. */
export function withThoseOfWholes(
  steps: readonly ImportedStep[],
  wholes: readonly Whole[],
  requirements: readonly ImportedRequirement[],
  notes: Notes,
): readonly ImportedStep[] {
  const texts = new Map(requirements.map(({ id, text }) => [id, text.split("\n")[0] ?? ""]));
  const added = new Map<string, Set<string>>();
  const ofStep = ({ id, requirements: own }: ImportedStep) => [...own, ...(added.get(id) ?? [])];
  // The innermost first: it says more exactly whose they are.
  for (const { id: whole, requirements: asked, parts } of [...wholes].reverse()) {
    const taken = new Set(parts.flatMap(ofStep));
    const work = parts.filter(({ kind }) => kind === "work");
    const choices = (work.length > 0 ? work : parts).map((step) => {
      return { step, words: wordsOf([step.text, ...step.details, ...step.files].join(" ")) };
    });
    for (const id of asked.filter((one) => !taken.has(one))) {
      const told = toldBy(wordsOf(texts.get(id) ?? ""), choices);
      const found = told ?? choices.at(-1);
      if (found === undefined) continue;
      const { step } = found;
      added.set(step.id, (added.get(step.id) ?? new Set()).add(id));
      if (told === null && choices.length > 1)
        notes.note(
          "of-the-whole",
          step.spot,
          `${whole} names ${id}, and none of its parts: ${step.id}, the last of them, has to fulfil it.`,
        );
    }
  }
  return steps.map((step) => {
    const all = [...new Set(ofStep(step))];
    return all.length === step.requirements.length ? step : { ...step, requirements: all };
  });
}
