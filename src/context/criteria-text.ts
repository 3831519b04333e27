// How are criteria shown to whoever is not told of the task as such, and what is anybody told of how they are proved?
// Where each needs a test that names it, the heading above them says so; here is only what differs.

import type { Project } from "../model/project.ts";
import type { Proof } from "../model/proof.ts";
import { criterionTag, criterionWord, type Task } from "../model/task.ts";
import { hasPlainTestNames } from "../model/test-room.ts";
import type { Segment } from "../model/window.ts";

export function taggedAcceptance(task: Pick<Task, "id" | "acceptance">): Segment[] {
  return task.acceptance.map(({ id, text, place }) => {
    return { kind: "acceptance", name: `${task.id}.${id}`, text, place };
  });
}

/** What a reviewer is told of it: in what form a name carries a tag is no matter of theirs. */
export function proofForReviewer(told: Segment | null): Segment | null {
  if (told?.name !== UNTESTED) return null;
  return { ...told, text: "No test that a gate reports shows these. Judge each of them by the change." };
}

/** Name of the segment that replaces what the heading says of tests. */
export const UNTESTED = "untested";

/**
 * What is to be told beside the criteria; null where the tag in a test's name is all there is to it. The same words
 * whether a reviewer is routed or not: who reads a change must not make it another one.
 */
export function proofSegment(task: Task, { gates }: Pick<Project, "gates">, proof: Proof): Segment | null {
  const [first] = task.acceptance;
  if (first === undefined) return null;
  const place = task.places.acceptance ?? task.place;
  if (proof.by === "reviewer" || (proof.by === "nobody" && proof.why === "no-test-file")) {
    const text =
      "No file of this task can hold a test, so write none, whatever is said of tests above. Whoever reads the change judges each of these by it.";
    return { kind: "proof", name: UNTESTED, text, place };
  }
  if (proof.by === "nobody") {
    const text =
      "No gate tells which tests passed. Each of these has to hold all the same; where a file of this task can hold a test of it, write one.";
    return { kind: "proof", name: UNTESTED, text, place };
  }
  const isPlain = gates.some(({ report }) => report === "go" || report === "cargo");
  if (!isPlain && !hasPlainTestNames(task.filesHint)) return null;
  const [word, tag] = [criterionWord(task.id, first.id), criterionTag(task.id, first.id)];
  const text = `Where the name of a test cannot hold brackets, it carries the tag as a word: \`${word}\` for ${tag}, at the beginning or after \`_\`, with \`_\` or nothing after it.`;
  return { kind: "proof", name: "tag", text, place };
}
