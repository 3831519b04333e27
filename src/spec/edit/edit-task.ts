// How is one task of a backlog said better without touching anything else that a person wrote? The values that differ are
// replaced where they stand; what comes out is read again before anybody gets it.

import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Criterion, Task } from "../../model/task.ts";
import { memberOfTask, TASK_FIELDS } from "../schema/task-fields.ts";
import { isPlainMap, type Plain, type PlainMap } from "../yaml/yaml.ts";
import { editYaml, type KeyOrder } from "../yaml/yaml-edit.ts";
import { editDocument } from "./edit-document.ts";

/** What becomes of a task. A member that is left out stays; a list is given whole. */
export type TaskRevision = Partial<Pick<Task, "title" | "description" | "filesHint">> & {
  /** With the criteria that the task has, in their order, and new ones after them. */
  readonly acceptance?: readonly Omit<Criterion, "place">[];
  readonly context?: Partial<Task["context"]>;
};

const KEYS = TASK_FIELDS.map(({ key }) => key.split("."));
const below = (outer: string) => KEYS.flatMap(([first, inner]) => (first === outer && inner ? [inner] : []));
const ORDER: KeyOrder = {
  tasks: ["id", ...new Set(KEYS.map(([key]) => key as string)), "status", "attempts"],
  scope: below("scope"),
  context: below("context"),
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
    const after = isPlainMap(root) ? changedBelow(root, { prefix: "", taskId, change }) : null;
    if (after === null) return noTask(file, taskId);
    const splices = editYaml(document, after, { order: ORDER });
    return splices === null ? uneditable(file, taskId) : success(splices);
  });
}

interface Wanted {
  /** Local id of the task that the list is in, with a dot; empty for the backlog itself. */
  readonly prefix: string;
  readonly taskId: string;
  readonly change: (entry: PlainMap) => PlainMap;
}

/** The map with the one entry changed that is in its `tasks`, at any depth; null where there is none. */
function changedBelow(map: PlainMap, { prefix, taskId, change }: Wanted): PlainMap | null {
  const entries = Array.isArray(map.tasks) ? map.tasks : [];
  for (const [index, entry] of entries.entries()) {
    if (!isPlainMap(entry) || typeof entry.id !== "string") continue;
    const id = entry.id.startsWith(prefix) ? entry.id : `${prefix}${entry.id}`;
    const after = id === taskId ? change(entry) : changedBelow(entry, { prefix: `${id}.`, taskId, change });
    if (after !== null) return { ...map, tasks: entries.with(index, after) };
  }
  return null;
}

function revised(entry: PlainMap, revision: TaskRevision): PlainMap {
  const wanted: PlainMap = { ...entry };
  for (const [key, value] of revisedKeys(revision)) {
    const [outer = "", inner] = key.split(".");
    const said =
      key === "acceptance" ? criteria(entry.acceptance, revision.acceptance ?? []) : (value as Plain);
    wanted[outer] = inner === undefined ? said : { ...mapOf(wanted[outer]), [inner]: said };
  }
  return wanted;
}

/** What a revision says, by the keys of an entry. */
export function revisedKeys(revision: TaskRevision): readonly (readonly [key: string, value: unknown])[] {
  return TASK_FIELDS.flatMap((field) => {
    const value = memberOfTask(revision, field);
    return value === undefined ? [] : [[field.key, field.write(value, "")] as const];
  });
}

/** A criterion keeps the form that it has. A new one is a bare text where that gives it its id, and all others are. */
function criteria(before: Plain | undefined, after: NonNullable<TaskRevision["acceptance"]>): Plain[] {
  const old = Array.isArray(before) ? before : [];
  const areBare = old.every((item) => typeof item === "string");
  return after.map(({ id, text, proof }, index) => {
    const item = old[index];
    const proved = proof === undefined ? {} : { proof: proof as Plain };
    if (isPlainMap(item)) return { ...item, id, text, ...proved };
    const isBare = id === `A${index + 1}` && proof === undefined && (item !== undefined || areBare);
    return isBare ? text : { id, text, ...proved };
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
