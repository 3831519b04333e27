// `factory metrics`: how often drafts were accepted, what was reused, and where the money went, over time.

import { pastWork } from "../../pipeline/history/build-history.ts";
import { metricsByDay, metricsDocument, metricsOf, metricsText } from "../../report/metrics-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const past = pastWork(invocation.root);
  if (!past.ok) return invocation.refuse(past.failure);
  const { builds, spending } = past.value;
  const all = metricsOf(builds, spending);
  const days = metricsByDay(builds, spending);
  if (invocation.json) invocation.printJson(metricsDocument(all, days));
  else invocation.print(metricsText(all, days, invocation.look.color));
  return EXIT.done;
}
