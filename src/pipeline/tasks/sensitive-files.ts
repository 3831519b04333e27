// Which files of its project may a task touch only by their very names, and with a person's word? Those of the one list,
// those that the project adds, and those that its gates run from.

import { type Result, success } from "../../model/result.ts";
import { isSensitivePath } from "../../model/sensitive-path.ts";
import { isTestPath } from "../../model/test-path.ts";
import { instrumentOf } from "../gating/looked-at.ts";
import type { Assignment } from "./assignment.ts";

export type IsSensitive = (path: string) => boolean;

/** What a template renders, people wrote. Of what gates run from, tests are what drafts are to write. */
export async function sensitiveFiles({
  agent,
  state,
}: Pick<Assignment, "agent" | "state">): Promise<Result<IsSensitive>> {
  if (agent.kind === "generator") return success(() => false);
  const { gates, sensitive = [] } = state.project;
  const run = new Set<string>();
  for (const gate of gates) {
    const files = await instrumentOf(state, gate, state.human);
    if (!files.ok) return files;
    for (const path of Object.keys(files.value)) if (!isTestPath(path)) run.add(path);
  }
  return success((path) => run.has(path) || isSensitivePath(path, sensitive));
}
