// What is told of the plan so far to whoever plans a feature again? What changed in the request, which plan and tasks
// there are, and that all of it is made anew: none of it is a change request on what was built.

import type { Change, FeatureDiff, TextChange } from "../model/feature-diff.ts";
import type { Segment } from "../model/window.ts";
import { oneLine } from "./refused.ts";

export interface PlannedBefore {
  /** PLAN.md as it stands; null where there is none. */
  readonly plan: { readonly file: string; readonly text: string } | null;
  readonly tasks: readonly {
    readonly id: string;
    readonly title: string;
    readonly requirements: readonly string[];
  }[];
  readonly changes: readonly TextChange[];
}

/** Whatever of a request differs, as items of one list. */
export function changesIn(diff: FeatureDiff): readonly TextChange[] {
  return [...diff.settings, ...diff.sections, ...diff.requirements, ...diff.constraints, ...diff.params];
}

/** For those who write documents and merge them. None of it counts in the bound of their windows. */
export function plannedBeforeSegments(before: PlannedBefore | null): Segment[] {
  if (before === null) return [];
  const { plan, tasks, changes } = before;
  const list = tasks.map(({ id, title, requirements }) => {
    return `${id} (${requirements.join(", ")}) ${oneLine(title)}`;
  });
  return [
    ...(plan === null
      ? []
      : [
          {
            kind: "document",
            name: "PLAN.md so far",
            text: plan.text,
            place: { file: plan.file, line: 1, column: 1 },
          } as const,
        ]),
    again(
      "anew",
      "It was planned before. All of it is generated anew by people who start from nothing, and nothing that it made is in the code that you see: write for the whole feature, never as a change of what was built.",
    ),
    again("same", "What the changes below leave right in the plan so far stays as it is, in the same words."),
    ...(list.length === 0 ? [] : [again("tasks", `Its tasks so far: ${list.join("; ")}.`)]),
    ...changes.map(changeSegment),
  ];
}

/** For whoever cuts the tasks. */
export function givingBack(previous: { readonly isPlanKept: boolean } | null): Segment[] {
  if (previous === null) return [];
  const replan =
    "The plan was kept, and only its quotes of the changed requirements are new. Where it cannot hold any more, answer one line instead of a backlog: `replan: why`.";
  return [
    again("stays", "A task that stays as it is is given back by its id alone: `- id: T01`."),
    again(
      "changes",
      "A change goes into the tasks that are there: each is generated anew from its text, so no task is added that changes what another one makes. A task that now has to meet a changed requirement names it in `requirements`.",
    ),
    ...(previous.isPlanKept ? [again("replan", replan)] : []),
  ];
}

function again(name: string, text: string): Segment {
  return { kind: "again", name, text, place: null };
}

/** Of one side of a change, in characters: a whole section of prose stands in the request, too. */
const TOLD = 600;

export function changeSegment({ id, change, before, after }: TextChange): Segment {
  const sides: readonly (readonly [string, string | null])[] =
    change === ("changed" satisfies Change)
      ? [
          ["before: ", before],
          ["now: ", after],
        ]
      : [
          ["before: ", before],
          ["", after],
        ];
  const told = sides.flatMap(([word, text]) => (text === null ? [] : [`${word}${clipped(oneLine(text))}`]));
  return { kind: "changes", name: id, text: `${change}; ${told.join("; ")}`, place: null };
}

function clipped(text: string): string {
  return text.length > TOLD ? `${text.slice(0, TOLD)}…` : text;
}
