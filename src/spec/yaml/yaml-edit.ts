// Which pieces of a YAML text must be replaced so that it says something else? Only the values that differ: comments,
// quotes, order and blank lines around them stay. What comes out is read again before anybody gets it. It knows nothing
// of what the text is about.

import { canonical, type Json } from "../../model/digest.ts";
import { EditedText, type Splice } from "./splice.ts";
import { isPlainMap, type Plain, type PlainMap, soundYaml, type YamlDocument } from "./yaml.ts";
import {
  blockEnd,
  columnOf,
  isBlockScalar,
  lineAfter,
  lineStart,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlScalar,
} from "./yaml-nodes.ts";
import { blockYaml, inlineYaml, literalYaml, quotedYaml } from "./yaml-scalar.ts";

/** How keys are ordered that have to be added: each goes after the last one that is written before it here. */
export type KeyOrder = Readonly<Record<string, readonly string[]>>;

export interface Spelling {
  /** By the key that holds the map; that of the whole text by "". */
  readonly order: KeyOrder;
  /** New names of keys by the old ones, for the keys of the map under `within`. */
  readonly renamed?: { readonly within: string; readonly names: ReadonlyMap<string, string> };
}

/** How the text is spelled around the value in question. */
interface Place {
  readonly source: string;
  readonly spelling: Spelling;
  readonly inFlow: boolean;
  /** Name of the key that holds the map, for the spelling. */
  readonly name: string;
  /** Column that the lines of a block below here begin after. */
  readonly column: number;
}

/**
 * After the splices the text, whose last line ends, says `after` and nothing else. Null where it is written in a way that
 * only a person can edit.
 */
export function editYaml(
  document: YamlDocument,
  after: PlainMap,
  spelling: Spelling,
): readonly Splice[] | null {
  const { text: source } = document;
  const tree = document.tree();
  if (tree?.kind !== "map") return null;
  const splices = mapSplices(tree, after, { source, spelling, inFlow: false, name: "", column: 0 });
  const now = soundYaml(new EditedText(source).with(splices), "");
  return now.ok && canonical(now.value.root as Json) === canonical(after as Json) ? splices : null;
}

function mapSplices(map: YamlMap, after: PlainMap, outer: Place): Splice[] {
  const { source } = outer;
  const place = { ...outer, inFlow: outer.inFlow || map.inFlow, column: columnOf(source, map.start) };
  const { renamed } = outer.spelling;
  const names = renamed?.within === outer.name ? renamed.names : null;
  const nameOf = ({ name }: YamlPair) => (name === null ? null : (names?.get(name) ?? name));
  const kept = map.pairs.filter((pair) => Object.hasOwn(after, nameOf(pair) ?? ""));
  const [first] = map.pairs;
  const isFirstGone = first !== undefined && first !== kept[0];
  // A line that opens with the dash of a list cannot go by itself.
  const isItem = !map.inFlow && source.slice(lineStart(source, map.start), map.start).trim() !== "";
  const isFilled = first === undefined && Object.keys(after).length > 0;
  if (isFilled || (isFirstGone && (kept.length === 0 || isItem))) return [wholeMap(map, after, outer)];
  const changed = kept.flatMap((pair): Splice[] => {
    const name = nameOf(pair) as string;
    const { start, end } = pair.key;
    const key = name === pair.name ? [] : [{ offset: start, remove: end - start, text: name }];
    return [...key, ...valueSplices(pair.key, pair.value, after[name] as Plain, { ...place, name })];
  });
  const there = new Set(kept.map(nameOf));
  const order = outer.spelling.order[outer.name] ?? [];
  const missing = Object.keys(after).filter((name) => !there.has(name));
  const added = missing
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .map((name) => {
      const before = new Set(order.slice(0, order.indexOf(name)));
      const anchor = kept.findLast((pair) => before.has(nameOf(pair) ?? ""));
      return keySplice({ map, first: kept[0], anchor }, name, after[name] as Plain, place);
    });
  return [...changed, ...added, ...removals(map, new Set(kept), source)];
}

function wholeMap(map: YamlMap, after: PlainMap, { source, inFlow, name }: Place): Splice {
  const members = Object.entries(after);
  const isBlock = name === "" && !inFlow && !map.inFlow && members.length > 0;
  const text = isBlock
    ? members.map(([key, value]) => blockYaml(key, value, 0)).join("\n")
    : inlineYaml(after, true);
  return replaced(source, map, text);
}

function replaced(source: string, node: YamlNode, text: string): Splice {
  const isBlock = node.kind === "scalar" ? isBlockScalar(source, node) : !node.inFlow;
  const end = isBlock ? lineAfter(source, node) - 1 : node.end;
  return { offset: node.start, remove: end - node.start, text };
}

/** Comments around the keys stay: nobody can tell what else they speak of. */
function removals(map: YamlMap, kept: ReadonlySet<YamlPair>, source: string): Splice[] {
  return map.pairs.flatMap((pair, index): Splice[] => {
    if (kept.has(pair)) return [];
    const gone = (from: number, to: number) => [{ offset: from, remove: to - from, text: "" }];
    if (!map.inFlow) return gone(lineStart(source, pair.key.start), lineAfter(source, endOf(pair)));
    const [before, next] = [map.pairs[index - 1], map.pairs[index + 1]];
    // With the comma after it; where nothing that stays comes after it, with the comma before it.
    const isEnd = !map.pairs.slice(index).some((one) => kept.has(one));
    if (next !== undefined && !isEnd) return gone(pair.key.start, next.key.start);
    return gone(before === undefined ? pair.key.start : endOf(before).end, endOf(pair).end);
  });
}

function endOf({ key, value }: YamlPair): YamlNode | YamlPair["key"] {
  return value ?? key;
}

function valueSplices(key: YamlPair["key"], node: YamlNode | null, after: Plain, place: Place): Splice[] {
  if (node?.kind === "map" && isPlainMap(after)) return mapSplices(node, after, place);
  if (node?.kind === "list" && Array.isArray(after)) return listSplices(key, node, after, place);
  if (node?.kind === "scalar" && node.value === after) return [];
  if (node?.kind === "scalar" && typeof node.value === "string" && typeof after === "string") {
    return [scalarSplice(place.source, node, after, place)];
  }
  const text = inlineYaml(after, place.inFlow);
  if (node === null) return [{ offset: key.end + 1, remove: 0, text: ` ${text}` }];
  const gap = /\s/.test(place.source[node.start - 1] ?? "") ? "" : " ";
  return [replaced(place.source, node, gap + text)];
}

/** Item by item where none goes; else the list as a whole, because nobody can tell which comment belonged to which. */
function listSplices(key: YamlPair["key"], list: YamlList, after: readonly Plain[], outer: Place): Splice[] {
  const { source } = outer;
  const inFlow = outer.inFlow || list.inFlow;
  if (after.length < list.items.length) return wholeList(key, list, after, { ...outer, inFlow });
  const inner = { ...outer, inFlow, column: columnOf(source, list.start) };
  const changed = list.items.flatMap((item, index) => valueSplices(key, item, after[index] as Plain, inner));
  const added = after.slice(list.items.length).map((item) => inlineYaml(item, inFlow));
  if (added.length === 0) return changed;
  if (inFlow) return [...changed, intoFlow(source, list, list.items, added.join(", "))];
  const margin = " ".repeat(inner.column);
  const lines = added.map((item) => `${margin}- ${item}\n`).join("");
  return [...changed, { offset: lineAfter(source, list), remove: 0, text: lines }];
}

function wholeList(
  key: YamlPair["key"],
  list: YamlList,
  after: readonly Plain[],
  { source, inFlow }: Place,
): Splice[] {
  const { start, end } = list;
  if (inFlow) return [{ offset: start, remove: end - start, text: inlineYaml([...after], true) }];
  const from = lineStart(source, start);
  const remove = lineAfter(source, list) - from;
  // A list that opens behind the dash of another one cannot be written line by line.
  if (source.slice(from, start).trim() !== "") return [replaced(source, list, inlineYaml([...after], true))];
  if (after.length === 0) {
    return [
      { offset: key.end + 1, remove: 0, text: " []" },
      { offset: from, remove, text: "" },
    ];
  }
  const margin = source.slice(from, start);
  const text = after.map((item) => `${margin}- ${inlineYaml(item, false)}\n`).join("");
  return [{ offset: from, remove, text }];
}

/** In the style that it was written in, where the new text can be written so. */
export function scalarSplice(
  source: string,
  node: YamlScalar,
  after: string,
  place: { readonly inFlow: boolean; readonly column: number },
): Splice {
  const { start: offset, end } = node;
  if (isBlockScalar(source, node)) return blockSplice(source, node, after, place.column);
  const remove = end - offset;
  const isAlone = /^[ \t]*$/.test(lineRest(source, end)) && source[offset - 1] === " " && !place.inFlow;
  const isValue = /:[ ]+$/.test(source.slice(lineStart(source, offset), offset));
  const literal = after.includes("\n") && isAlone && isValue ? literalYaml(after, place.column + 2) : null;
  if (literal !== null) return { offset, remove, text: `${literal.header}\n${literal.lines}` };
  if (source[offset] === '"') return { offset, remove, text: quotedYaml(after) };
  const isSingle = source[offset] === "'" && !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(after);
  if (isSingle) return { offset, remove, text: `'${after.replaceAll("'", "''")}'` };
  return { offset, remove, text: inlineYaml(after, place.inFlow) };
}

function blockSplice(source: string, node: YamlScalar, after: string, column: number): Splice {
  const offset = node.start;
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

interface Neighbours {
  readonly map: YamlMap;
  readonly first: YamlPair | undefined;
  /** The key that a new one comes after. */
  readonly anchor: YamlPair | undefined;
}

function keySplice({ map, first, anchor }: Neighbours, name: string, value: Plain, place: Place): Splice {
  const { source } = place;
  const text = place.inFlow ? `${name}: ${inlineYaml(value, true)}` : blockYaml(name, value, place.column);
  if (anchor === undefined && first !== undefined) {
    const gap = place.inFlow ? ", " : `\n${" ".repeat(place.column)}`;
    return { offset: first.key.start, remove: 0, text: text.trimStart() + gap };
  }
  if (!place.inFlow) {
    const node = anchor === undefined ? map : endOf(anchor);
    return { offset: lineAfter(source, node), remove: 0, text: `${text}\n` };
  }
  const values = map.pairs.map((pair) => pair.value);
  const before = anchor?.value ?? null;
  if (before === null || isNothing(before)) return intoFlow(source, map, values, text);
  return { offset: before.end, remove: 0, text: `, ${text}` };
}

/** One more member of a flow collection: after the last one, because before the bracket there may be a comment. */
function intoFlow(
  source: string,
  collection: YamlMap | YamlList,
  members: readonly (YamlNode | null)[],
  text: string,
): Splice {
  const last = members.at(-1) ?? null;
  if (last !== null && !isNothing(last)) return { offset: last.end, remove: 0, text: `, ${text}` };
  let offset = collection.end - 1;
  while (/\s/.test(source[offset - 1] ?? "")) offset--;
  const separator = members.length === 0 ? "" : source[offset - 1] === "," ? " " : ", ";
  return { offset, remove: 0, text: separator + text };
}

function isNothing(node: YamlNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

function lineRest(source: string, offset: number): string {
  const end = source.indexOf("\n", offset);
  return source.slice(offset, end < 0 ? source.length : end);
}
