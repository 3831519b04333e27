// What does a tasks.json of Task Master say? Each tag is a feature, each task a requirement, and what is to be done are
// its subtasks, or the task itself where it has none.

import type { ImportedFeature, ImportedStep, SourceLine } from "../../model/imported.ts";
import { clip } from "../findings/nearest.ts";
import { type ForeignFeature, type ForeignSpec, Notes, textIn } from "./foreign.ts";
import { nested, oneLine } from "./prose.ts";
import { RequirementList } from "./requirement-list.ts";
import { FileNames, kindOf, StepIds } from "./step-text.ts";
import { type MasterTask, type Tag, tagsIn } from "./task-master-json.ts";

/** What it says of a task that becomes nothing here. */
const LEFT_OUT = new Set(["cancelled", "deferred"]);

export function readTaskMaster(spec: ForeignSpec): readonly ForeignFeature[] {
  const notes = new Notes();
  const file = spec.files.values().next().value;
  const text = file === undefined ? null : textIn(file, notes);
  const tags = file === undefined || text === null ? [] : tagsIn(text, file.path, notes);
  if (tags.length === 0) return [{ name: spec.name, feature: null, notes }];
  return tags.map((tag, index) => {
    const own = index === 0 ? notes : new Notes();
    const name = tag.name === "master" ? spec.name : tag.name;
    return { name, feature: featureOf(tag, spec, own), notes: own };
  });
}

function featureOf(tag: Tag, spec: ForeignSpec, notes: Notes): ImportedFeature {
  const list = new RequirementList(notes);
  const ids = new StepIds(notes);
  const texts = tag.tasks.flatMap((task) => [task, ...task.subtasks].flatMap(textsOf));
  const files = new FileNames(spec.root, texts, notes);
  const steps: ImportedStep[] = [];
  const wholes: string[] = [];
  for (const task of tag.tasks) {
    if (isLeftOut(task, task.id, notes)) continue;
    const requirement = list.add(`R${task.id}`, sentence(task), task.spot);
    const known = requirement === null ? [] : [requirement];
    const parts = task.subtasks.filter((part) => !isLeftOut(part, partId(part, task), notes));
    const base = { ids, files, known, tag };
    if (parts.length === 0) steps.push(stepOf(task, task, { ...base, siblings: [] }));
    for (const part of parts) steps.push(stepOf(part, task, { ...base, siblings: parts }));
    if (parts.length > 0) wholes.push(nested(`- ${task.id}, in parts: ${task.title}`, task.details));
    if (parts.length === 0 || requirement === null) continue;
    for (const [index, text] of task.testStrategy.entries())
      list.add(`${requirement}.${index + 1}`, text, task.spot, { kind: "criterion", of: requirement });
  }
  tellPriorities(tag, notes);
  return {
    title: tag.title,
    story: "",
    problem: tag.description,
    requirements: list.list,
    constraints: [],
    criteria: [],
    context: "",
    steps,
    remarks: wholes.join("\n"),
    architecture: "",
    tests: "",
    risks: "",
    files: files.all(),
  };
}

interface Around {
  readonly ids: StepIds;
  readonly files: FileNames;
  /** Its requirement, as we call it. */
  readonly known: readonly string[];
  readonly tag: Tag;
  readonly siblings: readonly MasterTask[];
}

function stepOf(
  task: MasterTask,
  parent: MasterTask,
  { ids, files, known, tag, siblings }: Around,
): ImportedStep {
  const isPart = task !== parent;
  const id = ids.of(isPart ? partId(task, parent) : task.id, "T", task.spot);
  const named = files.of(id, textsOf(task), task.spot);
  const own = task.dependencies.flatMap((dependency) => {
    const at = siblings.findIndex((other) => other !== task && isCalled(other, dependency, parent));
    const sibling =
      isPart && !isTaskRather(siblings[at], task, { parent, siblings }) ? siblings[at] : undefined;
    return sibling === undefined ? leavesOf(dependency, tag) : [partId(sibling, parent)];
  });
  const after = isPart
    ? [...own, ...parent.dependencies.flatMap((dependency) => leavesOf(dependency, tag))]
    : own;
  const text = task.title || task.description;
  return {
    id,
    text,
    details: detailsOf(task),
    kind: kindOf(text, named, detailsOf(task)),
    files: named,
    group: isPart ? parent.title : null,
    after: [...new Set(after)],
    requirements: known,
    acceptance: [...task.acceptance, ...task.testStrategy],
    done: task.status === "done",
    spot: task.spot,
  };
}

function detailsOf({ title, description, details }: MasterTask): string[] {
  return [title === "" ? "" : description, ...details.split("\n")].map(oneLine).filter((line) => line !== "");
}

interface Family {
  readonly parent: MasterTask;
  readonly siblings: readonly MasterTask[];
}

/** The number of a part that comes later is that of a task, where the whole waits for that, or the part waits for this one. */
function isTaskRather(part: MasterTask | undefined, by: MasterTask, { parent, siblings }: Family): boolean {
  if (part === undefined || siblings.indexOf(part) < siblings.indexOf(by)) return false;
  return parent.dependencies.includes(part.id) || part.dependencies.some((id) => isCalled(by, id, parent));
}

/** `3.1`, whether the part is called `1` or `3.1`. */
function partId(part: MasterTask, { id }: MasterTask): string {
  return part.id.startsWith(`${id}.`) ? part.id : `${id}.${part.id}`;
}

function isCalled(part: MasterTask, name: string, whole: MasterTask): boolean {
  return part.id === name || partId(part, whole) === name;
}

/** A task with subtasks is done when they are. */
function leavesOf(id: string, { tasks }: Tag): string[] {
  const task = tasks.find((one) => one.id === id);
  if (task === undefined || task.subtasks.length === 0) return [id];
  const parts = task.subtasks.filter(({ status }) => !LEFT_OUT.has(status));
  return parts.length === 0 ? [id] : parts.map((part) => partId(part, task));
}

function isLeftOut({ status, spot, title }: MasterTask, id: string, notes: Notes): boolean {
  if (!LEFT_OUT.has(status)) return false;
  notes.warn("left-out", spot, `${id} ("${clip(title)}") is ${status}, and is left out.`);
  return true;
}

function sentence({ title, description }: MasterTask): string {
  return description === "" || description === title
    ? title
    : `${title.replace(/[.:]+$/, "")}. ${description}`;
}

function textsOf({ title, description, details, testStrategy }: MasterTask): string[] {
  return [title, description, ...details.split("\n"), ...testStrategy];
}

function tellPriorities({ tasks, file }: Tag, notes: Notes): void {
  const first: SourceLine = tasks[0]?.spot ?? { file, line: 1 };
  if (tasks.some(({ priority }) => priority !== ""))
    notes.note(
      "priorities",
      first,
      "Priorities of tasks are not carried over: dependencies alone say what comes first.",
    );
}
