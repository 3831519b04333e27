// What is a JSON manifest to which several tasks contributed? Key by key, in the canonical order of the tasks.
// It does not know what a manifest means, except that maps of dependencies are kept sorted.

import type { TaskId } from "../model/address.ts";
import { canonical, type Json } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";

export interface JsonVariant {
  readonly task: TaskId;
  readonly bytes: Uint8Array;
}

type JsonObject = { readonly [key: string]: Json };

interface Clash {
  readonly at: string;
  readonly tasks: readonly TaskId[];
}

const SORTED: ReadonlySet<string> = new Set([
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
]);

/**
 * Folds the variants of one manifest, which all began as `base` (null: there was no file), in the order given.
 * Keys keep their order, new ones come last; indentation is that of the base. Two variants that disagree on one
 * value, or a file that is no JSON object, are the failure `shared-file` with the tasks at fault.
 */
export function mergeJson(
  path: string,
  base: Uint8Array | null,
  variants: readonly JsonVariant[],
): Result<Uint8Array> {
  const changed = variants.filter(({ bytes }) => base === null || Buffer.compare(bytes, base) !== 0);
  const only = changed[0];
  if (only === undefined) return success(base ?? new Uint8Array());
  if (changed.every(({ bytes }) => Buffer.compare(bytes, only.bytes) === 0)) return success(only.bytes);
  const start = base === null ? {} : parseObject(base);
  if (start === null) return shared(path, tasksOf(changed), "not a JSON object");
  const clashes: Clash[] = [];
  const authors = new Map<string, TaskId>();
  let merged: Json = start;
  for (const { task, bytes } of changed) {
    const variant = parseObject(bytes);
    if (variant === null) return shared(path, [task], "not a JSON object");
    merged = fold({ task, authors, clashes }, "", start, merged, variant) ?? null;
  }
  const clash = clashes[0];
  if (clash !== undefined) return shared(path, clash.tasks, clash.at);
  return success(format(merged, base ?? only.bytes));
}

interface Folding {
  readonly task: TaskId;
  /** Who last changed what stands at a pointer. */
  readonly authors: Map<string, TaskId>;
  readonly clashes: Clash[];
}

// `undefined` stands for an absent key on all three sides.
function fold(
  folding: Folding,
  at: string,
  base: Json | undefined,
  merged: Json | undefined,
  variant: Json | undefined,
): Json | undefined {
  if (same(variant, base) || same(variant, merged)) return merged;
  if (isObject(variant) && isObject(merged)) {
    return foldObject(folding, at, isObject(base) ? base : {}, merged, variant);
  }
  if (same(merged, base)) {
    folding.authors.set(at, folding.task);
    return variant;
  }
  if (Array.isArray(base) && Array.isArray(merged) && Array.isArray(variant)) {
    const list = foldList(base, merged, variant);
    if (list !== null) return list;
  }
  folding.clashes.push({ at, tasks: [authorOf(folding.authors, at), folding.task].filter(isTask) });
  return merged;
}

function foldObject(
  folding: Folding,
  at: string,
  base: JsonObject,
  merged: JsonObject,
  variant: JsonObject,
): JsonObject {
  const keys = new Set([...Object.keys(merged), ...Object.keys(variant)]);
  const entries: [string, Json][] = [];
  for (const key of keys) {
    const below = `${at}/${key}`;
    const value = fold(folding, below, own(base, key), own(merged, key), own(variant, key));
    if (value !== undefined) entries.push([key, value]);
  }
  const name = at.slice(at.lastIndexOf("/") + 1);
  if (SORTED.has(name)) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  // A plain assignment of the key `__proto__` would be lost.
  return Object.fromEntries(entries);
}

// Lists merge where both sides only added to them.
function foldList(base: readonly Json[], merged: readonly Json[], variant: readonly Json[]): Json | null {
  const has = (list: readonly Json[], item: Json) => list.some((other) => same(other, item));
  if (!base.every((item) => has(merged, item) && has(variant, item))) return null;
  return [...merged, ...variant.filter((item) => !has(merged, item))];
}

function authorOf(authors: ReadonlyMap<string, TaskId>, at: string): TaskId | undefined {
  for (let pointer = at; pointer !== ""; pointer = pointer.slice(0, pointer.lastIndexOf("/"))) {
    const author = authors.get(pointer);
    if (author !== undefined) return author;
  }
  return [...authors].find(([pointer]) => pointer.startsWith(`${at}/`))?.[1];
}

function parseObject(bytes: Uint8Array): JsonObject | null {
  try {
    const value: Json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isObject(value) ? value : null;
  } catch {
    // Not UTF-8 or not JSON: the caller names the file and the task.
    return null;
  }
}

function format(value: Json, model: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(model);
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? (text.includes("\n") ? "  " : "");
  const lines = JSON.stringify(value, null, indent) + (text.endsWith("\n") ? "\n" : "");
  return new TextEncoder().encode(text.includes("\r\n") ? lines.replaceAll("\n", "\r\n") : lines);
}

function shared(path: string, tasks: readonly TaskId[], detail: string): Result<never> {
  return failed({ reason: "shared-file", path, tasks, detail });
}

function tasksOf(variants: readonly JsonVariant[]): readonly TaskId[] {
  return variants.map(({ task }) => task);
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTask(task: TaskId | undefined): task is TaskId {
  return task !== undefined;
}

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonical(a) === canonical(b);
}
