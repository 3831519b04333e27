// What is the front matter of a feature when a person edited it and its template says something new? Key by key, and
// parameter by parameter, by what they mean; in the person's text only the values that differ are written anew.

import { isMap, isScalar, type ParsedNode, parseDocument, type YAMLMap } from "yaml";
import { canonical, type Json } from "../../model/digest.ts";
import { Findings } from "../findings/findings.ts";
import type { Splice } from "../yaml/splice.ts";
import { type Plain, type PlainMap, readYaml } from "../yaml/yaml.ts";
import { type KeyOrder, lineAfter, spliceMap } from "../yaml/yaml-splice.ts";
import { changeOf, type Part, type PieceSides, type Settling, settle } from "./merge-document.ts";

/** YAML texts, and what the migrations call the parameters of base and person: old names by new names. */
export interface FrontMatterSides {
  readonly base: string;
  readonly mine: string;
  readonly template: string;
  readonly asGiven: string;
  readonly renamed: Readonly<Record<string, string>>;
}

export interface MergedFrontMatter {
  readonly text: string;
  readonly parts: readonly Part[];
}

/** Null where one of the texts is no map of YAML. `line` of a part counts within the text. */
export function mergeFrontMatter(sides: FrontMatterSides, settling: Settling): MergedFrontMatter | null {
  const { renamed } = sides;
  const [base, mine, template, asGiven] = [sides.base, sides.mine, sides.template, sides.asGiven].map(
    leavesOf,
  );
  if (!base || !mine || !template || !asGiven) return null;
  const [b, m] = [base, mine].map((side) => withNames(side, renamed)) as [Leaves, Leaves];
  const parts: Part[] = [];
  const wanted = new Map<string, Plain | null>();
  for (const id of new Set([...m.keys(), ...template.keys(), ...b.keys()])) {
    const versions: PieceSides = {
      base: textOf(b.get(id)),
      mine: textOf(m.get(id)),
      template: textOf(template.get(id)),
      asGiven: textOf(asGiven.get(id)),
    };
    const line = m.get(id)?.line ?? null;
    if (versions.mine === versions.template) continue;
    const { text, outcome } = settle(versions, { ...settling, mergeText: () => null }, (x, y) => x === y);
    parts.push({ part: id, outcome, change: changeOf(versions, outcome), ...shown(versions), line });
    if (text !== versions.mine) wanted.set(id, text === null ? null : (template.get(id) as Leaf).value);
  }
  if (sides.mine === sides.base) return { text: sides.template, parts };
  return { text: edited(sides.mine, wanted, { renamed, template }), parts };
}

interface Leaf {
  readonly value: Plain;
  readonly line: number;
}

/** Keys of the front matter, and those of `params` as `params.<name>`. */
type Leaves = ReadonlyMap<string, Leaf>;

function leavesOf(text: string): Leaves | null {
  const findings = new Findings();
  const data = readYaml({ text, file: "feature.md", firstLine: 1, target: null }, findings);
  if (data === null || findings.list.length > 0 || !isPlainMap(data.root)) return null;
  const leaves = new Map<string, Leaf>();
  const add = (map: PlainMap, prefix: string) => {
    for (const [name, value] of Object.entries(map)) {
      if (prefix === "" && name === "params" && isPlainMap(value)) add(value, "params.");
      else leaves.set(`${prefix}${name}`, { value, line: data.places.of(map, name)?.line ?? 1 });
    }
  };
  add(data.root, "");
  return leaves;
}

function isPlainMap(value: Plain): value is PlainMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withNames(side: Leaves, renamed: Readonly<Record<string, string>>): Leaves {
  const names = new Map(Object.entries(renamed).map(([name, was]) => [`params.${was}`, `params.${name}`]));
  return new Map([...side].map(([id, leaf]) => [names.get(id) ?? id, leaf]));
}

function textOf(leaf: Leaf | undefined): string | null {
  return leaf === undefined ? null : canonical(leaf.value as Json);
}

function shown({ base, mine, template }: PieceSides) {
  return { base, mine, template };
}

/** The person's text with these values; null takes a key out. */
function edited(
  text: string,
  wanted: ReadonlyMap<string, Plain | null>,
  { renamed, template }: { readonly renamed: Readonly<Record<string, string>>; readonly template: Leaves },
): string {
  const source = text.endsWith("\n") || text === "" ? text : `${text}\n`;
  const names = new Map(Object.entries(renamed).map(([name, was]) => [was, name]));
  const removed = [...wanted].flatMap(([id, value]) => (value === null ? [id] : []));
  const named = withRenamed(source, names);
  const left = withRemoved(named, removed);
  const values = [...wanted].flatMap(([id, value]) => (value === null ? [] : [[id, value] as const]));
  if (values.length === 0) return left;
  const after: PlainMap = {};
  const params: PlainMap = {};
  for (const [id, value] of values) {
    if (id.startsWith("params.")) params[id.slice("params.".length)] = value;
    else after[id] = value;
  }
  if (Object.keys(params).length > 0) after.params = params;
  const keys = [...template.keys()];
  const order = {
    "": [...new Set(keys.map((id) => (id.startsWith("params.") ? "params" : id)))],
    params: keys.flatMap((id) => (id.startsWith("params.") ? [id.slice("params.".length)] : [])),
  };
  const result = withValues(left, after, order);
  const now = leavesOf(result);
  const different = values.filter(([id, value]) => textOf(now?.get(id)) !== canonical(value as Json));
  if (different.length === 0) return result;
  // A map that lost a member is written as a whole: splices leave alone what they are not told of.
  const without = withRemoved(
    result,
    different.map(([id]) => id),
  );
  return withValues(without, after, order);
}

function withValues(source: string, after: PlainMap, order: KeyOrder): string {
  const root = rootOf(source);
  return root === null
    ? `${JSON.stringify(after)}\n`
    : spliced(source, spliceMap(source, root, after, order));
}

function withRenamed(source: string, names: ReadonlyMap<string, string>): string {
  const params = paramsIn(source);
  if (params === null || names.size === 0) return source;
  return spliced(
    source,
    pairsOf(params).flatMap(({ key }): Splice[] => {
      const name = names.get(keyName(key) ?? "");
      if (name === undefined) return [];
      return [{ offset: key.range[0], remove: key.range[1] - key.range[0], text: name }];
    }),
  );
}

function withRemoved(source: string, removed: readonly string[]): string {
  let text = source;
  for (const id of removed) {
    const isParam = id.startsWith("params.");
    const map = isParam ? paramsIn(text) : rootOf(text);
    if (map === null) continue;
    const isLast = isParam && map.items.length === 1;
    const target = isLast ? rootOf(text) : map;
    const name = isLast ? "params" : isParam ? id.slice("params.".length) : id;
    const splice = target && removal(text, target, name);
    if (splice) text = spliced(text, [splice]);
  }
  return text;
}

interface Pair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

/** Comments around the key stay: nobody can tell what else they speak of. */
function removal(source: string, map: YAMLMap.Parsed, name: string): Splice | null {
  const pairs = pairsOf(map);
  const index = pairs.findIndex(({ key }) => keyName(key) === name);
  const pair = pairs[index];
  if (pair === undefined) return null;
  const from = pair.key.range[0];
  if (source[map.range[0]] === "{") {
    const next = pairs[index + 1];
    const last = pairs[index - 1];
    if (next !== undefined) return { offset: from, remove: next.key.range[0] - from, text: "" };
    const start = last === undefined ? from : (last.value ?? last.key).range[1];
    const end = (pair.value ?? pair.key).range[1];
    return { offset: start, remove: end - start, text: "" };
  }
  const start = source.lastIndexOf("\n", from - 1) + 1;
  return { offset: start, remove: lineAfter(source, pair.value ?? pair.key) - start, text: "" };
}

function rootOf(source: string): YAMLMap.Parsed | null {
  const root = parseDocument(source, { uniqueKeys: false }).contents;
  return isMap(root) ? (root as YAMLMap.Parsed) : null;
}

function paramsIn(source: string): YAMLMap.Parsed | null {
  const root = rootOf(source);
  const pair = root && pairsOf(root).find(({ key }) => keyName(key) === "params");
  return isMap(pair?.value) ? (pair.value as YAMLMap.Parsed) : null;
}

function pairsOf(map: YAMLMap.Parsed): readonly Pair[] {
  return map.items as readonly Pair[];
}

function keyName(key: ParsedNode): string | null {
  return isScalar(key) ? String(key.value) : null;
}

function spliced(source: string, splices: readonly Splice[]): string {
  let edited = "";
  let from = 0;
  for (const { offset, remove, text } of [...splices].sort((a, b) => a.offset - b.offset)) {
    edited += source.slice(from, offset) + text;
    from = offset + remove;
  }
  return edited + source.slice(from);
}
