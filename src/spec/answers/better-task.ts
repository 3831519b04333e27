// What does a rewrite change of a task? It may say the task better; what the task is, what it depends on and who checks
// it are not its to change, and no criterion may go.

import { failed, type Result, success } from "../../model/result.ts";
import type { Criterion, Task } from "../../model/task.ts";
import type { TaskRevision } from "../edit/edit-task.ts";
import { Findings } from "../findings/findings.ts";
import { conform } from "../read/shape.ts";
import { tasksOf } from "../read/task-entries.ts";
import { BACKLOG } from "../schema/schema.ts";
import { at, memberOfTask, nested, TASK_FIELDS, type TaskField } from "../schema/task-fields.ts";
import type { TaskShape } from "../schema/task-schema.ts";
import { isPlainMap, type Plain, readYaml, type YamlData } from "../yaml/yaml.ts";
import { yamlIn } from "./answer-yaml.ts";

const KEYS = ["id", "tasks", ...new Set(TASK_FIELDS.map(({ key }) => key.split(".")[0] as string))];

/** What differs from the task, and nothing else. Fails with what has to be mended, one sentence each. */
export function betterTask(answer: string, task: Task): Result<TaskRevision, readonly string[]> {
  const yaml = yamlIn(answer, KEYS);
  if (yaml === null) return failed(["The answer holds no YAML; answer with the YAML of the one task alone."]);
  const findings = new Findings();
  const data = readYaml({ text: yaml, file: "answer", firstLine: 1, target: task.id }, findings);
  const entry = data && entryOf(data, task);
  if (data !== null && entry === null)
    return failed(["The answer is not one task: write it as a map that begins with `id:`."]);
  const shape =
    data &&
    conform(BACKLOG, { root: { tasks: [entry as Plain] }, places: data.places }, () => task.id, findings);
  const written = shape?.tasks[0];
  if (findings.list.length > 0 || written === undefined || data === null) return failed(sentences(findings));
  const reading = { feature: task.feature, project: task.project, places: data.places, findings };
  const [read] = tasksOf([{ ...written, acceptance: withIds(written, task) }], reading);
  if (findings.list.length > 0 || read === undefined) return failed(sentences(findings));
  const refusals = [...kept(written, read, task), ...lostCriteria(written, read, task)];
  return refusals.length > 0 ? failed(refusals) : success(revision({ written, read, task }));
}

/** The task alone, as an item of a list, or in a backlog, of whose other tasks nothing is read. */
function entryOf({ root }: YamlData, task: Task): Plain | null {
  let value: Plain | undefined = root;
  if (isPlainMap(value) && Array.isArray(value.tasks)) {
    const { tasks } = value;
    value = tasks.find((item) => isPlainMap(item) && item.id === localId(task)) ?? tasks;
  }
  if (Array.isArray(value)) value = value.length === 1 ? value[0] : undefined;
  if (!isPlainMap(value)) return null;
  // Who keeps to the task alone may leave out what cannot change.
  return { id: localId(task), title: task.title, ...value };
}

function localId(task: Task): string {
  return task.id.slice(task.id.indexOf(":") + 1);
}

/**
 * Criteria without ids are those of the task by their position; what comes after gets the next free id. Where nothing is
 * said of a proof, it stays.
 */
function withIds(written: TaskShape, task: Task): Omit<Criterion, "place">[] {
  const proofOf = (id: string) => {
    const proof = task.acceptance.find((known) => known.id === id)?.proof;
    return proof === undefined ? {} : { proof };
  };
  const used = new Set(task.acceptance.map(({ id }) => id));
  for (const criterion of written.acceptance ?? []) if (typeof criterion !== "string") used.add(criterion.id);
  return (written.acceptance ?? []).map((criterion, index) => {
    if (typeof criterion !== "string") return { ...proofOf(criterion.id), ...criterion };
    const known = task.acceptance[index]?.id;
    if (known !== undefined) return { id: known, text: criterion, ...proofOf(known) };
    let number = index + 1;
    while (used.has(`A${number}`)) number++;
    used.add(`A${number}`);
    return { id: `A${number}`, text: criterion };
  });
}

/** Refuses a change of what is not a rewrite's to change. Keys that are left out stay as they are. */
function kept(written: TaskShape, read: Task, task: Task): string[] {
  const refusal = (key: string, before: unknown) =>
    `\`${key}\` may not be changed; leave it as it was: ${JSON.stringify(before)}.`;
  const moved = read.id === task.id ? [] : [refusal("id", task.id)];
  const fixed = TASK_FIELDS.filter((field) => !field.isWording && isChanged(field, { written, read, task }));
  return [...moved, ...fixed.map((field) => refusal(field.key, field.meaning(memberOfTask(task, field))))];
}

interface Rewritten {
  readonly written: TaskShape;
  readonly read: Task;
  readonly task: Task;
}

/** Blanks around a text and the order of a list of names say nothing. */
function isChanged(field: TaskField, { written, read, task }: Rewritten): boolean {
  if (at(written, field.key) === undefined) return false;
  const [now, before] = [read, task].map((one) => {
    const meaning = field.meaning(memberOfTask(one, field));
    if (typeof meaning === "string") return meaning.trim();
    return JSON.stringify(Array.isArray(meaning) && !field.isWording ? [...meaning].sort() : meaning);
  });
  return now !== before;
}

function lostCriteria(written: TaskShape, read: Task, task: Task): string[] {
  if (written.acceptance === undefined) return [];
  return task.acceptance.flatMap(({ id, text }, index) => {
    const now = read.acceptance.findIndex((criterion) => criterion.id === id);
    if (now < 0) return [`The criterion ${id} is gone; keep it: ${JSON.stringify(text)}.`];
    return now === index
      ? []
      : [`The criterion ${id} has moved; keep the order, and add new ones at the end.`];
  });
}

function revision(rewritten: Rewritten): TaskRevision {
  const changed = TASK_FIELDS.filter((field) => field.isWording && isChanged(field, rewritten));
  const { read } = rewritten;
  const values = changed.map((field) => {
    const value = memberOfTask(read, field);
    return [field.member, field.key === "acceptance" ? field.write(value, read.feature) : value] as const;
  });
  return nested(values);
}

function sentences(findings: Findings): string[] {
  return findings.sorted().map(({ message, fix }) => `${message} ${fix}`);
}
