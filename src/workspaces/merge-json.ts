// What is a JSON manifest to which several tasks contributed? Key by key, in the canonical order of the tasks.
// It does not know what a manifest means, except which of its maps name packages and the versions that are wanted.

import type { TaskId } from "../model/address.ts";
import {
  type JsonLeaf,
  type JsonList,
  type JsonMap,
  type JsonNode,
  parseJson,
  plainJson,
  sameJson,
} from "../model/json-text.ts";
import type { JsonClash } from "../model/project-failure.ts";
import { failed, type Result, success } from "../model/result.ts";
import { rewriteJson } from "./json-rewrite.ts";
import { narrowerRange } from "./version-range.ts";

export interface JsonVariant {
  readonly task: TaskId;
  /** What it was made from; null where there was no file. */
  readonly base: Uint8Array | null;
  readonly bytes: Uint8Array;
}

/** Maps of packages: kept sorted where something is added. */
const PACKAGES: ReadonlySet<string> = new Set([
  "dependencies",
  "devDependencies",
  "peerDependencies",
  "optionalDependencies",
]);
/** Maps to ranges of versions: of two the narrower serves both. */
const RANGES: ReadonlySet<string> = new Set([...PACKAGES, "engines"]);

/**
 * Lays what each variant changed of its own base on `start` (null: there is no file), in the order given. What nobody
 * changed keeps every byte of `start`, comments too; keys keep their order, and new ones come last. Variants that
 * disagree on a value are the failure `shared-file` with all places and the tasks at fault; so is a file that is no
 * JSON object.
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
  const ground = parseMap(start);
  if (ground === null) return noObject(path, tasksOf(changed));
  const clashes: JsonClash[] = [];
  const authors = new Map<string, TaskId>();
  let merged: JsonNode = ground;
  for (const { task, base, bytes } of changed) {
    const [from, to] = [sameBytes(base, start) ? ground : parseMap(base), parseMap(bytes)];
    if (from === null || to === null) return noObject(path, [task]);
    merged = fold({ task, authors, clashes }, [], { base: from, merged, variant: to }) ?? NO_FILE;
  }
  if (clashes.length === 0) return success(writtenAs(start ?? only.bytes, merged));
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

/** What stands at a place: undefined where there is no such key. */
interface Sides<Node = JsonNode | undefined> {
  readonly base: Node;
  readonly merged: Node;
  readonly variant: Node;
}

function fold(folding: Folding, at: readonly string[], sides: Sides): JsonNode | undefined {
  const { base, merged, variant } = sides;
  if (same(variant, base) || same(variant, merged)) return merged;
  if (variant?.kind === "map" && merged?.kind === "map") {
    return foldMap(folding, at, { base: base?.kind === "map" ? base : NO_FILE, merged, variant });
  }
  if (same(merged, base)) {
    folding.authors.set(pointer(at), folding.task);
    return variant;
  }
  if (base?.kind === "list" && merged?.kind === "list" && variant?.kind === "list") {
    const list = foldList({ base, merged, variant });
    if (list !== null) return list;
  }
  if (RANGES.has(at.at(-2) ?? "") && merged?.kind === "leaf" && variant?.kind === "leaf") {
    const range = foldRange(merged, variant);
    if (range === variant) folding.authors.set(pointer(at), folding.task);
    if (range !== null) return range;
  }
  const author = authorOf(folding.authors, pointer(at));
  const wanted = [
    ...(author === undefined ? [] : [{ task: author, node: merged }]),
    { task: folding.task, node: variant },
  ];
  const told = wanted.map(({ task, node }) => ({ task, value: node === undefined ? null : plainJson(node) }));
  folding.clashes.push({ at, wanted: told });
  return merged;
}

function foldMap(
  folding: Folding,
  at: readonly string[],
  { base, merged, variant }: Sides<JsonMap>,
): JsonMap {
  const keys = new Set([...merged.entries.keys(), ...variant.entries.keys()]);
  const entries: [string, JsonNode][] = [];
  for (const key of keys) {
    const [before, now, wanted] = [base, merged, variant].map((side) => side.entries.get(key));
    const value = fold(folding, [...at, key], { base: before, merged: now, variant: wanted });
    if (value !== undefined) entries.push([key, value]);
  }
  const isLonger = entries.some(([key]) => !merged.entries.has(key));
  if (isLonger && PACKAGES.has(at.at(-1) ?? "")) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind: "map", entries: new Map(entries), layout: null };
}

// Lists merge where both sides only added to them.
function foldList({ base, merged, variant }: Sides<JsonList>): JsonList | null {
  const has = (list: JsonList, item: JsonNode) => list.items.some((other) => sameJson(other, item));
  if (!base.items.every((item) => has(merged, item) && has(variant, item))) return null;
  const added = variant.items.filter((item) => !has(merged, item));
  return { kind: "list", items: [...merged.items, ...added], layout: null };
}

function foldRange(merged: JsonLeaf, variant: JsonLeaf): JsonLeaf | null {
  const [now, wanted] = [plainJson(merged), plainJson(variant)];
  if (typeof now !== "string" || typeof wanted !== "string") return null;
  const range = narrowerRange(now, wanted);
  return range === null ? null : range === wanted ? variant : merged;
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

const NO_FILE: JsonMap = { kind: "map", entries: new Map(), layout: null };

/** No file is an object without keys; null where it is none, or no JSON. */
function parseMap(bytes: Uint8Array | null): JsonMap | null {
  if (bytes === null) return NO_FILE;
  const text = textOf(bytes);
  const root = text === null ? null : parseJson(text.lines)?.root;
  return root?.kind === "map" ? root : null;
}

/** `model` is such a file as `parseMap` reads. */
function writtenAs(model: Uint8Array, merged: JsonNode): Uint8Array {
  const { lines = "", mark = "", returns = false } = textOf(model) ?? {};
  const text = rewriteJson(lines, merged);
  return new TextEncoder().encode(mark + (returns ? text.replaceAll("\n", "\r\n") : text));
}

/** Without byte order mark and carriage returns, and whether they were there; null for what is not UTF-8. */
function textOf(bytes: Uint8Array): { lines: string; mark: string; returns: boolean } | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
    const lines = text.slice(mark.length).replaceAll("\r\n", "\n");
    return { lines, mark, returns: text.includes("\r\n") };
  } catch {
    // The caller names the file and the task.
    return null;
  }
}

const BYTE_ORDER_MARK = "\ufeff";

function noObject(path: string, tasks: readonly TaskId[]): Result<never> {
  return failed({ reason: "shared-file", path, tasks, detail: "it is not an object of JSON" });
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && Buffer.compare(a, b) === 0);
}

function tasksOf(variants: readonly JsonVariant[]): readonly TaskId[] {
  return variants.map(({ task }) => task);
}

function same(a: JsonNode | undefined, b: JsonNode | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameJson(a, b);
}
