// Which stretches of a YAML document are words for people, where values may be lifted, and which are its structure?
// Keys, ids and the names of gates and types stay what they are, whatever a feature is about.

import { isMap, isScalar, isSeq, type ParsedNode, parseDocument, type YAMLMap } from "yaml";
import { yamlValue } from "../../model/render-literals.ts";
import { lineAfter } from "../yaml/yaml-splice.ts";
import type { Fixed, FixedPart, Wrap } from "./extract-text.ts";

/** What of a task's entry becomes different in a template. */
export interface TaskChange {
  /** `template/part`. */
  readonly generator: string;
  /** Id of the generator among the agents; null where tasks come to it anyway. */
  readonly agent: string | null;
}

export interface Stretches {
  readonly fixed: readonly Fixed[];
  /** A text that is nothing but one spelling is quoted where another value would need it. */
  readonly wrap: Wrap;
}

interface Pair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

export interface YamlLayout {
  readonly feature: string;
  /** The expressions that take the place of whole values, by path such as `project` or `projects.0`. */
  readonly heads: Readonly<Record<string, FixedPart>>;
  /** Keys of the root that go, together with what they hold. */
  readonly dropped: ReadonlySet<string>;
  readonly changeOf: (localId: string) => TaskChange;
}

const PROSE =
  /^(?:title|files\.\d+|tasks\.\d+\.(?:title|description|scope\.files_hint\.\d+|acceptance\.\d+(?:\.text)?|context\.[a-z_]+\.\d+))$/;

/** `source` is sound YAML whose root is a map. Offsets are those of `source`. */
export function yamlStretches(source: string, layout: YamlLayout): Stretches {
  const fixed: Fixed[] = [];
  const plain = new Set<string>();
  const literal = (start: number, end: number) => {
    const text = source.slice(start, end);
    fixed.push({ start, end, parts: [{ text, expression: null }] });
  };
  const visit = (node: ParsedNode | null, path: string): void => {
    if (isMap(node)) {
      for (const pair of node.items as readonly Pair[]) {
        const key = isScalar(pair.key) ? String(pair.key.value) : "";
        const inner = path === "" ? key : `${path}.${key}`;
        if (isDropped(inner, layout)) {
          fixed.push(removal(source, node, pair));
          continue;
        }
        literal(pair.key.range[0], pair.key.range[1]);
        if (!isChanged(inner)) visit(pair.value, inner);
      }
      if (/^tasks\.\d+$/.test(path)) fixed.push(...taskChanges(source, node, layout));
    } else if (isSeq(node)) {
      for (const [index, item] of (node.items as ParsedNode[]).entries()) visit(item, `${path}.${index}`);
    } else if (isScalar(node)) {
      const [start, end] = node.range;
      const head = layout.heads[path];
      if (head !== undefined && head.text === node.value) {
        fixed.push({ start, end, parts: [{ ...head, text: yamlValue(head.text) }] });
      } else if (!PROSE.test(path)) {
        if (!isOwnAddress(path, node.value, layout.feature)) literal(start, end);
      } else if (node.type === "PLAIN") {
        plain.add(`${start} ${end}`);
      }
    } else if (node !== null) {
      literal(node.range[0], node.range[1]);
    }
  };
  visit(parseDocument(source, { uniqueKeys: false }).contents as ParsedNode | null, "");
  return {
    fixed,
    wrap: (start, end, expression) => {
      const text = source.slice(start, end);
      if (!plain.has(`${start} ${end}`) || yamlValue(text) !== text) return expression;
      return expression.includes(" ") ? `yaml (${expression})` : `yaml ${expression}`;
    },
  };
}

/** `feature:T01` of this feature follows its name; that of another one stays. */
function isOwnAddress(path: string, value: unknown, feature: string): boolean {
  return /^tasks\.\d+\.depends_on\./.test(path) && String(value).startsWith(`${feature}:`);
}

/** Tests of a template's tasks are part of its code; nobody is asked to write others first. */
function isDropped(path: string, { dropped }: YamlLayout): boolean {
  return dropped.has(path) || /^tasks\.\d+\.tests$/.test(path);
}

/** The values that `taskChanges` writes anew. */
function isChanged(path: string): boolean {
  return /^tasks\.\d+\.(?:generator|agent)$/.test(path);
}

function taskChanges(source: string, entry: YAMLMap.Parsed, layout: YamlLayout): Fixed[] {
  const id = pairOf(entry, "id");
  if (!isScalar(id?.value)) return [];
  const change = layout.changeOf(String(id.value.value));
  const fixed: Fixed[] = [];
  const missing: string[] = [];
  for (const key of ["generator", "agent"] as const) {
    const wanted = change[key];
    const value = pairOf(entry, key)?.value;
    if (value) {
      const [start, end] = value.range;
      const text = wanted === null ? source.slice(start, end) : yamlPlain(wanted);
      fixed.push({ start, end, parts: [{ text, expression: null }] });
    } else if (wanted !== null) {
      missing.push(`${key}: ${yamlPlain(wanted)}`);
    }
  }
  if (missing.length === 0) return fixed;
  const isFlow = source[entry.range[0]] === "{";
  const newline = source.includes("\r\n") ? "\r\n" : "\n";
  const column = entry.range[0] - (source.lastIndexOf("\n", entry.range[0] - 1) + 1);
  const lines = missing.map((line) => (isFlow ? `, ${line}` : `${" ".repeat(column)}${line}${newline}`));
  const at = isFlow ? id.value.range[1] : lineAfter(source, id.value);
  return [...fixed, { start: at, end: at, parts: [{ text: lines.join(""), expression: null }] }];
}

/** Names of templates, parts and agents need no quotes unless they look like something else. */
function yamlPlain(name: string): string {
  return /^[A-Za-z][\w.-]*(?:\/[\w.-]+)?$/.test(name) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(name);
}

function pairOf(map: YAMLMap.Parsed, key: string): Pair | undefined {
  return (map.items as readonly Pair[]).find((pair) => isScalar(pair.key) && pair.key.value === key);
}

function removal(source: string, map: YAMLMap.Parsed, pair: Pair): Fixed {
  const pairs = map.items as readonly Pair[];
  const index = pairs.indexOf(pair);
  const before = pairs[index - 1];
  const next = pairs[index + 1];
  const end = (pair.value ?? pair.key).range[1];
  const gone = (from: number, to: number): Fixed => ({ start: from, end: to, parts: [] });
  if (before === undefined && next !== undefined) return gone(pair.key.range[0], next.key.range[0]);
  if (source[map.range[0]] === "{") return gone((before?.value ?? before?.key ?? pair.key).range[1], end);
  const lineStart = source.lastIndexOf("\n", pair.key.range[0] - 1) + 1;
  return gone(lineStart, lineAfter(source, pair.value ?? pair.key));
}
