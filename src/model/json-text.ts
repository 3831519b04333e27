// What does a JSON file say, and how is it written? A tree of its values that remembers every byte, so that what nobody
// changed is never written anew: not the digits of a number, not an escape, not a list on one line. Comments and last
// commas are read, too, for there are tools that take them.

import type { Json } from "./digest.ts";

export type JsonNode = JsonLeaf | JsonList | JsonMap;

export interface JsonLeaf {
  readonly kind: "leaf";
  /** As it is written, such as `1.0`. */
  readonly text: string;
}

export interface JsonList {
  readonly kind: "list";
  readonly items: readonly JsonNode[];
  /** Null for what no file holds, as after a merge. */
  readonly layout: Layout | null;
}

export interface JsonMap {
  readonly kind: "map";
  /** In the order of the file. */
  readonly entries: ReadonlyMap<string, JsonNode>;
  readonly layout: Layout | null;
}

/** `{` lead label value tail `,` … lead label value tail after `}` with a comma before `after`, or none, and `end`. */
export interface Layout {
  /** All of it, brackets included. */
  readonly text: string;
  /** What the line begins with in which it begins. */
  readonly indent: string;
  readonly parts: readonly Part[];
  readonly lastComma: boolean;
  /** Before the closing bracket. */
  readonly end: string;
}

export interface Part {
  /** Null in a list. */
  readonly key: string | null;
  /** Spaces, line ends and comments before it. */
  readonly lead: string;
  /** The key as it is written, with colon and spaces; empty in a list. */
  readonly label: string;
  readonly colon: string;
  readonly value: JsonNode;
  /** Between the value and its comma. */
  readonly tail: string;
  /** Of the last one: what stands behind it on its line. */
  readonly after: string;
}

export interface JsonText {
  readonly before: string;
  readonly root: JsonNode;
  readonly after: string;
}

/** `text` has no carriage returns. Null for what is no JSON, or is nested beyond all reason. */
export function parseJson(text: string): JsonText | null {
  return new Reader(text).document();
}

const SPACE = /(?:[ \t\r\n]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const LEAF =
  /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const DEEPEST = 200;

class Reader {
  readonly #text: string;
  #at = 0;
  /** Of the line that is read now. */
  #indent = "";

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonText | null {
    const before = this.#space();
    const root = this.#value(0);
    const after = this.#space();
    return root === null || this.#at < this.#text.length ? null : { before, root, after };
  }

  #value(depth: number): JsonNode | null {
    const mark = this.#text[this.#at];
    if (mark === "{" || mark === "[") return depth < DEEPEST ? this.#container(mark, depth) : null;
    const text = this.#take(LEAF);
    return text === "" ? null : { kind: "leaf", text };
  }

  #container(open: "{" | "[", depth: number): JsonNode | null {
    const [start, indent] = [this.#at, this.#indent];
    const close = open === "{" ? "}" : "]";
    const parts: Part[] = [];
    this.#at += 1;
    let lead = this.#space();
    let lastComma = false;
    while (this.#text[this.#at] !== close) {
      if (parts.length > 0 && !lastComma) return null;
      const part = this.#part(open, lead, depth);
      if (part === null) return null;
      lastComma = this.#text[this.#at] === ",";
      if (lastComma) this.#at += 1;
      // Without a comma, what follows the value is told as the lead of what never comes.
      parts.push(lastComma ? part : { ...part, tail: "" });
      lead = lastComma ? this.#space() : part.tail;
    }
    this.#at += 1;
    const lineEnd = parts.length === 0 ? -1 : lead.lastIndexOf("\n");
    const [after, end] = lineEnd < 0 ? ["", lead] : [lead.slice(0, lineEnd), lead.slice(lineEnd)];
    const last = parts.pop();
    if (last !== undefined) parts.push({ ...last, after });
    const text = this.#text.slice(start, this.#at);
    return nodeOf(open, { text, indent, parts, lastComma, end });
  }

  #part(open: "{" | "[", lead: string, depth: number): Part | null {
    let [key, label, colon]: [string | null, string, string] = [null, "", ""];
    if (open === "{") {
      const name = this.#text[this.#at] === '"' ? this.#take(LEAF) : "";
      const gap = this.#space();
      if (name === "" || this.#text[this.#at] !== ":") return null;
      this.#at += 1;
      colon = `${gap}:${this.#space()}`;
      [key, label] = [JSON.parse(name) as string, name + colon];
    }
    const value = this.#value(depth + 1);
    return value === null ? null : { key, lead, label, colon, value, tail: this.#space(), after: "" };
  }

  #space(): string {
    const space = this.#take(SPACE);
    const lineEnd = space.lastIndexOf("\n");
    if (lineEnd >= 0) this.#indent = /^[ \t]*/.exec(space.slice(lineEnd + 1))?.[0] ?? "";
    return space;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += taken.length;
    return taken;
  }
}

/** Of a key given twice the last counts, as for every reader of JSON. */
function nodeOf(open: "{" | "[", layout: Layout): JsonNode {
  const { parts } = layout;
  if (open === "[") return { kind: "list", items: parts.map(({ value }) => value), layout };
  const entries = new Map(parts.map(({ key, value }) => [key ?? "", value]));
  return { kind: "map", entries, layout };
}

/** Whether they mean the same: a number that a program of JavaScript read and wrote again is no other number. */
export function sameJson(a: JsonNode, b: JsonNode): boolean {
  if (a === b) return true;
  if (a.kind === "leaf" && b.kind === "leaf") return sameLeaf(a.text, b.text);
  if (a.kind === "list" && b.kind === "list") {
    return (
      a.items.length === b.items.length &&
      a.items.every((item, at) => sameJson(item, b.items[at] as JsonNode))
    );
  }
  if (a.kind !== "map" || b.kind !== "map" || a.entries.size !== b.entries.size) return false;
  return [...a.entries].every(([key, value]) => {
    const other = b.entries.get(key);
    return other !== undefined && sameJson(value, other);
  });
}

function sameLeaf(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.startsWith('"') || b.startsWith('"'))
    return a.startsWith('"') && b.startsWith('"') && JSON.parse(a) === JSON.parse(b);
  return String(Number(a)) === b || String(Number(b)) === a;
}

/** For people to read: long numbers lose digits in it. */
export function plainJson(node: JsonNode): Json {
  if (node.kind === "leaf") return JSON.parse(node.text) as Json;
  if (node.kind === "list") return node.items.map(plainJson);
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plainJson(value)]));
}
