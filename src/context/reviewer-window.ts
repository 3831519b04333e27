// What is a reviewer shown? The change, what must hold and what the gates said. Who made the change, what for, and in
// which words it was asked for stays hidden, so that the change must speak for itself.

import type { GateResult } from "../model/inspection.ts";
import { type Result, success } from "../model/result.ts";
import type { Unseen } from "../model/review.ts";
import type { Task } from "../model/task.ts";
import type { Segment, Window } from "../model/window.ts";
import { wordsSegments } from "./author-words.ts";
import { bounded, countedBytes, type RolePrompt } from "./bounded.ts";
import { taggedAcceptance } from "./criteria-text.ts";
import { oneLine, type Refused, withRefused } from "./refused.ts";
import { type FileDiff, shownChange } from "./shown-change.ts";

export interface ReviewMaterial {
  readonly prompt: RolePrompt | null;
  readonly task: Pick<Task, "id" | "acceptance">;
  /** What is told of how its criteria are proved; see criteria-text.ts. */
  readonly proofs?: readonly Segment[];
  /** One for each changed file. */
  readonly files: readonly FileDiff[];
  /** Of a change that is merged: what others have changed in its files since it was accepted. */
  readonly upstream?: readonly FileDiff[];
  readonly rules?: readonly Segment[];
  /** What the author said at the end: a word to weigh, and no proof. */
  readonly said?: string | null;
  readonly gates: readonly Pick<GateResult, "gate" | "passed" | "evidence">[];
  /** The reviewer's own answer before this one, where it could not be used. */
  readonly refused: Refused | null;
}

export interface ShownReview {
  readonly window: Window;
  /** What of the change is not in it. */
  readonly unseen: readonly Unseen[];
}

/** What of the change does not fit into `limit` bytes is left out by its worth, and the reviewer is told. */
export function reviewerWindow(material: ReviewMaterial, limit: number): Result<ShownReview> {
  const said = wordsSegments(material.said ? [{ name: "author", text: material.said }] : []);
  const rules = material.rules ?? [];
  const fixed = [
    ...(material.proofs ?? []),
    ...taggedAcceptance(material.task),
    ...rules,
    ...said,
    ...material.gates.map(gateSegment),
  ];
  const { segments: change, unseen } = shownChange(material.files, limit - countedBytes(fixed));
  const below = shownChange(material.upstream ?? [], limit - countedBytes([...change, ...fixed]));
  const upstream = below.segments.map((segment): Segment => ({ ...segment, kind: "upstream" }));
  const segments = withRefused([...change, ...upstream, ...fixed], material.refused);
  const window = bounded({ role: "reviewer", prompt: material.prompt }, segments, limit);
  return window.ok ? success({ window: window.value, unseen }) : window;
}

function gateSegment({ gate, passed, evidence }: ReviewMaterial["gates"][number]): Segment {
  const text = passed ? "passed" : `failed: ${oneLine(evidence)}`;
  return { kind: "gates", name: gate, text, place: null };
}
