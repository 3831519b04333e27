// Which JSON documents do scripts get from the commands with which a person decides?

import type { Answer, Approval } from "../model/decision.ts";
import type { JsonObject } from "./json.ts";

export function approvedDocument(approval: Approval): JsonObject {
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

export function answeredDocument({ target, question, answer, file, files }: Answer): JsonObject {
  return { schema: 1, ok: true, target, question, answer, file, added_files: files };
}

export function absorbedDocument(constraints: readonly string[]): JsonObject {
  return { schema: 1, ok: true, constraints };
}

export function plannedDocument(feature: string): JsonObject {
  return { schema: 1, ok: true, feature };
}
