// What is a JSON manifest to which several tasks contributed? Key by key, in the canonical order of the tasks.
// It does not know what a manifest means, except which of its maps name packages and the versions that are wanted.

import type { TaskId } from "../model/address.ts";
import { canonical, type Json } from "../model/digest.ts";
import type { JsonClash } from "../model/failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import { narrowerRange } from "./version-range.ts";

export interface JsonVariant {
  readonly task: TaskId;
  /** What it was made from; null where there was no file. */
  readonly base: Uint8Array | null;
  readonly bytes: Uint8Array;
}

type JsonObject = { readonly [key: string]: Json };

/** Maps of packages: kept sorted, and of two ranges of versions the narrower serves both. */
const PACKAGES: ReadonlySet<string> = new Set([
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
]);

/**
 * Lays what each variant changed of its own base on `start` (null: there is no file), in the order given. Keys keep
 * their order, new ones come last; indentation is that of `start`. Variants that disagree on a value are the failure
 * `shared-file` with all places and the tasks at fault; so is a file that is no JSON object.
 */
export function mergeJson(
  path: string,
  start: Uint8Array | null,
  variants: readonly JsonVariant[],
): Result<Uint8Array> {
  const changed = variants.filter(({ base, bytes }) => !sameBytes(base, bytes));
  const only = changed[0];
  if (only === undefined) return success(start ?? new Uint8Array());
  const isAgreed = ({ base, bytes }: JsonVariant) => sameBytes(base, start) && sameBytes(bytes, only.bytes);
  if (changed.every(isAgreed)) return success(only.bytes);
  const ground = parseObject(start);
  if (ground === null) return noObject(path, tasksOf(changed));
  const clashes: JsonClash[] = [];
  const authors = new Map<string, TaskId>();
  let merged: Json = ground;
  for (const { task, base, bytes } of changed) {
    const [from, to] = [parseObject(base), parseObject(bytes)];
    if (from === null || to === null) return noObject(path, [task]);
    merged = fold({ task, authors, clashes }, [], from, merged, to) ?? null;
  }
  if (clashes.length === 0) return success(format(merged, start ?? only.bytes));
  const tasks = [...new Set(clashes.flatMap((clash) => clash.wanted.map(({ task }) => task)))];
  const detail = clashes.map(({ at }) => at.join(".")).join(", ");
  return failed({ reason: "shared-file", path, tasks, detail, clashes });
}

interface Folding {
  readonly task: TaskId;
  /** Who last changed what stands at a pointer. */
  readonly authors: Map<string, TaskId>;
  readonly clashes: JsonClash[];
}

// `undefined` stands for an absent key on all three sides.
function fold(
  folding: Folding,
  at: readonly string[],
  base: Json | undefined,
  merged: Json | undefined,
  variant: Json | undefined,
): Json | undefined {
  if (same(variant, base) || same(variant, merged)) return merged;
  if (isObject(variant) && isObject(merged)) {
    return foldObject(folding, at, isObject(base) ? base : {}, merged, variant);
  }
  if (same(merged, base)) {
    folding.authors.set(pointer(at), folding.task);
    return variant;
  }
  if (Array.isArray(base) && Array.isArray(merged) && Array.isArray(variant)) {
    const list = foldList(base, merged, variant);
    if (list !== null) return list;
  }
  if (PACKAGES.has(at.at(-2) ?? "") && typeof merged === "string" && typeof variant === "string") {
    const range = narrowerRange(merged, variant);
    if (range === variant) folding.authors.set(pointer(at), folding.task);
    if (range !== null) return range;
  }
  const author = authorOf(folding.authors, pointer(at));
  const wanted = [
    ...(author === undefined ? [] : [{ task: author, value: merged }]),
    { task: folding.task, value: variant },
  ];
  folding.clashes.push({ at, wanted: wanted.map(({ task, value }) => ({ task, value: value ?? null })) });
  return merged;
}

function foldObject(
  folding: Folding,
  at: readonly string[],
  base: JsonObject,
  merged: JsonObject,
  variant: JsonObject,
): JsonObject {
  const keys = new Set([...Object.keys(merged), ...Object.keys(variant)]);
  const entries: [string, Json][] = [];
  for (const key of keys) {
    const value = fold(folding, [...at, key], own(base, key), own(merged, key), own(variant, key));
    if (value !== undefined) entries.push([key, value]);
  }
  if (PACKAGES.has(at.at(-1) ?? "")) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  // A plain assignment of the key `__proto__` would be lost.
  return Object.fromEntries(entries);
}

// Lists merge where both sides only added to them.
function foldList(base: readonly Json[], merged: readonly Json[], variant: readonly Json[]): Json | null {
  const has = (list: readonly Json[], item: Json) => list.some((other) => same(other, item));
  if (!base.every((item) => has(merged, item) && has(variant, item))) return null;
  return [...merged, ...variant.filter((item) => !has(merged, item))];
}

/** Keys may hold anything, so they are not told apart by a separator alone. */
function pointer(at: readonly string[]): string {
  return at.map((key) => `${JSON.stringify(key)}/`).join("");
}

/** Who changed what stands there: the place itself, something around it, or something in it. */
function authorOf(authors: ReadonlyMap<string, TaskId>, at: string): TaskId | undefined {
  const around = [...authors].filter(([place]) => at.startsWith(place) || place.startsWith(at));
  around.sort(([a], [b]) => b.length - a.length);
  return (around.find(([place]) => at.startsWith(place)) ?? around[0])?.[1];
}

/** No file is an object without keys; null where it is none, or no plain JSON. */
function parseObject(bytes: Uint8Array | null): JsonObject | null {
  if (bytes === null) return {};
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

function noObject(path: string, tasks: readonly TaskId[]): Result<never> {
  const detail = "it is not an object of plain JSON, which has neither comments nor last commas";
  return failed({ reason: "shared-file", path, tasks, detail });
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && Buffer.compare(a, b) === 0);
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

function same(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonical(a) === canonical(b);
}
