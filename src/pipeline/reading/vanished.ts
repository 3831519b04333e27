// Are there no specs, or are they away? A folder that is not mounted or was moved looks like one that never was; what
// earlier builds left in the store tells them apart. It does not know what a feature says.

import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { listIfThere } from "../../platform/files.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";

/** A finding where there is no `specs` at all, and earlier builds had features. */
export function vanishedSpecs(root: string): readonly Diagnostic[] {
  // What is there and cannot be listed was told by whoever listed it.
  if (isThere(join(root, "specs"))) return [];
  const traces = listIfThere(join(root, ".factory/store/traces"));
  if (!traces.ok) return diagnosticOf(traces.failure, null);
  const built = traces.value.filter(({ kind }) => kind === "folder").map(({ name }) => name);
  if (built.length === 0) return [];
  return [
    {
      severity: "error",
      code: "specs-missing",
      message: `There is no folder specs, and earlier builds made the code of ${named(built)}.`,
      target: null,
      file: "specs",
      line: null,
      column: null,
      fix: "Bring the folder back. To remove the code of every feature, make it an empty folder.",
    },
  ];
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

const SHOWN = 3;

function named(features: readonly string[]): string {
  const more = features.length - SHOWN;
  return features.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
