// `factory validate`: read everything, report every finding.

import { missingTests } from "../../pipeline/projects/missing-tests.ts";
import { strayPointers } from "../../pipeline/projects/pointer-faults.ts";
import { strayConstraints } from "../../pipeline/projects/stray-constraints.ts";
import { loadPreviousBuild } from "../../pipeline/reading/build-index.ts";
import { NOTHING_REMEMBERED, readSources } from "../../pipeline/reading/read.ts";
import { vanishedSources } from "../../pipeline/reading/vanished.ts";
import { priceFindings } from "../../pipeline/upkeep/unpriced-agents.ts";
import { now } from "../../platform/clock.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { count } from "../../report/figures.ts";
import { diagnosticsDocument } from "../../report/json.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const reading = await readSources(invocation.root, invocation.packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const { features, workspace } = reading.value.sources;
  const { root, writer } = invocation;
  const vanished = await vanishedSources(reading.value.sources, loadPreviousBuild(root, writer), false);
  if (!vanished.ok) return invocation.refuse(vanished.failure);
  const { question } = vanished.value;
  const diagnostics = [
    ...reading.value.sources.diagnostics,
    ...(question === null ? [] : diagnosticOf(question, null)),
    ...(await strayConstraints(reading.value.sources)),
    ...(await strayPointers(reading.value.sources)),
    ...(await missingTests(reading.value.sources)),
    ...(await priceFindings(workspace, now())),
  ];
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  if (invocation.json) invocation.printJson(diagnosticsDocument(diagnostics));
  else invocation.print(invocation.findingLines(diagnostics, "all"));
  const tasks = features.reduce((sum, feature) => sum + feature.tasks.length, 0);
  if (errors === 0) {
    const all = [count(features.length, "feature"), count(tasks, "task")].join(" with ");
    invocation.say(`valid: ${all} for ${count(workspace.projects.length, "project")}`);
  } else invocation.say(count(errors, "error"));
  return errors === 0 ? EXIT.done : EXIT.invalid;
}
