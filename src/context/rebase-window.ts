// What is shown to whoever says a task better? The task as it was written, the requirements that it names, and how it
// failed. Not the drafts: what is wrong with a text shows in what became of it, and drafts would be copied.

import type { Feature } from "../model/feature.ts";
import type { Result } from "../model/result.ts";
import type { AgentWords } from "../model/review.ts";
import type { Task } from "../model/task.ts";
import type { Segment, Window } from "../model/window.ts";
import { slices } from "./assemble.ts";
import { wordsSegments } from "./author-words.ts";
import { bounded, type RolePrompt } from "./bounded.ts";
import { oneLine, type Refused, withRefused } from "./refused.ts";

export interface RebaseMaterial {
  readonly prompt: RolePrompt | null;
  readonly task: Task;
  /** The task's entry as YAML. */
  readonly entry: string;
  readonly feature: Feature;
  readonly rules: readonly Segment[];
  /** What ended each attempt. */
  readonly failures: readonly string[];
  /** What agents said when they handed in. */
  readonly words?: readonly AgentWords[];
  readonly refused: Refused | null;
}

/** Fails with `window-too-large` when the segments pass `limit` bytes. */
export function rebaseWindow(material: RebaseMaterial, limit: number): Result<Window> {
  const { task, feature } = material;
  const segments: Segment[] = [
    { kind: "task-spec", name: task.id, text: material.entry, place: task.place },
    ...slices(task, feature).map(({ id, text, place }): Segment => {
      return { kind: "requirement", name: id, text, place };
    }),
    ...material.rules,
    ...material.failures.map((text, index): Segment => {
      return { kind: "failures", name: String(index + 1), text: oneLine(text), place: null };
    }),
    ...wordsSegments(
      (material.words ?? []).map(({ attempt, text }) => ({ name: `attempt ${attempt}`, text })),
    ),
  ];
  const asked = { role: "rebase", prompt: material.prompt } as const;
  return bounded(asked, withRefused(segments, material.refused), limit);
}
