// `factory cost`: what was spent, on what, and what the same work would have cost on the dearest model.

import { validSources } from "../../pipeline/commands/valid-sources.ts";
import { costOf } from "../../pipeline/history/cost-report.ts";
import { readOutlines } from "../../pipeline/reading/read-whole.ts";
import { costDocument, costText } from "../../report/cost-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const sources = await validSources(invocation, readOutlines);
  if (!sources.ok) return invocation.refuse(sources.failure);
  const report = await costOf(invocation.root, sources.value.workspace, invocation.text("since"));
  if (!report.ok) return invocation.refuse(report.failure);
  if (invocation.json) invocation.printJson(costDocument(report.value));
  else invocation.print(costText(report.value, invocation.look.color));
  return EXIT.done;
}
