// `factory cost`: what was spent, on what, and what the same work would have cost on the dearest model.

import { costOf } from "../../pipeline/history/cost.ts";
import { refuseUnsound } from "../../pipeline/outcome.ts";
import { NOTHING_REMEMBERED, readSources } from "../../pipeline/reading/read.ts";
import { costDocument, costText } from "../../report/cost-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, packageRoot } = invocation;
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const { sources } = reading.value;
  const sound = refuseUnsound(sources);
  if (!sound.ok) return invocation.refuse(sound.failure);
  const report = await costOf(root, sources.workspace, invocation.text("since"));
  if (!report.ok) return invocation.refuse(report.failure);
  if (invocation.json) invocation.printJson(costDocument(report.value));
  else invocation.print(costText(report.value, invocation.look.color));
  return EXIT.done;
}
