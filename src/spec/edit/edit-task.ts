// How is one task of a backlog said better without touching anything else that a person wrote? The values that differ are
// replaced where they stand; what comes out is read again before anybody gets it.

import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { isPlainMap, type Plain, type PlainMap } from "../yaml/yaml.ts";
import { editYaml, type KeyOrder } from "../yaml/yaml-edit.ts";
import { editDocument } from "./edit-document.ts";

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
  tasks: [
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

/** The file with the task `T01` revised; every line without a changed value is as it was, byte for byte. */
export function reviseTask(
  source: string,
  file: SpecFile,
  taskId: string,
  revision: TaskRevision,
): Result<string> {
  return editTask(source, file, taskId, (entry) => revised(entry, revision));
}

/** The file that holds the tasks: BACKLOG.yaml, or feature.md in its front matter. */
export type SpecFile = "BACKLOG.yaml" | "feature.md";

/** The file with what `change` makes of the entry of a task. */
export function editTask(
  source: string,
  file: SpecFile,
  taskId: string,
  change: (entry: PlainMap) => PlainMap,
): Result<string> {
  return editDocument(source, file, (document) => {
    const { root } = document;
    const entries = isPlainMap(root) && Array.isArray(root.tasks) ? root.tasks : [];
    const index = entries.findIndex((entry) => isPlainMap(entry) && entry.id === taskId);
    const entry = entries[index];
    if (!isPlainMap(root) || !isPlainMap(entry)) return noTask(file, taskId);
    const after = { ...root, tasks: entries.with(index, change(entry)) };
    const splices = editYaml(document, after, { order: ORDER });
    return splices === null ? uneditable(file, taskId) : success(splices);
  });
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

export function mapOf(value: Plain | undefined): PlainMap {
  return isPlainMap(value) ? value : {};
}

function uneditable(file: string, taskId: string): Result<never> {
  return failed({
    reason: "usage",
    message: `The task ${taskId} of ${file} is written in a way that cannot be edited without a person.`,
    fix: "Write the entry as a plain block of `key: value` lines.",
    place: wholeFile(file),
  });
}

function noTask(file: string, taskId: string): Result<never> {
  return failed({
    reason: "usage",
    message: `${file} has no task ${taskId}.`,
    fix: "Name a task of this feature, such as T01.",
    place: wholeFile(file),
  });
}
