// How are criteria shown to whoever is not told of the task as such, and what is anybody told of how they are proved?
// Where each needs a test that names it, the heading above them says so; here is only what differs.

import type { Project } from "../model/project.ts";
import type { Proof } from "../model/proof.ts";
import { type CriterionProof, criterionTag, criterionWord, type Task } from "../model/task.ts";
import { hasPlainTestNames } from "../model/test-room.ts";
import type { Segment } from "../model/window.ts";
import { oneLine } from "./refused.ts";

export function taggedAcceptance(task: Pick<Task, "id" | "acceptance">): Segment[] {
  return task.acceptance.map(({ id, text, place }) => {
    return { kind: "acceptance", name: `${task.id}.${id}`, text, place };
  });
}

/** What a reviewer is told of it: in what form a name carries a tag is no matter of theirs. */
export function proofsForReviewer(told: readonly Segment[]): Segment[] {
  return told.flatMap((segment): Segment[] => {
    if (segment.name === TAGS) return [];
    if (segment.name !== UNTESTED) return [segment];
    return [
      { ...segment, text: "No test that a gate reports shows these. Judge each of them by the change." },
    ];
  });
}

/** Name of the segment that replaces what the heading says of tests. */
export const UNTESTED = "untested";
/** Name of the segment that tells the other form of a tag. */
export const TAGS = "tag";

/**
 * What is to be told beside the criteria: of each that names its own proof, and of all others; nothing where the tag in a
 * test's name is all there is to it. The same words whether a reviewer is routed or not: who reads a change must not make
 * it another one. `proof` is of the criteria that name none.
 */
export function proofSegments(task: Task, project: Pick<Project, "gates">, proof: Proof): Segment[] {
  const own = task.acceptance.flatMap(({ id, proof: named, place }): Segment[] =>
    named === undefined ? [] : [{ kind: "proof", name: id, text: ownProof(named), place }],
  );
  const others = otherProof(task, project, proof);
  return others === null ? own : [others, ...own];
}

/** Stands behind the criterion. */
function ownProof(proof: CriterionProof): string {
  if (proof === "reviewer") return "needs no test: whoever reads the change judges it";
  if ("gate" in proof) return `needs no test: the gate ${proof.gate} shows it`;
  return `needs no tag: the test \`${oneLine(proof.test)}\` shows it`;
}

function otherProof(task: Task, { gates }: Pick<Project, "gates">, proof: Proof): Segment | null {
  const first = task.acceptance.find(({ proof: named }) => named === undefined);
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
  return { kind: "proof", name: TAGS, text, place };
}
