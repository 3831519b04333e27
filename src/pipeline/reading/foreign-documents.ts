// Does the folder of a feature hold a document that another tool would read as its spec? The factory does not, so whoever wrote
// it is told, with the command that makes a feature of it. What it says is not looked at.

import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { readFileCapped } from "../../platform/files.ts";
import type { FeatureReading } from "./feature-reading.ts";
import { RememberedFeature } from "./feature-reading.ts";
import type { Reader } from "./source-reader.ts";

/** The first that is there is where the finding stands. */
const FOREIGN = ["spec.md", "requirements.md", "tasks.md", "design.md"];

/** As much of a feature.md as is ever accepted. */
const FILE_BYTES = 1024 * 1024;

/** One warning for each folder that was read anew; those of the others are remembered with their features. */
export function foreignDocuments(reader: Reader, readings: readonly FeatureReading[]): readonly Diagnostic[] {
  const found = readings.flatMap((reading) => {
    if (reading instanceof RememberedFeature) return [];
    const names = new Set(reader.list(reading.folder, "file"));
    const foreign = FOREIGN.filter((name) => names.has(name));
    return foreign.length === 0
      ? []
      : [{ folder: reading.folder, foreign, isFeature: names.has("feature.md") }];
  });
  if (found.length === 0) return [];
  const origins = readings.flatMap(({ folder }) => originOf(reader.root, folder) ?? []);
  return found
    .filter(({ folder }) => !origins.some((path) => `${path}/`.startsWith(`${folder}/`)))
    .map(({ folder, foreign, isFeature }) => (isFeature ? beside(folder, foreign) : alone(folder, foreign)));
}

/** The folder or document that `factory import` or `factory add` made the feature from, as it wrote into feature.md. */
function originOf(root: string, folder: string): string | null {
  const read = readFileCapped(join(root, folder, "feature.md"), FILE_BYTES);
  // Why a feature.md cannot be read is a finding of its own; until it can, what lies there is told once too often.
  if (!read.ok) return null;
  const text = Buffer.from(read.value).toString("utf8");
  return /^Imported from (\S+?)(?: \(.*\))?\.$/m.exec(text)?.[1] ?? null;
}

function alone(path: string, foreign: readonly string[]): Diagnostic {
  const isWhole = foreign.includes("spec.md") || (foreign.includes("requirements.md") && foreign.length > 1);
  return finding(path, foreign, {
    message: `${path} has ${foreign.join(", ")} and no feature.md, so nothing is built from it.`,
    fix: `\`${isWhole ? `factory import ${path}` : `factory add ${path}/${foreign[0]}`}\` makes a feature of it.`,
  });
}

function beside(path: string, foreign: readonly string[]): Diagnostic {
  return finding(path, foreign, {
    message: `No command reads ${foreign.join(", ")}: feature.md, PLAN.md and BACKLOG.yaml say what is built.`,
    fix: `Move what it asks for into feature.md; or \`factory add ${path}/${foreign[0]}\` makes a feature of its own.`,
  });
}

function finding(
  path: string,
  [first = ""]: readonly string[],
  words: Pick<Diagnostic, "message" | "fix">,
): Diagnostic {
  const place = { target: null, file: `${path}/${first}`, line: null, column: null };
  return { severity: "warning", code: "unread-document", ...place, ...words };
}
