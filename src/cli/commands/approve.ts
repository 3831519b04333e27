// `factory approve FEATURE`: let a planned backlog be built. `FEATURE:TASK`: take an agent's new text of it, or a draft. `PROJECT/`:
// let its product be merged.

import type { Approval } from "../../model/decision.ts";
import { approveTarget } from "../../pipeline/commands/approve-target.ts";
import { approvedDocument } from "../../report/settled-json.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

const TOLD = {
  backlog: "approved: the next `factory build` builds its tasks",
  plan: "approved: the new plan is in its files, and the next `factory build` builds it",
  files: "approved: the files are as you want them, and the new plan is merged",
  nothing: "it was already approved",
} as const;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const target = invocation.argument(0) ?? "";
  const approval = await approveTarget(invocation, buildOptions(invocation, []), target);
  if (!approval.ok) return invocation.refuse(approval.failure, target);
  if (invocation.json) invocation.printJson(approvedDocument(approval.value));
  invocation.say(told(approval.value));
  return EXIT.done;
}

function told(approval: Approval): string {
  switch (approval.of) {
    case "feature":
      return `${approval.feature}: ${TOLD[approval.approved]}`;
    case "task":
      return approval.file === null
        ? `${approval.task}: approved: the next \`factory build\` takes its draft`
        : `${approval.task}: approved: its new text is in ${approval.file}, and the next \`factory build\` builds it`;
    case "product": {
      const { project, result } = approval;
      return result.moved
        ? `${project}: merged into ${result.branch}`
        : `${project}: there was nothing to merge`;
    }
  }
}
