// What is shown to whoever cuts a plan into tasks? A part of the map with lines, so that pointers meet what is there, the plan,
// the requirements, how criteria are proved, what other features write, and when it is planned again the tasks so far with what changed since. The planners' documents are not among it.

import type { Feature } from "../model/feature.ts";
import type { TextChange } from "../model/feature-diff.ts";
import type { Result } from "../model/result.ts";
import type { Segment, Window } from "../model/window.ts";
import { bounded, boundedMaps, countedBytes, type RolePrompt } from "./bounded.ts";
import { changeSegment, givingBack } from "./planned-before.ts";
import { mapSegment } from "./planner-window.ts";
import { boundSegment } from "./planning-room.ts";
import { type Refused, withRefused } from "./refused.ts";

export interface BacklogMaterial {
  readonly prompt: RolePrompt | null;
  /** Of its tasks nothing is shown; those of an earlier backlog are `previous`. */
  readonly feature: Pick<Feature, "id" | "projects" | "requirements" | "constraints">;
  /** A plan that a person wrote counts in the bound; ours has kept to a room of its own. */
  readonly plan: { readonly file: string; readonly text: string; readonly isPersons: boolean };
  /** Null where this is the first backlog. */
  readonly previous: {
    readonly tasks: readonly PreviousTask[];
    /** What differs from the request that the backlog was cut for. */
    readonly changes: readonly TextChange[];
    /** Whether no planner was asked, and the answer may say that one has to be. */
    readonly isPlanKept: boolean;
  } | null;
  /** One for each project of the feature, with lines. */
  readonly maps: readonly { readonly project: string; readonly text: string }[];
  /** The projects of the feature: their gates as `reportingGates` tells of them, and what other features write there. */
  readonly facts: readonly Segment[];
  /** Most bytes of what one task's window may hold. */
  readonly windowBytes: number;
  /** See rule-segments.ts. */
  readonly rules: readonly Segment[];
  readonly refused: Refused | null;
}

export interface PreviousTask {
  /** Id within its backlog, such as `T01`. */
  readonly id: string;
  /** The whole entry as YAML. */
  readonly text: string;
  /** The entry without all that can be left to the merge: id, title, requirements and files. */
  readonly brief: string;
  /** Whether what changed concerns it. Such a task is always shown whole. */
  readonly reached: boolean;
}

/** Where a thing is, and not what all there is: the plan has decided already what is to be built on. */
const MAP_BYTES = 6 * 1024;

export interface BacklogLimits {
  readonly planningBytes: number;
  /** Of all maps together, as `backlogMapBytes` says. */
  readonly mapBytes: number;
}

/** Of the room that planners have for maps. */
export function backlogMapBytes(mapBytes: number): number {
  return Math.min(MAP_BYTES, mapBytes);
}

/**
 * Where not all fits into `planningBytes`, tasks that the changes do not reach are shown in brief. Fails with
 * `window-too-large` when the maps together pass their own bound.
 */
export function backlogWindow(
  material: BacklogMaterial,
  { planningBytes: limit, mapBytes }: BacklogLimits,
): Result<Window> {
  const { plan, previous } = material;
  const maps = boundedMaps(material.maps.map(mapSegment), mapBytes);
  if (!maps.ok) return maps;
  const told: Segment[] = [
    ...material.facts,
    ...givingBack(previous),
    ...(previous?.changes ?? []).map(changeSegment),
  ];
  const asked = requestSegments(material);
  const place = { file: plan.file, line: 1, column: 1 };
  const document: Segment = { kind: "document", name: "PLAN.md", text: plan.text, place };
  const tasks = (previous?.tasks ?? []).map((task) => ({ ...task, whole: taskSegment(task.id, task.text) }));
  const whole = tasks.map((task) => task.whole);
  const isNarrow = countedBytes([document, ...asked, ...whole, ...told]) > limit;
  const shown = isNarrow
    ? tasks.map((task) => (task.reached ? task.whole : taskSegment(task.id, task.brief)))
    : whole;
  // Tasks were small enough for their own windows, and nobody can make them shorter here.
  const own = [...shown, ...told.filter(({ kind }) => kind === "changes")];
  return bounded(
    { role: "backlog", prompt: material.prompt },
    withRefused([...maps.value, document, ...asked, ...shown, ...told], material.refused),
    limit,
    plan.isPersons ? own : [document, ...own],
  );
}

function requestSegments({ feature, windowBytes, rules }: BacklogMaterial): Segment[] {
  const { id, projects, requirements, constraints } = feature;
  const { text: bytes } = boundSegment(windowBytes);
  const fact = (name: string, text: string): Segment => ({ kind: "constraint", name, text, place: null });
  return [
    ...requirements.map((one): Segment => {
      return { kind: "requirement", name: one.id, text: one.text, place: one.place };
    }),
    ...constraints.map(({ text, place }, index): Segment => {
      return { kind: "constraint", name: `C${index + 1}`, text, place };
    }),
    ...rules,
    fact("feature", `The feature is ${id}.`),
    fact(
      "window",
      `An engineer is shown the entry of a task, its requirements and the constraints of the feature, ${bytes} bytes in all: split what is more, or give a task \`tasks:\` of its own (ids such as \`a\`, files among its own, criteria): nobody drafts it then, and its criteria are judged on all of them together.`,
    ),
    fact("projects", `Its projects, the first of which is the default: ${projects.join(", ")}.`),
  ];
}

function taskSegment(name: string, text: string): Segment {
  return { kind: "previous", name, text, place: null };
}
