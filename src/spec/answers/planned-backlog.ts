// Which BACKLOG.yaml is in an answer, and can it be built? It is looked at by the very readers that will read it later;
// what they find becomes lines for another try.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { parseFeature } from "../read/parse-feature.ts";
import type { SourceFile } from "../read/source.ts";
import { yamlText } from "../yaml/yaml.ts";
import { yamlIn } from "./answer-yaml.ts";

export interface PlannedBacklog {
  /** What BACKLOG.yaml will hold, with the comments of its author. */
  readonly text: string;
  readonly feature: Feature;
}

/** Rules beyond one feature, such as `findings` of sound.ts over the whole workspace with this feature in it. */
export type CheckFeature = (feature: Feature) => readonly Diagnostic[];

/**
 * `request` is the feature.md that the backlog belongs to. Fails with what has to be mended, one line each, in terms of
 * the answer's own lines and tasks.
 */
export function plannedBacklog(
  answer: string,
  request: SourceFile,
  check: CheckFeature,
): Result<PlannedBacklog, readonly string[]> {
  const yaml = yamlIn(answer, ["version", "feature", "tasks", "id"]);
  if (yaml === null) return failed(["The answer holds no YAML; answer with the YAML of BACKLOG.yaml alone."]);
  const folder = request.path.slice(0, request.path.lastIndexOf("/"));
  const text = complete(inBlocks(yaml), folder.slice(folder.lastIndexOf("/") + 1));
  const path = `${folder}/BACKLOG.yaml`;
  const { value, diagnostics } = parseFeature({
    feature: request,
    backlog: { path, bytes: new TextEncoder().encode(text) },
    plan: null,
  });
  const ofBacklog = (found: readonly Diagnostic[]) => found.filter((finding) => isFaultOf(finding, path));
  const broken = ofBacklog(diagnostics);
  const wrong = broken.length > 0 || value === null ? broken : ofBacklog(check(value));
  if (wrong.length > 0 || value === null) return failed(findingLines(wrong, text));
  return success({ text, feature: value });
}

/**
 * Also a requirement that no task meets, which stands in feature.md and is mended in the backlog, and a task that could
 * not prove its criteria.
 */
function isFaultOf({ severity, file, code, target }: Diagnostic, path: string): boolean {
  const feature = path.split("/").at(-2);
  if (code === "uncovered-requirement") return target === feature;
  const isOurs = file === path || target?.startsWith(`${feature}:`) === true;
  return isOurs && (severity === "error" || code === "no-test-file");
}

/** A backlog that was written as JSON, as a person would write it; every other text as it is. */
function inBlocks(yaml: string): string {
  if (!/^\s*[[{]/.test(yaml)) return yaml;
  try {
    return yamlText(JSON.parse(yaml));
  } catch {
    return yaml;
  }
}

/** The text with what every backlog of ours begins with. A bare list of tasks gets the key that it was meant for. */
function complete(yaml: string, feature: string): string {
  const isList = /^\s*- /m.test(yaml) && !/^["']?tasks["']?\s*:/m.test(yaml);
  const keyed = isList ? `tasks:\n${indented(yaml)}` : yaml;
  const head = [
    /^["']?version["']?\s*:/m.test(keyed) ? "" : "version: 1\n",
    /^["']?feature["']?\s*:/m.test(keyed) ? "" : `feature: ${feature}\n`,
  ];
  return `${head.join("")}${keyed}`;
}

function indented(yaml: string): string {
  return yaml.replace(/^(?=.)/gm, "  ");
}

/** `products:T03 at the words of the line: message fix`. Whoever mends it sees no line numbers. */
function findingLines(found: readonly Diagnostic[], text: string): string[] {
  if (found.length === 0) return ["The feature.md itself cannot be read."];
  const lines = text.split("\n");
  return found.map(({ file, line, target, message, fix }) => {
    const isOurs = line !== null && file?.endsWith("/BACKLOG.yaml") === true;
    const words = isOurs ? (lines[line - 1] ?? "").trim().slice(0, 80) : "";
    const where = [target ?? "", words === "" ? "" : `at \`${words}\``]
      .filter((part) => part !== "")
      .join(" ");
    return `${where}: ${message} ${fix}`;
  });
}
