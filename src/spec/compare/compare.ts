// What is different between two versions of a feature? Compares what the compiler read, so a change of spelling
// or order that means nothing does not appear. It does not know which tasks become stale by it.

import { canonical, type Json } from "../../model/digest.ts";
import type { Feature, Statement } from "../../model/feature.ts";
import type { Change, FeatureDiff, TaskChange, TextChange } from "../../model/feature-diff.ts";
import type { Task } from "../../model/task.ts";
import { memberOfTask, TASK_FIELDS } from "../schema/task-fields.ts";
import { proseSections } from "./feature-request.ts";

/** Null stands for a version that does not have the feature; one of the two must. */
export function compareFeatures(before: Feature | null, after: Feature | null): FeatureDiff {
  const either = after ?? before;
  if (either === null) throw new Error("a feature that neither version has cannot be compared");
  const texts = (of: (feature: Feature) => Map<string, string>): TextChange[] =>
    compareTexts(before === null ? new Map() : of(before), after === null ? new Map() : of(after));
  return {
    feature: either.id,
    change: before === null ? "added" : after === null ? "removed" : null,
    settings: texts(settings),
    sections: texts((feature) => new Map(proseSections(feature.sections))),
    requirements: texts((feature) => new Map(feature.requirements.map(({ id, text }) => [id, text]))),
    constraints: compareStatements(before?.constraints ?? [], after?.constraints ?? []),
    params: texts(params),
    tasks: compareTasks(before?.tasks ?? [], after?.tasks ?? []),
    staleTasks: [],
  };
}

/** In the order of the version before, with what was added behind. */
function compareTexts(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): TextChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((id) => {
    const change = changeOf(before.get(id), after.get(id));
    return change === null
      ? []
      : [{ id, change, before: before.get(id) ?? null, after: after.get(id) ?? null }];
  });
}

function changeOf(before: string | undefined, after: string | undefined): Change | null {
  if (before === after) return null;
  if (before === undefined) return "added";
  return after === undefined ? "removed" : "changed";
}

/** Constraints have no ids: each is known by its text, and is named by its position in its own version. */
function compareStatements(before: readonly Statement[], after: readonly Statement[]): TextChange[] {
  const old = new Set(before.map(({ text }) => text));
  const current = new Set(after.map(({ text }) => text));
  return [
    ...before.flatMap(({ text }, index): TextChange[] =>
      current.has(text) ? [] : [{ id: `C${index + 1}`, change: "removed", before: text, after: null }],
    ),
    ...after.flatMap(({ text }, index): TextChange[] =>
      old.has(text) ? [] : [{ id: `C${index + 1}`, change: "added", before: null, after: text }],
    ),
  ];
}

function settings(feature: Feature): Map<string, string> {
  const entries: [string, string | null][] = [
    ["title", feature.title],
    ["template", feature.template],
    ["projects", feature.projects.join(", ")],
    ["depends_on", feature.dependsOn.join(", ")],
  ];
  return new Map(entries.filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ""));
}

function params(feature: Feature): Map<string, string> {
  return new Map(feature.params.flatMap(({ name, value }) => leaves(name, value)));
}

function leaves(path: string, value: Json): [string, string][] {
  if (value === null || typeof value !== "object") return [[path, JSON.stringify(value)]];
  const members = Array.isArray(value) ? items(value) : Object.entries(value as { [key: string]: Json });
  if (members.length === 0) return [[path, canonical(value)]];
  return members.flatMap(([key, member]) => leaves(`${path}.${key}`, member));
}

/** Items of a list by name, so that an insertion does not rename the rest; by position where names do not serve. */
function items(list: readonly Json[]): [string, Json][] {
  const named = list.map(nameApart);
  const names = new Set(named.map((item) => item?.[0]));
  const distinct = names.size === list.length && !names.has(undefined);
  return list.map((item, index) => (distinct ? named[index]! : [String(index + 1), item]));
}

/** A text is its own name; of an object, `name` or `id` is taken out, because the path tells it already. */
function nameApart(item: Json): [name: string, rest: Json] | null {
  if (typeof item === "string") return [item, item];
  if (item === null || typeof item !== "object" || Array.isArray(item)) return null;
  const object = item as { readonly [key: string]: Json };
  const key = ["name", "id"].find((each) => typeof object[each] === "string");
  if (key === undefined) return null;
  return [object[key] as string, Object.fromEntries(Object.entries(object).filter(([each]) => each !== key))];
}

function compareTasks(before: readonly Task[], after: readonly Task[]): TaskChange[] {
  const old = new Map(before.map((task) => [task.id, task]));
  const current = new Map(after.map((task) => [task.id, task]));
  return [...new Set([...old.keys(), ...current.keys()])].flatMap((id): TaskChange[] => {
    const [was, is] = [old.get(id), current.get(id)];
    if (was === undefined) return [{ id, change: "added", keys: [] }];
    if (is === undefined) return [{ id, change: "removed", keys: [] }];
    const [wasEntry, isEntry] = [taskEntry(was), taskEntry(is)];
    const text = (entry: Readonly<Record<string, Json>>, key: string) => canonical(entry[key] ?? null);
    const all = new Set([...Object.keys(isEntry), ...Object.keys(wasEntry)]);
    const keys = [...all].filter((key) => text(wasEntry, key) !== text(isEntry, key));
    return keys.length === 0 ? [] : [{ id, change: "changed", keys }];
  });
}

/** The task as the keys of a backlog entry, without its places. */
export function taskEntry(task: Task): Readonly<Record<string, Json>> {
  const entries = TASK_FIELDS.flatMap((field): [string, Json][] => {
    const meaning = field.meaning(memberOfTask(task, field));
    const isLeftOut = field.isLater === true && (meaning === null || Object.keys(meaning).length === 0);
    return isLeftOut ? [] : [[field.key, meaning]];
  });
  return Object.fromEntries(entries);
}
