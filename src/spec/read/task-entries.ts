// What does one entry of a backlog ask for? Addresses are resolved and defaults filled in; whether what it names
// exists is for sound.ts.

import { featureOf, localIdOf, type TaskId, taskId } from "../../model/address.ts";
import type { HostilePath } from "../../model/failure.ts";
import { canonicalPath, pathFault, spelledOut } from "../../model/path.ts";
import type { Place } from "../../model/place.ts";
import { pointerIn } from "../../model/pointer.ts";
import type { Criterion, Task } from "../../model/task.ts";
import type { Findings } from "../findings/findings.ts";
import { clip } from "../findings/nearest.ts";
import { TASK_ID } from "../schema/schema-words.ts";
import { taskText } from "../schema/task-fields.ts";
import type { TaskShape } from "../schema/task-schema.ts";
import type { Places } from "../yaml/yaml.ts";

export interface EntryContext {
  readonly feature: string;
  readonly project: string;
  readonly places: Places;
  readonly findings: Findings;
}

/** All of them, those that are parts of another right after it. */
export function tasksOf(entries: readonly TaskShape[], context: EntryContext): Task[] {
  return levelOf(entries, context, { whole: null, addressOf: (id) => taskId(context.feature, id) });
}

/** Where a list of tasks stands. */
interface Level {
  readonly whole: TaskId | null;
  readonly addressOf: (id: string) => TaskId;
}

function levelOf(entries: readonly TaskShape[], context: EntryContext, { whole, addressOf }: Level): Task[] {
  const { feature, places, findings } = context;
  const own = new Map(
    entries.map(({ id }) => [id, whole === null ? taskId(feature, id) : partId(whole, id)] as const),
  );
  // As names in a program: what stands in the same list comes first, then what stands around it.
  const level: Level = { whole, addressOf: (id) => own.get(id) ?? addressOf(id) };
  return entries.flatMap((entry, index) => {
    const place = places.of(entries, index) ?? places.root;
    const id = own.get(entry.id) ?? taskId(feature, entry.id);
    const task = taskOf(entry, { id, place, level }, context);
    if (entry.tasks === undefined) return [task];
    if (!TASK_ID.test(localIdOf(id))) findings.error("invalid-value", { target: id, place }, TOO_LONG);
    const inner = { ...context, project: task.project };
    const all = levelOf(entry.tasks, inner, { whole: id, addressOf: level.addressOf });
    const parts = all.flatMap((part) => (part.whole === id ? [part.id] : []));
    // What a whole waits for, its parts wait for; and it waits for them.
    const later = all.map((part) =>
      part.whole === id ? { ...part, dependsOn: [...new Set([...part.dependsOn, ...task.dependsOn])] } : part,
    );
    return [{ ...task, parts, dependsOn: [...new Set([...task.dependsOn, ...parts])] }, ...later];
  });
}

const TOO_LONG = {
  message: "The ids of this task and of those around it are longer than 64 characters together.",
  fix: "Give them shorter ids.",
};

/** `T01.model`, as which it may be written, too. */
function partId(whole: TaskId, id: string): TaskId {
  const local = localIdOf(whole);
  return taskId(featureOf(whole), id.startsWith(`${local}.`) ? id : `${local}.${id}`);
}

function taskOf(
  entry: TaskShape,
  { id, place, level }: { readonly id: TaskId; readonly place: Place; readonly level: Level },
  context: EntryContext,
): Task {
  const { feature, project, places, findings } = context;
  const { whole, addressOf } = level;
  const placeOf = (list: object, index: number) => places.of(list, index) ?? place;
  const text = taskText(entry, { feature, project, addressOf, placeOf });
  const own = { ...text, ...(whole === null ? {} : { whole }) };
  const task: Task = { id, feature, ...own, place, places: placesOf(entry, places) };
  const at = (key: string) => task.places[key] ?? place;
  checkPaths(task.filesHint, id, (index) => at(`scope.files_hint.${index}`), findings);
  checkPointers(task.context.files, id, (index) => at(`context.files.${index}`), findings);
  checkCriteria(task.acceptance, id, findings);
  return task;
}

/** Where everything of an entry stands, by its path: `title`, `scope.files_hint`, and `scope.files_hint.0`. */
export function placesOf(entry: object, places: Places): Record<string, Place> {
  const found: Record<string, Place> = Object.create(null);
  const visit = (value: object, prefix: string): void => {
    for (const [key, member] of Object.entries(value)) {
      const place = places.of(value, Array.isArray(value) ? Number(key) : key);
      if (place !== null) found[`${prefix}${key}`] = place;
      // The places of parts are their own.
      if (`${prefix}${key}` === "tasks") continue;
      if (typeof member === "object" && member !== null) visit(member, `${prefix}${key}.`);
    }
  };
  visit(entry, "");
  return found;
}

export function checkPaths(
  paths: readonly string[],
  target: string,
  placeOf: (index: number) => Place,
  findings: Findings,
): void {
  for (const [index, path] of paths.entries()) {
    const fault = pathFault(path);
    if (fault !== null) reportPath(path, fault, { target, place: placeOf(index) }, findings);
  }
}

function reportPath(
  path: string,
  fault: HostilePath,
  subject: { target: string; place: Place },
  findings: Findings,
): void {
  const leaves = fault === "parent" || fault === "absolute";
  findings.error(leaves ? "path-leaves-project" : "hostile-path", subject, {
    message: leaves
      ? `${spelledOut(clip(path))} leaves the project.`
      : `${spelledOut(clip(path))} is not a path that can be written everywhere (${fault}).`,
    fix: path.endsWith("/")
      ? `Name files, or everything below it as ${JSON.stringify(clip(`${path}**`))}.`
      : "Give a path inside the project, from its root, with `/` between its segments.",
  });
}

function checkPointers(
  pointers: readonly string[],
  target: string,
  placeOf: (index: number) => Place,
  findings: Findings,
): void {
  for (const [index, pointer] of pointers.entries()) {
    const { path, lines } = pointerIn(pointer);
    const fault = pathFault(canonicalPath(path));
    if (fault !== null) reportPath(path, fault, { target, place: placeOf(index) }, findings);
    const { first, last } = lines ?? { first: 1, last: 1 };
    const isRange = first >= 1 && last >= first && !/:[\d\s-]*$/.test(path);
    if (isRange) continue;
    findings.error(
      "invalid-pointer",
      { target, place: placeOf(index) },
      {
        message: `${JSON.stringify(clip(pointer))} does not name a range of lines.`,
        fix: "Write path, path#Symbol, path:12 or path:1-40, with lines from 1.",
      },
    );
  }
}

export function checkCriteria(criteria: readonly Criterion[], target: string, findings: Findings): void {
  const known = new Map<string, Criterion>();
  for (const criterion of criteria) {
    const first = known.get(criterion.id);
    if (first === undefined) known.set(criterion.id, criterion);
    else {
      findings.error(
        "duplicate-id",
        { target, place: criterion.place },
        {
          message: `The criterion ${criterion.id} is already given on line ${first.place.line}.`,
          fix: "Give it another id; without one a criterion is called A1, A2 and so on by its position.",
        },
      );
    }
  }
}
