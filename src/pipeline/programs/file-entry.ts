// Does a file of settings register our server? An entry of JSON, whose every other byte stays, or a table of TOML.

import type { Json } from "../../model/digest.ts";
import { type JsonMap, type JsonNode, parseJson, sameJson } from "../../model/json-text.ts";
import { rewriteJson } from "../../workspaces/json-rewrite.ts";
import { type Renewal, renewSection } from "./marked-part.ts";

const BOM = "\ufeff";
const NOTHING = /^\s*(?:\{\s*\}\s*)?$/;

/** Comments and last commas are allowed. */
export function renewEntry(file: string | null, keys: readonly string[], value: Json): Renewal {
  const entry = nodeOf(value);
  if (file === null || NOTHING.test(file)) {
    const all = withEntry(EMPTY, keys, entry);
    // Of two lines, so that what is put into it gets lines of its own.
    return { stood: "nothing", known: false, text: all && rewriteJson("{\n}\n", all) };
  }
  const [mark, text] = file.startsWith(BOM) ? [BOM, file.slice(1)] : ["", file];
  const isWindows = text.includes("\r\n");
  const plain = isWindows ? text.replaceAll("\r\n", "\n") : text;
  const root = parseJson(plain)?.root;
  const next = root === undefined || plain.includes("\r") ? null : withEntry(root, keys, entry);
  if (root === undefined || next === null) return { stood: "edited", known: false, text: null };
  const rewritten = rewriteJson(plain, next);
  const renewed = mark + (isWindows ? rewritten.replaceAll("\n", "\r\n") : rewritten);
  const there = keys.reduce<JsonNode | undefined>(memberOf, root);
  if (there === undefined) return { stood: "nothing", known: false, text: renewed };
  // Another form than ours is a person's: ours has not changed since it exists.
  return { stood: sameJson(there, entry) ? "ours" : "edited", known: true, text: renewed };
}

/** A table that stands there without our marks is a person's. */
export function renewTable(file: string | null, name: string, lines: readonly string[]): Renewal {
  const renewal = renewSection(file, [`[${name}]`, ...lines].join("\n"), "hash");
  if (renewal.stood !== "nothing" || file === null) return renewal;
  const parts = name.split(".").map((part) => `["']?${part}["']?`);
  const [parent = ""] = parts;
  const named = new RegExp(`^[ \\t]*\\[[ \\t]*${parts.join("[ \\t]*\\.[ \\t]*")}[ \\t]*[.\\]]`, "m");
  const inline = new RegExp(`^[ \\t]*${parent}[ \\t]*[.=]`, "m");
  return named.test(file) || inline.test(file) ? { stood: "edited", known: true, text: null } : renewal;
}

function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  return node?.kind === "map" ? node.entries.get(key) : undefined;
}

/** Null where something else than a map is in the way. */
function withEntry(node: JsonNode, [key, ...rest]: readonly string[], entry: JsonNode): JsonMap | null {
  if (node.kind !== "map" || key === undefined) return null;
  const below = node.entries.get(key) ?? EMPTY;
  const inner = rest.length === 0 ? entry : withEntry(below, rest, entry);
  if (inner === null) return null;
  return { kind: "map", entries: new Map([...node.entries, [key, inner]]), layout: null };
}

const EMPTY: JsonMap = { kind: "map", entries: new Map(), layout: null };

function nodeOf(value: Json): JsonNode {
  const text = parseJson(onOneLine(value));
  if (text === null) throw new Error("bug: a value of ours is no JSON");
  return text.root;
}

function onOneLine(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  const members = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${onOneLine(one)}`);
  return `{ ${members.join(", ")} }`;
}
