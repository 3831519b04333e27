// What is shown to whoever cuts a plan into tasks? The plan, the requirements, and when it is planned again the tasks
// so far with what changed since. The planners' documents are not among it.

import type { Feature } from "../model/feature.ts";
import type { TextChange } from "../model/feature-diff.ts";
import type { Result } from "../model/result.ts";
import type { Segment, Window } from "../model/window.ts";
import { bounded, bytesOf, type RolePrompt } from "./bounded.ts";
import { oneLine, type Refused, withRefused } from "./refused.ts";

export interface BacklogMaterial {
  readonly prompt: RolePrompt | null;
  /** Of its tasks nothing is shown; those of an earlier backlog are `previous`. */
  readonly feature: Pick<Feature, "id" | "projects" | "requirements" | "constraints">;
  readonly plan: { readonly file: string; readonly text: string };
  /** Null where this is the first backlog. */
  readonly previous: {
    readonly tasks: readonly PreviousTask[];
    /** Requirements, constraints and parameters that differ from those that the backlog was cut for. */
    readonly changes: readonly TextChange[];
  } | null;
  /** The projects of the feature, as `reportingGates` tells of their gates. */
  readonly proof: readonly Segment[];
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

/** Where not all fits into `limit` bytes, tasks that the changes do not reach are shown in brief. */
export function backlogWindow(material: BacklogMaterial, limit: number): Result<Window> {
  const whole = segmentsOf(material, () => true);
  const fitting = bytesOf(whole) <= limit ? whole : segmentsOf(material, ({ reached }) => reached);
  const segments = [...material.proof, ...fitting];
  const asked = { role: "backlog", prompt: material.prompt } as const;
  return bounded(asked, withRefused(segments, material.refused, limit), limit);
}

function segmentsOf(material: BacklogMaterial, isWhole: (task: PreviousTask) => boolean): Segment[] {
  const { feature, plan, previous, rules } = material;
  const fact = (name: string, text: string): Segment => ({ kind: "constraint", name, text, place: null });
  return [
    { kind: "document", name: "PLAN.md", text: plan.text, place: { file: plan.file, line: 1, column: 1 } },
    ...feature.requirements.map(({ id, text, place }): Segment => {
      return { kind: "requirement", name: id, text, place };
    }),
    ...feature.constraints.map(({ text, place }, index): Segment => {
      return { kind: "constraint", name: `C${index + 1}`, text, place };
    }),
    ...rules,
    fact("feature", `The feature is ${feature.id}.`),
    fact("projects", `Its projects, the first of which is the default: ${feature.projects.join(", ")}.`),
    ...(previous?.tasks ?? []).map((entry): Segment => {
      return {
        kind: "previous",
        name: entry.id,
        text: isWhole(entry) ? entry.text : entry.brief,
        place: null,
      };
    }),
    ...(previous?.changes ?? []).map(changeSegment),
  ];
}

function changeSegment({ id, change, before, after }: TextChange): Segment {
  const told = [
    before === null ? "" : `before: ${oneLine(before)}`,
    after === null ? "" : `${before === null ? "" : "now: "}${oneLine(after)}`,
  ].filter((text) => text !== "");
  return { kind: "changes", name: id, text: `${change}; ${told.join("; ")}`, place: null };
}
