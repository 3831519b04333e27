// Which tasks does a new plan leave as they were? Those of which no requirement changed keep their id and every byte,
// whatever the planner answered; what it adds gets ids that nothing ever had.

import { localIdOf, taskId } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import type { Task } from "../../model/task.ts";
import { arranged, blockForm, type EntryText, joinBacklog, splitBacklog } from "../merge/backlog-text.ts";
import { EditedText, type Splice } from "../yaml/splice.ts";
import { looseYaml } from "../yaml/yaml.ts";
import { itemsOf, memberOf, type YamlNode } from "../yaml/yaml-nodes.ts";

/**
 * Local ids of the tasks that the diff reaches: one of their requirements was changed or removed. Tasks that are one entry of
 * the backlog are reached together.
 */
export function reachedTasks(feature: Feature, diff: FeatureDiff): ReadonlySet<string> {
  const changed = new Set(diff.requirements.map(({ id }) => id));
  const reached = feature.tasks.filter(({ requirements }) => requirements.some((id) => changed.has(id)));
  return sameEntries(feature, reached);
}

/** Local ids of all tasks that stand in an entry with one of these. */
export function sameEntries({ tasks }: Pick<Feature, "tasks">, some: readonly Task[]): ReadonlySet<string> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const entryOf = (task: Task): Task => {
    const whole = task.whole === undefined ? undefined : byId.get(task.whole);
    return whole === undefined ? task : entryOf(whole);
  };
  const entries = new Set(some.map(entryOf));
  return new Set(tasks.flatMap((task) => (entries.has(entryOf(task)) ? [localIdOf(task.id)] : [])));
}

export interface Replanned {
  readonly feature: string;
  /** The backlog until now, with what people changed in it. */
  readonly previous: string;
  /** What the planner made of it. */
  readonly answer: string;
  readonly reached: ReadonlySet<string>;
  /** Ids that tasks had before and that are free no more, beside those of `previous`. */
  readonly taken: ReadonlySet<string>;
}

/** The answer with all kept tasks restored. Null where one of the texts cannot be told apart by tasks. */
export function keepTasks({ feature, previous, answer, reached, taken }: Replanned): string | null {
  const before = splitBacklog(previous);
  const renamed = withFreeIds(blockAnswer(answer), { feature, taken, known: idsOf(before?.entries ?? []) });
  const after = splitBacklog(renamed);
  if (before === null || after === null) return null;
  const kept = new Map(before.entries.filter(({ id }) => !reached.has(id)).map((entry) => [entry.id, entry]));
  const entries: EntryText[] = after.entries.map((entry) => kept.get(entry.id) ?? entry);
  for (const [index, entry] of before.entries.entries()) {
    if (!kept.has(entry.id) || entries.some(({ id }) => id === entry.id)) continue;
    const above = before.entries.slice(0, index).map(({ id }) => id);
    const at = entries.findLastIndex(({ id }) => above.includes(id));
    entries.splice(at + 1, 0, entry);
  }
  return joinBacklog({ head: before.head, entries: arranged(entries, before), tail: before.tail });
}

/** An answer may be written in any form of YAML; nobody has edited it yet, so its form is ours. */
function blockAnswer(answer: string): string {
  return splitBacklog(answer) === null ? (blockForm(answer) ?? answer) : answer;
}

function idsOf(entries: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(entries.map(({ id }) => id));
}

interface Names {
  readonly feature: string;
  readonly known: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
}

/** New tasks whose id was once another's are renamed, and with them what waits for them. */
function withFreeIds(text: string, { feature, known, taken }: Names): string {
  const answered = splitBacklog(text)?.entries.map(({ id }) => id) ?? [];
  const used = new Set([...known, ...taken, ...answered]);
  const names = new Map<string, string>();
  for (const id of answered) {
    if (known.has(id) || !taken.has(id)) continue;
    const name = freeId(used);
    used.add(name);
    names.set(id, name);
  }
  if (names.size === 0) return text;
  const spellings = new Map(
    [...names].flatMap(([from, to]) => [
      [from, to] as const,
      [taskId(feature, from), taskId(feature, to)] as const,
    ]),
  );
  return new EditedText(text).with(
    idsIn(text).flatMap((node): Splice[] => {
      const name = node.kind === "scalar" ? spellings.get(String(node.value)) : undefined;
      return name === undefined ? [] : [{ offset: node.start, remove: node.end - node.start, text: name }];
    }),
  );
}

/** `T01`, `T02` … : the first above all that were ever used. */
function freeId(used: ReadonlySet<string>): string {
  const numbers = [...used].flatMap((id) => /^T(\d{1,6})$/.exec(id)?.[1] ?? []);
  return `T${String(1 + Math.max(0, ...numbers.map(Number))).padStart(2, "0")}`;
}

/** Every id and every entry of `depends_on`. */
function idsIn(text: string): readonly YamlNode[] {
  const tree = looseYaml(text)?.tree() ?? null;
  return itemsOf(memberOf(tree, "tasks")).flatMap((task) => {
    const id = memberOf(task, "id");
    return [...(id === null ? [] : [id]), ...itemsOf(memberOf(task, "depends_on"))];
  });
}
