// How is one task of a backlog said better without touching anything else that a person wrote? The values that differ are
// replaced where they stand; what comes out is read again before anybody gets it.

import { isMap, isSeq, type ParsedNode, parseDocument, type YAMLMap } from "yaml";
import { canonical, type Json } from "../../model/digest.ts";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { Findings } from "../findings/findings.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { EditedText, type Splice } from "../yaml/splice.ts";
import { type Plain, type PlainMap, readYaml } from "../yaml/yaml.ts";
import { type KeyOrder, spliceMap } from "../yaml/yaml-splice.ts";

/** What becomes of a task. A key that is left out stays; a list is given whole. */
export interface TaskRevision {
  readonly title?: string;
  readonly description?: string;
  readonly filesHint?: readonly string[];
  /** With the criteria that the task has, in their order, and new ones after them. */
  readonly acceptance?: readonly { readonly id: string; readonly text: string }[];
  readonly context?: {
    readonly files?: readonly string[];
    readonly constraints?: readonly string[];
    readonly patterns?: readonly string[];
    readonly negativeEvidence?: readonly string[];
  };
}

const ORDER: KeyOrder = {
  "": [
    "id",
    "title",
    "type",
    "project",
    "description",
    "requirements",
    "depends_on",
    "scope",
    "acceptance",
    "context",
    "generator",
    "agent",
    "gates",
    "tests",
    "status",
    "attempts",
  ],
  context: ["files", "constraints", "patterns", "negative_evidence"],
};

/** The BACKLOG.yaml with the task `T01` revised; every line without a changed value is as it was, byte for byte. */
export function reviseTask(backlog: string, taskId: string, revision: TaskRevision): Result<string> {
  const edited = new EditedText(backlog);
  const splices = taskSplices(edited.text, taskId, revision, "BACKLOG.yaml");
  return splices.ok ? success(edited.with(splices.value)) : splices;
}

/** The feature.md with a task of its front matter revised. */
export function reviseTaskInFeature(feature: string, taskId: string, revision: TaskRevision): Result<string> {
  const edited = new EditedText(feature);
  const split = splitFrontMatter(edited.text);
  if (split === null || split.yaml === "") return noTask("feature.md", taskId);
  const start = edited.text.indexOf("\n") + 1;
  const splices = taskSplices(split.yaml, taskId, revision, "feature.md");
  if (!splices.ok) return splices;
  return success(edited.with(splices.value.map((splice) => ({ ...splice, offset: splice.offset + start }))));
}

function taskSplices(
  source: string,
  taskId: string,
  revision: TaskRevision,
  file: string,
): Result<readonly Splice[]> {
  const read = plainOf(source, file);
  if (!read.ok) return read;
  const root = read.value;
  const entries = isPlainMap(root) && Array.isArray(root.tasks) ? root.tasks : [];
  const index = entries.findIndex((entry) => isPlainMap(entry) && entry.id === taskId);
  const entry = entries[index];
  const node = entryNode(source, taskId);
  if (!isPlainMap(root) || !isPlainMap(entry) || node === null) return noTask(file, taskId);
  const wanted = revised(entry, revision);
  const splices = spliceMap(source, node, wanted, ORDER);
  const now = plainOf(new EditedText(source).with(splices), file);
  const expected = { ...root, tasks: entries.with(index, wanted) };
  if (now.ok && canonical(now.value as Json) === canonical(expected as Json)) return success(splices);
  return failed({
    reason: "usage",
    message: `The task ${taskId} of ${file} is written in a way that cannot be edited without a person.`,
    fix: "Write the entry as a plain block of `key: value` lines.",
    place: wholeFile(file),
  });
}

/** The same guard as every reader of YAML: nothing recursive sees a hostile text. */
export function plainOf(source: string, file: string): Result<Plain> {
  const findings = new Findings();
  const data = readYaml({ text: source, file, firstLine: 1, target: null }, findings);
  const isSound = data !== null && findings.list.length === 0;
  return isSound ? success(data.root) : failed({ reason: "invalid-spec", diagnostics: findings.list });
}

function entryNode(source: string, taskId: string): YAMLMap.Parsed | null {
  const root = parseDocument(source, { uniqueKeys: false }).contents;
  const tasks = isMap(root) ? root.get("tasks") : null;
  if (!isSeq(tasks)) return null;
  const found = (tasks.items as ParsedNode[]).find((item) => {
    const id: unknown = isMap(item) ? item.get("id") : null;
    return id === taskId;
  });
  return isMap(found) ? found : null;
}

function revised(entry: PlainMap, revision: TaskRevision): PlainMap {
  const { title, description, filesHint, acceptance, context = {} } = revision;
  const given = {
    files: context.files,
    constraints: context.constraints,
    patterns: context.patterns,
    negative_evidence: context.negativeEvidence,
  };
  const wanted: PlainMap = { ...entry };
  if (title !== undefined) wanted.title = title;
  if (description !== undefined) wanted.description = description;
  if (filesHint !== undefined) wanted.scope = { ...mapOf(entry.scope), files_hint: [...filesHint] };
  if (acceptance !== undefined) wanted.acceptance = criteria(entry.acceptance, acceptance);
  for (const [key, list] of Object.entries(given)) {
    if (list !== undefined) wanted.context = { ...mapOf(wanted.context), [key]: [...list] };
  }
  return wanted;
}

/** A criterion keeps the form that it has. A new one is a bare text where that gives it its id, and all others are. */
function criteria(before: Plain | undefined, after: NonNullable<TaskRevision["acceptance"]>): Plain[] {
  const old = Array.isArray(before) ? before : [];
  const areBare = old.every((item) => typeof item === "string");
  return after.map(({ id, text }, index) => {
    const item = old[index];
    if (isPlainMap(item)) return { ...item, id, text };
    const isBare = id === `A${index + 1}` && (item !== undefined || areBare);
    return isBare ? text : { id, text };
  });
}

function mapOf(value: Plain | undefined): PlainMap {
  return isPlainMap(value) ? value : {};
}

function isPlainMap(value: Plain | undefined): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function noTask(file: string, taskId: string): Result<never> {
  return failed({
    reason: "usage",
    message: `${file} has no task ${taskId}.`,
    fix: "Name a task of this feature, such as T01.",
    place: wholeFile(file),
  });
}
