// Do the gates of a project prove what its tasks promise? Told whether or not there is a task yet, so that it is known
// before somebody trusts a product.

import type { Project } from "../../model/project.ts";
import { type CriteriaCount, unprovenText } from "../../spec/sound-proof.ts";
import { type Finding, problem } from "./finding.ts";

const CODE = "criteria-unproven";

/** `counts` are the criteria of all features in all projects. */
export function examineProof(project: Project, counts: readonly CriteriaCount[]): readonly Finding[] {
  const subject = `${project.id}/`;
  const own = counts.filter((count) => count.project === project.id);
  const told = unprovenText(project.id, own);
  if (told !== null) {
    const says = told.message.replace(/\.$/, "");
    return [problem("warning", { subject, code: CODE, says, fix: told.fix })];
  }
  // Where no gate judges anything, that is the finding.
  if (project.gates.length === 0 || project.gates.some(({ report }) => report !== null)) return [];
  const says = "no gate reports its tests, so no criterion can be proven by one";
  const fix = "Give the gate that runs the tests `report:` with junit, go, tap or cargo.";
  return [problem("warning", { subject, code: CODE, says, fix })];
}
