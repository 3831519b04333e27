// Which JSON documents do scripts get from the commands with which a person decides?

import type { Answer, Approval, ChangedRequirement } from "../model/decision.ts";
import type {
  ABSORBED_DOCUMENT,
  ANSWERED_DOCUMENT,
  APPROVED_DOCUMENT,
  DocumentOf,
  PLANNED_DOCUMENT,
  REQUIREMENT_DOCUMENT,
} from "./document-schemas.ts";
import { diagnosticsDocument } from "./json.ts";

export function approvedDocument(approval: Approval): DocumentOf<typeof APPROVED_DOCUMENT> {
  switch (approval.of) {
    case "feature":
      return { schema: 1, ok: true, feature: approval.feature, approved: approval.approved };
    case "task": {
      const { task, file } = approval;
      return { schema: 1, ok: true, task, approved: file === null ? "draft" : "text", file };
    }
    case "product": {
      const { branch, commit, tree } = approval.result;
      return { schema: 1, ok: true, project: approval.project, branch, commit, tree };
    }
  }
}

export function answeredDocument({
  target,
  question,
  answer,
  file,
  files,
}: Answer): DocumentOf<typeof ANSWERED_DOCUMENT> {
  return { schema: 1, ok: true, target, question, answer, file, added_files: files };
}

export function absorbedDocument(constraints: readonly string[]): DocumentOf<typeof ABSORBED_DOCUMENT> {
  return { schema: 1, ok: true, constraints };
}

export function plannedDocument(feature: string): DocumentOf<typeof PLANNED_DOCUMENT> {
  return { schema: 1, ok: true, feature };
}

export function requirementDocument(changed: ChangedRequirement): DocumentOf<typeof REQUIREMENT_DOCUMENT> {
  const { feature, requirement, file, line, before, after } = changed;
  const { diagnostics } = diagnosticsDocument(changed.diagnostics);
  return { schema: 1, ok: true, feature, requirement, file, line, before, after, diagnostics };
}
