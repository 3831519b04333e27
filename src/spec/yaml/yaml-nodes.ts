// Where does each value of a YAML text begin and end, and how is it written there? For all who change a text, or cut it,
// without writing it anew. The places are offsets; what the values mean is not known here.

import { isMap, isScalar, isSeq, type ParsedNode } from "yaml";

export type YamlNode = YamlMap | YamlList | YamlScalar;

type Value = null | boolean | number | string;

/** Offsets: `end` is right after the value. That of a block scalar takes in the blank lines after it. */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

export interface YamlMap extends Stretch {
  readonly kind: "map";
  readonly inFlow: boolean;
  readonly pairs: readonly YamlPair[];
}

export interface YamlPair {
  /** Null for a key that is no text. */
  readonly name: string | null;
  readonly key: Stretch;
  /** An empty value where nothing is written after the colon; null where there is no colon. */
  readonly value: YamlNode | null;
}

export interface YamlList extends Stretch {
  readonly kind: "list";
  readonly inFlow: boolean;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar extends Stretch {
  readonly kind: "scalar";
  readonly value: Value;
  readonly isPlain: boolean;
}

/** Recursion is safe for what the token guard let pass. */
export function nodeOf(node: ParsedNode): YamlNode {
  const [start, end] = node.range;
  if (isMap(node)) {
    const pairs = node.items as readonly { readonly key: ParsedNode; readonly value: ParsedNode | null }[];
    return { kind: "map", start, end, inFlow: node.flow === true, pairs: pairs.map(pairOf) };
  }
  if (isSeq(node)) {
    const items = (node.items as readonly ParsedNode[]).map(nodeOf);
    return { kind: "list", start, end, inFlow: node.flow === true, items };
  }
  const value = isScalar(node) ? (node.value as Value) : null;
  return { kind: "scalar", start, end, value, isPlain: isScalar(node) && node.type === "PLAIN" };
}

function pairOf({ key, value }: { readonly key: ParsedNode; readonly value: ParsedNode | null }): YamlPair {
  const [start, end] = key.range;
  return { name: keyName(key), key: { start, end }, value: value && nodeOf(value) };
}

/** A key such as `1` or `true` is known by how it is written. */
export function keyName(key: ParsedNode | null): string | null {
  if (!isScalar(key)) return null;
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

/** The value of a key. Null where the node is no map, or has no such key. */
export function memberOf(node: YamlNode | null, name: string): YamlNode | null {
  if (node?.kind !== "map") return null;
  return node.pairs.find((pair) => pair.name === name)?.value ?? null;
}

/** None where the node is no list. */
export function itemsOf(node: YamlNode | null): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

/** The text at a key; null for all else. */
export function textAt(node: YamlNode | null, name: string): string | null {
  const member = memberOf(node, name);
  return member?.kind === "scalar" && typeof member.value === "string" ? member.value : null;
}

export function lineStart(source: string, offset: number): number {
  return source.lastIndexOf("\n", offset - 1) + 1;
}

export function columnOf(source: string, offset: number): number {
  return offset - lineStart(source, offset);
}

export function isBlockScalar(source: string, node: YamlNode): boolean {
  return node.kind === "scalar" && /[|>]/.test(source[node.start] ?? "");
}

/** Where the line begins after the one on which a pair, or an item, ends. The text ends with a line break. */
export function lineAfter(source: string, node: YamlNode | Stretch): number {
  const last = isNode(node) ? lastLeaf(node) : node;
  const end = isNode(last) && isBlockScalar(source, last) ? blockEnd(source, last) : last.end;
  if (source[end - 1] === "\n") return end;
  return source.indexOf("\n", end) + 1;
}

function isNode(stretch: YamlNode | Stretch): stretch is YamlNode {
  return "kind" in stretch;
}

function lastLeaf(node: YamlNode): YamlNode | Stretch {
  if (node.kind === "scalar" || node.inFlow) return node;
  if (node.kind === "list") {
    const last = node.items.at(-1);
    return last === undefined ? node : lastLeaf(last);
  }
  const pair = node.pairs.at(-1);
  if (pair === undefined) return node;
  return pair.value === null ? pair.key : lastLeaf(pair.value);
}

/** End of the last line of a block scalar: the blank lines after it belong to nobody, unless its header keeps them. */
export function blockEnd(source: string, { start, end }: Stretch): number {
  if (/^[|>][-0-9]*\+/.test(source.slice(start, start + 4))) return end;
  const blank = /\n(?:[ \t]*\n)+$/.exec(source.slice(start, end));
  return blank === null ? end : start + blank.index + 1;
}
