// `factory validate`: read everything, report every finding.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Result, success } from "../../model/result.ts";
import { missingTests } from "../../pipeline/projects/missing-tests.ts";
import { strayPointers } from "../../pipeline/projects/pointer-faults.ts";
import { strayConstraints } from "../../pipeline/projects/stray-constraints.ts";
import { loadPreviousBuild } from "../../pipeline/reading/build-index.ts";
import { NOTHING_REMEMBERED, readSources } from "../../pipeline/reading/read.ts";
import type { Sources } from "../../pipeline/reading/sources.ts";
import { vanishedSources } from "../../pipeline/reading/vanished.ts";
import { priceFindings } from "../../pipeline/upkeep/unpriced-agents.ts";
import { now } from "../../platform/clock.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { count } from "../../report/figures.ts";
import { diagnosticsDocument } from "../../report/json.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { writeSarif } from "../report-file.ts";

interface Validated {
  readonly sources: Sources;
  readonly diagnostics: readonly Diagnostic[];
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const validated = await validate(invocation);
  const code = validated.ok ? tell(invocation, validated.value) : invocation.refuse(validated.failure);
  return writeSarif(invocation, validated.ok ? success(validated.value.diagnostics) : validated, code);
}

async function validate({ root, packageRoot, writer }: Invocation): Promise<Result<Validated>> {
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const vanished = await vanishedSources(sources, loadPreviousBuild(root, writer), false);
  if (!vanished.ok) return vanished;
  const { question } = vanished.value;
  const diagnostics = [
    ...sources.diagnostics,
    ...(question === null ? [] : diagnosticOf(question, null)),
    ...(await strayConstraints(sources)),
    ...(await strayPointers(sources)),
    ...(await missingTests(sources)),
    ...(await priceFindings(sources.workspace, now())),
  ];
  return success({ sources, diagnostics });
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
