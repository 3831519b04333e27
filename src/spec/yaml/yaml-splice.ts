// Which pieces of a YAML text must be replaced so that it says something else? Only the values that differ: comments,
// quotes, order and blank lines around them stay. It knows nothing of what the text is about.

import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap, type YAMLSeq } from "yaml";
import type { Splice } from "./splice.ts";
import type { Plain, PlainMap } from "./yaml.ts";
import { blockYaml, inlineYaml, literalYaml, quotedYaml } from "./yaml-scalar.ts";

interface Pair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

/** How keys are ordered that have to be added: each goes after the last one that is written before it here. */
export type KeyOrder = Readonly<Record<string, readonly string[]>>;

/** The text that is edited, and how it is spelled around the value in question. */
interface Place {
  readonly source: string;
  readonly order: KeyOrder;
  readonly inFlow: boolean;
  /** Name of the key that holds the map, for `order`. */
  readonly name: string;
  /** Column that the lines of a block below here begin after. */
  readonly column: number;
}

/** Keys that `after` does not have stay. `name` is the key of `order` that holds for this map. */
export function spliceMap(source: string, map: YAMLMap.Parsed, after: PlainMap, order: KeyOrder): Splice[] {
  return mapSplices(map, after, { source, order, inFlow: false, name: "", column: 0 });
}

function mapSplices(map: YAMLMap.Parsed, after: PlainMap, place: Place): Splice[] {
  const { source } = place;
  const isFlow = source[map.range[0]] === "{";
  const inner = { ...place, inFlow: place.inFlow || isFlow, column: columnOf(source, map.range[0]) };
  const pairs = map.items as readonly Pair[];
  const changed = pairs.flatMap((pair): Splice[] => {
    const name = keyOf(pair);
    const value = name === null ? undefined : after[name];
    return name === null || value === undefined
      ? []
      : valueSplices(pair.key, pair.value, value, { ...inner, name });
  });
  const missing = Object.keys(after).filter((name) => !pairs.some((pair) => keyOf(pair) === name));
  const order = place.order[place.name] ?? [];
  const sorted = missing.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const added = sorted.map((name) => keySplice(map, name, after[name] as Plain, inner, order));
  return [...changed, ...added];
}

function keyOf({ key }: Pair): string | null {
  return isScalar(key) && typeof key.value === "string" ? key.value : null;
}

function valueSplices(key: ParsedNode, node: ParsedNode | null, after: Plain, place: Place): Splice[] {
  if (isMap(node) && isPlainMap(after)) return mapSplices(node, after, place);
  if (isSeq(node) && Array.isArray(after)) return listSplices(key, node, after, place);
  if (isScalar(node) && node.value === after) return [];
  if (isScalar(node) && typeof node.value === "string" && typeof after === "string") {
    return [scalarSplice(place.source, node, after, place)];
  }
  const text = inlineYaml(after, place.inFlow);
  if (node === null) return [{ offset: key.range[1] + 1, remove: 0, text: ` ${text}` }];
  const [start, end] = node.range;
  const gap = /\s/.test(place.source[start - 1] ?? "") ? "" : " ";
  return [{ offset: start, remove: end - start, text: gap + text }];
}

function isPlainMap(value: Plain): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Item by item where none goes; else the list as a whole, because nobody can tell which comment belonged to which. */
function listSplices(key: ParsedNode, list: YAMLSeq.Parsed, after: readonly Plain[], place: Place): Splice[] {
  const items = list.items as ParsedNode[];
  const inFlow = place.inFlow || place.source[list.range[0]] === "[";
  if (after.length < items.length) return wholeList(key, list, after, { ...place, inFlow });
  const inner = { ...place, inFlow, column: columnOf(place.source, list.range[0]) };
  const changed = items.flatMap((item, index) => valueSplices(key, item, after[index] as Plain, inner));
  const added = after.slice(items.length).map((item) => inlineYaml(item, inFlow));
  if (added.length === 0) return changed;
  if (inFlow) return [...changed, intoFlow(place.source, list, added.join(", "))];
  const margin = " ".repeat(inner.column);
  const lines = added.map((item) => `${margin}- ${item}\n`).join("");
  return [...changed, { offset: lineAfter(place.source, list), remove: 0, text: lines }];
}

function wholeList(key: ParsedNode, list: YAMLSeq.Parsed, after: readonly Plain[], place: Place): Splice[] {
  const { source } = place;
  const [start, end] = list.range;
  if (place.inFlow) return [{ offset: start, remove: end - start, text: inlineYaml([...after], true) }];
  const lineStart = start - columnOf(source, start);
  const remove = lineAfter(source, list) - lineStart;
  if (after.length === 0) {
    return [
      { offset: key.range[1] + 1, remove: 0, text: " []" },
      { offset: lineStart, remove, text: "" },
    ];
  }
  const margin = source.slice(lineStart, start);
  const text = after.map((item) => `${margin}- ${inlineYaml(item, false)}\n`).join("");
  return [{ offset: lineStart, remove, text }];
}

/** In the style that it was written in, where the new text can be written so. */
export function scalarSplice(
  source: string,
  node: ParsedNode & { readonly type?: string },
  after: string,
  place: { readonly inFlow: boolean; readonly column: number },
): Splice {
  const [offset, end] = node.range;
  if (source[offset] === "|" || source[offset] === ">") return blockSplice(source, node, after, place.column);
  const remove = end - offset;
  const isAlone = /^[ \t]*$/.test(lineRest(source, end)) && source[offset - 1] === " " && !place.inFlow;
  const isValue = /:[ ]+$/.test(source.slice(source.lastIndexOf("\n", offset - 1) + 1, offset));
  const literal = after.includes("\n") && isAlone && isValue ? literalYaml(after, place.column + 2) : null;
  if (literal !== null) return { offset, remove, text: `${literal.header}\n${literal.lines}` };
  if (source[offset] === '"') return { offset, remove, text: quotedYaml(after) };
  const isSingle = source[offset] === "'" && !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(after);
  if (isSingle) return { offset, remove, text: `'${after.replaceAll("'", "''")}'` };
  return { offset, remove, text: inlineYaml(after, place.inFlow) };
}

function blockSplice(source: string, node: ParsedNode, after: string, column: number): Splice {
  const offset = node.range[0];
  const first = lineRest(source, offset);
  const remark = first.replace(/^[|>][-+0-9]*/, "");
  const end = blockEnd(source, node);
  const content = source.slice(offset + first.length + 1, end);
  const indent = /^( +)\S/m.exec(content)?.[1]?.length ?? column + 2;
  const literal = literalYaml(after, indent);
  const text =
    literal === null ? `${quotedYaml(after)}${remark}\n` : `${literal.header}${remark}\n${literal.lines}\n`;
  const isLast = source[end - 1] !== "\n";
  return { offset, remove: end - offset, text: isLast ? text.slice(0, -1) : text };
}

/** End of the last line of a block scalar: the blank lines after it belong to nobody, unless its header keeps them. */
function blockEnd(source: string, node: ParsedNode): number {
  const [start, end] = node.range;
  if (/^[|>][-0-9]*\+/.test(source.slice(start, start + 4))) return end;
  const blank = /\n(?:[ \t]*\n)+$/.exec(source.slice(start, end));
  return blank === null ? end : start + blank.index + 1;
}

function keySplice(
  map: YAMLMap.Parsed,
  name: string,
  value: Plain,
  place: Place,
  order: readonly string[],
): Splice {
  const { source } = place;
  const pairs = map.items as readonly Pair[];
  const before = new Set(order.slice(0, order.indexOf(name)));
  const anchor = pairs.findLast((pair) => before.has(keyOf(pair) ?? ""));
  const text = place.inFlow ? `${name}: ${inlineYaml(value, true)}` : blockYaml(name, value, place.column);
  const first = pairs[0];
  if (anchor === undefined && first !== undefined) {
    const gap = place.inFlow ? ", " : `\n${" ".repeat(place.column)}`;
    return { offset: first.key.range[0], remove: 0, text: text.trimStart() + gap };
  }
  if (place.inFlow) {
    const end = anchor?.value?.range[1];
    if (end === undefined || (isScalar(anchor?.value) && anchor.value.value === null))
      return intoFlow(source, map, text);
    return { offset: end, remove: 0, text: `, ${text}` };
  }
  const node = anchor?.value ?? anchor?.key ?? map;
  return { offset: lineAfter(source, node), remove: 0, text: `${text}\n` };
}

/** One more member of a flow collection: after the last one, because before the bracket there may be a comment. */
export function intoFlow(source: string, node: YAMLMap.Parsed | YAMLSeq.Parsed, text: string): Splice {
  const last = node.items.at(-1) as ParsedNode | Pair | undefined;
  const value = last !== undefined && "key" in last ? last.value : last;
  if (value && !(isScalar(value) && value.value === null)) {
    return { offset: value.range[1], remove: 0, text: `, ${text}` };
  }
  let offset = node.range[1] - 1;
  while (/\s/.test(source[offset - 1] ?? "")) offset--;
  const separator = node.items.length === 0 ? "" : source[offset - 1] === "," ? " " : ", ";
  return { offset, remove: 0, text: separator + text };
}

/** Where the line begins after the one on which a value ends. The text ends with a line break. */
export function lineAfter(source: string, node: ParsedNode): number {
  const last = lastLeaf(source, node);
  const end =
    /^[|>]/.test(source.slice(last.range[0], last.range[0] + 1)) && isScalar(last)
      ? blockEnd(source, last)
      : last.range[1];
  if (source[end - 1] === "\n") return end;
  return source.indexOf("\n", end) + 1;
}

function lastLeaf(source: string, node: ParsedNode): ParsedNode {
  if (/[[{]/.test(source[node.range[0]] ?? "")) return node;
  if (isSeq(node)) {
    const last = node.items.at(-1) as ParsedNode | null | undefined;
    return last ? lastLeaf(source, last) : node;
  }
  if (!isMap(node)) return node;
  const pair = (node.items as readonly Pair[]).at(-1);
  if (pair === undefined) return node;
  return pair.value === null ? pair.key : lastLeaf(source, pair.value);
}

function lineRest(source: string, offset: number): string {
  const end = source.indexOf("\n", offset);
  return source.slice(offset, end < 0 ? source.length : end);
}

function columnOf(source: string, offset: number): number {
  return offset - (source.lastIndexOf("\n", offset - 1) + 1);
}
