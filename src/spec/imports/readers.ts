// Who reads which format? One spec of another tool may hold several features.

import type { ImportedFeature } from "../../model/imported.ts";
import { type ForeignFeature, type ForeignSpec, Notes } from "./foreign.ts";
import { readIssues } from "./github-issue.ts";
import { readKiro } from "./kiro.ts";
import { readOpenSpec } from "./openspec.ts";
import { readSpecKit } from "./spec-kit.ts";
import { readTaskMaster } from "./task-master.ts";

/** At least one. */
export function readForeign(spec: ForeignSpec): readonly ForeignFeature[] {
  if (spec.format === "task-master") return readTaskMaster(spec);
  if (spec.format === "github") return readIssues(spec);
  const notes = new Notes();
  return [{ name: spec.name, feature: readOne(spec, notes), notes }];
}

function readOne(spec: ForeignSpec, notes: Notes): ImportedFeature | null {
  if (spec.format === "spec-kit") return readSpecKit(spec, notes);
  return spec.format === "kiro" ? readKiro(spec, notes) : readOpenSpec(spec, notes);
}
