// What is a reviewer shown? The change, what must hold and what the gates said. Who made the change, what for, and in
// which words it was asked for stays hidden, so that the change must speak for itself.

import type { GateResult } from "../model/inspection.ts";
import type { Result } from "../model/result.ts";
import type { Task } from "../model/task.ts";
import type { Segment, Window } from "../model/window.ts";
import { taggedAcceptance } from "./acceptance.ts";
import { bounded, bytesOf, type RolePrompt } from "./bounded.ts";
import { oneLine, type Refused, withRefused } from "./refused.ts";

export interface ReviewMaterial {
  readonly prompt: RolePrompt | null;
  readonly task: Pick<Task, "id" | "acceptance">;
  /** What is told of how its criteria are proved; see acceptance.ts. */
  readonly proof?: Segment | null;
  /** One for each changed file: its difference in the unified form. */
  readonly files: readonly FileDiff[];
  readonly gates: readonly Pick<GateResult, "gate" | "passed" | "evidence">[];
  /** The reviewer's own answer before this one, where it could not be used. */
  readonly refused: Refused | null;
}

export interface FileDiff {
  readonly path: string;
  readonly diff: string;
}

/** Files that do not fit into `limit` bytes are left out whole, the largest first, and the reviewer is told. */
export function reviewerWindow(material: ReviewMaterial, limit: number): Result<Window> {
  const proof = material.proof ? [material.proof] : [];
  const fixed = [...proof, ...taggedAcceptance(material.task), ...material.gates.map(gateSegment)];
  const findings = bytesOf(withRefused([], material.refused, 0));
  const { shown, omitted } = fitting(material.files, limit - bytesOf(fixed) - findings);
  const diffs = shown.map(
    ({ path, diff }): Segment => ({ kind: "diff", name: path, text: diff, place: null }),
  );
  const left: Segment[] = omitted.length === 0 ? [] : [omission(omitted)];
  const segments = withRefused([...diffs, ...left, ...fixed], material.refused, limit);
  return bounded({ role: "reviewer", prompt: material.prompt }, segments, limit);
}

function gateSegment({ gate, passed, evidence }: ReviewMaterial["gates"][number]): Segment {
  const text = passed ? "passed" : `failed: ${oneLine(evidence)}`;
  return { kind: "gates", name: gate, text, place: null };
}

interface Fitting {
  readonly shown: readonly FileDiff[];
  readonly omitted: readonly FileDiff[];
}

/** The most files that fit, in the order of their paths. */
function fitting(files: readonly FileDiff[], room: number): Fitting {
  const bySize = [...files].sort((a, b) => bytesIn(a) - bytesIn(b) || (a.path < b.path ? -1 : 1));
  let taken = bySize.reduce((sum, file) => sum + bytesIn(file), 0);
  for (let count = bySize.length; count > 0; count--) {
    const omitted = bySize.slice(count);
    if (taken <= room && taken + (omitted.length === 0 ? 0 : bytesOf([omission(omitted)])) <= room) {
      return { shown: byPath(bySize.slice(0, count)), omitted };
    }
    taken -= bytesIn(bySize[count - 1] as FileDiff);
  }
  return { shown: [], omitted: files };
}

const TOLD = 10;

function omission(files: readonly FileDiff[]): Segment {
  const named = byPath(files)
    .slice(0, TOLD)
    .map((file) => `${file.path} (${bytesIn(file)} bytes)`);
  const more = files.length > TOLD ? [`and ${files.length - TOLD} more files`] : [];
  const text = ["Left out whole, because the window is full:", ...named, ...more].join("\n");
  return { kind: "diff", name: "files that are not shown", text, place: null };
}

function byPath(files: readonly FileDiff[]): FileDiff[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function bytesIn({ diff }: FileDiff): number {
  return Buffer.byteLength(diff, "utf8");
}
