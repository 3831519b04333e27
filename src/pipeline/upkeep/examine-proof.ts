// Is there a criterion in a project that nothing proves? What is known of its tasks says so, whether or not it was built.

import type { Project } from "../../model/project.ts";
import { type CriteriaCount, unprovenText } from "../../spec/validate/provable.ts";
import { type HealthFinding, problem } from "./health-finding.ts";

/** `counts` are the criteria of all features in all projects. */
export function examineProof(project: Project, counts: readonly CriteriaCount[]): readonly HealthFinding[] {
  const own = counts.filter((count) => count.project === project.id);
  const told = unprovenText(project.id, own);
  if (told === null) return [];
  const says = told.message.replace(/\.$/, "");
  const subject = `${project.id}/`;
  return [problem("warning", { subject, code: "criteria-unproven", says, fix: told.fix })];
}
