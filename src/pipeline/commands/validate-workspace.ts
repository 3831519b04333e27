// What is wrong with the sources? Every finding is told, also of what no edit has touched.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Result, success } from "../../model/result.ts";
import { now } from "../../platform/clock.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { missingTests } from "../projects/missing-tests.ts";
import { strayPointers } from "../projects/pointer-faults.ts";
import { strayConstraints } from "../projects/stray-constraints.ts";
import { strayInsertions } from "../projects/stray-insertions.ts";
import { loadPreviousBuild } from "../reading/build-index.ts";
import { readWhole } from "../reading/read-whole.ts";
import type { Sources } from "../reading/sources.ts";
import { vanishedSources } from "../reading/vanished.ts";
import { priceFindings } from "../upkeep/unpriced-agents.ts";
import type { Place } from "./caller.ts";

export interface Validated {
  readonly sources: Sources;
  readonly diagnostics: readonly Diagnostic[];
}

/** Fails where they cannot be read at all. */
export async function validateWorkspace(place: Place): Promise<Result<Validated>> {
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const vanished = await vanishedSources(sources, loadPreviousBuild(place.root, place.writer), false);
  if (!vanished.ok) return vanished;
  const { question } = vanished.value;
  const diagnostics = [
    ...sources.diagnostics,
    ...(question === null ? [] : diagnosticOf(question, null)),
    ...(await strayConstraints(sources)),
    ...(await strayPointers(sources)),
    ...(await strayInsertions(sources)),
    ...(await missingTests(sources)),
    ...(await priceFindings(sources.workspace, now())),
  ];
  return success({ sources, diagnostics });
}
