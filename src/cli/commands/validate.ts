// `factory validate`: read everything, report every finding.

import { success } from "../../model/result.ts";
import { type Validated, validateWorkspace } from "../../pipeline/commands/validate-workspace.ts";
import { count } from "../../report/figures.ts";
import { diagnosticsDocument } from "../../report/json.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { writeSarif } from "../report-file.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const validated = await validateWorkspace(invocation);
  const code = validated.ok ? tell(invocation, validated.value) : invocation.refuse(validated.failure);
  return writeSarif(invocation, validated.ok ? success(validated.value.diagnostics) : validated, code);
}

function tell(invocation: Invocation, { sources, diagnostics }: Validated): ExitCode {
  const { features, workspace } = sources;
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  if (invocation.json) invocation.printJson(diagnosticsDocument(diagnostics));
  else invocation.showFindings(diagnostics, "print");
  if (errors > 0) {
    invocation.say(count(errors, "error"));
    return EXIT.invalid;
  }
  const tasks = features.reduce((sum, feature) => sum + feature.tasks.length, 0);
  const all = [count(features.length, "feature"), count(tasks, "task")].join(" with ");
  invocation.say(`valid: ${all} for ${count(workspace.projects.length, "project")}`);
  return EXIT.done;
}
