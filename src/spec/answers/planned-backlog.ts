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

/** Rules beyond one feature, such as `findings` of validate.ts over the whole workspace with this feature in it. */
export type CheckFeature = (feature: Feature) => readonly Diagnostic[];

const AS_WRITTEN = (text: string) => text;

/**
 * `request` is the feature.md that the backlog belongs to; `filledIn` puts in what an answer may leave out. Fails with what has to be mended, one line each, in terms of
 * the answer's own lines and tasks.
 */
export function plannedBacklog(
  answer: string,
  request: SourceFile,
  check: CheckFeature,
  filledIn: (text: string) => string = AS_WRITTEN,
): Result<PlannedBacklog, readonly string[]> {
  const yaml = yamlIn(answer, ["version", "feature", "tasks", "id"]);
  if (yaml === null) return failed(["The answer holds no YAML; answer with the YAML of BACKLOG.yaml alone."]);
  const folder = request.path.slice(0, request.path.lastIndexOf("/"));
  const text = filledIn(complete(inBlocks(yaml), folder.slice(folder.lastIndexOf("/") + 1)));
  const path = `${folder}/BACKLOG.yaml`;
  const { value, diagnostics } = parseFeature({
    feature: request,
    backlog: { path, bytes: new TextEncoder().encode(text) },
    plan: null,
  });
  const ofBacklog = (found: readonly Diagnostic[]) => found.filter((finding) => isFaultOf(finding, path));
  const broken = ofBacklog(diagnostics);
  const wrong = broken.length > 0 || value === null ? broken : ofBacklog(check(value));
  if (wrong.length > 0 || value === null)
    return failed(findingLines(wrong, text, path.split("/").at(-2) ?? ""));
  return success({ text, feature: value });
}

/**
 * Also a requirement that no task meets, which stands in feature.md and is mended in the backlog, and what is
 * wrong between a task of ours and one of another feature: whose entry that is told of hangs on their names alone.
 */
function isFaultOf({ severity, file, code, target, message }: Diagnostic, path: string): boolean {
  const feature = path.split("/").at(-2) ?? "";
  if (code === "uncovered-requirement") return target === feature;
  const isOurs =
    file === path ||
    target?.startsWith(`${feature}:`) === true ||
    (BETWEEN.has(code) && ownTaskIn(message, feature) !== null);
  return isOurs && severity === "error";
}

/** Findings about two tasks, or more, of which each may be the one to mend. */
const BETWEEN: ReadonlySet<Diagnostic["code"]> = new Set<Diagnostic["code"]>([
  "shared-file",
  "clashing-files",
  "cycle",
  "unknown-dependency",
]);

/** The first task of the feature that the words name. */
function ownTaskIn(words: string, feature: string): string | null {
  const tasks = words.match(/[\p{L}\p{N}][\p{L}\p{N}_.-]*:[\p{L}\p{N}][\p{L}\p{N}_.-]*[\p{L}\p{N}]/gu) ?? [];
  return tasks.find((task) => task.startsWith(`${feature}:`)) ?? null;
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
function findingLines(found: readonly Diagnostic[], text: string, feature: string): string[] {
  if (found.length === 0) return ["The feature.md itself cannot be read."];
  const lines = text.split("\n");
  return found.map((finding) => {
    const { file, line, target, message } = finding;
    const own = target?.startsWith(`${feature}:`) === true ? null : ownTaskIn(message, feature);
    // Of another feature nothing can be mended here.
    if (finding.code === "shared-file" && own !== null)
      return `${own}: ${message} Add ${target} to depends_on of ${own}, or let only ${target} write the file.`;
    if (own !== null && file?.endsWith(`/${feature}/BACKLOG.yaml`) !== true)
      return `${own}: ${message} Mend it in this backlog: the other feature stays as it is.`;
    const { fix } = finding;
    const isOurs = line !== null && file?.endsWith("/BACKLOG.yaml") === true;
    const words = isOurs ? (lines[line - 1] ?? "").trim().slice(0, 80) : "";
    const where = [target ?? "", words === "" ? "" : `at \`${words}\``]
      .filter((part) => part !== "")
      .join(" ");
    return `${where}: ${message} ${fix}`;
  });
}
