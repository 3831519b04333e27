// Which stretches of a YAML document are words for people, where values may be extracted, and which are its structure?
// Keys, ids and the names of gates and types stay what they are, whatever a feature is about.

import { yamlValue } from "../../model/render-literals.ts";
import { TASK_FIELDS } from "../schema/task-fields.ts";
import type { YamlDocument } from "../yaml/yaml.ts";
import {
  columnOf,
  lineAfter,
  lineStart,
  memberOf,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from "../yaml/yaml-nodes.ts";
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

export interface YamlLayout {
  readonly feature: string;
  /** The expressions that take the place of whole values, by path such as `project` or `projects.0`. */
  readonly heads: Readonly<Record<string, FixedPart>>;
  /** Keys of the root that go, together with what they hold. */
  readonly dropped: ReadonlySet<string>;
  readonly changeOf: (localId: string) => TaskChange;
}

const WORDING = TASK_FIELDS.filter(({ isWording }) => isWording).map(({ key }) => key.replace(".", "\\."));
const PROSE = new RegExp(
  `^(?:title|files\\.\\d+|tasks\\.\\d+\\.(?:${WORDING.join("|")})(?:\\.\\d+(?:\\.text)?)?)$`,
);

/** Offsets are those of the document. */
export function yamlStretches(document: YamlDocument, layout: YamlLayout): Stretches {
  const { text: source } = document;
  const fixed: Fixed[] = [];
  const plain = new Set<string>();
  const literal = (start: number, end: number) => {
    const text = source.slice(start, end);
    fixed.push({ start, end, parts: [{ text, expression: null }] });
  };
  const visit = (node: YamlNode | null, path: string): void => {
    if (node?.kind === "map") {
      for (const pair of node.pairs) {
        const inner = path === "" ? `${pair.name}` : `${path}.${pair.name}`;
        if (isDropped(inner, layout)) {
          fixed.push(removal(source, node, pair));
          continue;
        }
        literal(pair.key.start, pair.key.end);
        if (!isChanged(inner)) visit(pair.value, inner);
      }
      if (/^tasks\.\d+$/.test(path)) fixed.push(...taskChanges(source, node, layout));
    } else if (node?.kind === "list") {
      for (const [index, item] of node.items.entries()) visit(item, `${path}.${index}`);
    } else if (node !== null) {
      const { start, end, value } = node;
      const head = layout.heads[path];
      if (head !== undefined && head.text === value) {
        fixed.push({ start, end, parts: [{ ...head, text: yamlValue(head.text) }] });
      } else if (!PROSE.test(path)) {
        if (!isOwnAddress(path, value, layout.feature)) literal(start, end);
      } else if (node.isPlain) {
        plain.add(`${start} ${end}`);
      }
    }
  };
  visit(document.tree(), "");
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

function taskChanges(source: string, entry: YamlMap, layout: YamlLayout): Fixed[] {
  const id = memberOf(entry, "id");
  if (id?.kind !== "scalar") return [];
  const change = layout.changeOf(String(id.value));
  const fixed: Fixed[] = [];
  const missing: string[] = [];
  for (const key of ["generator", "agent"] as const) {
    const wanted = change[key];
    const value = memberOf(entry, key);
    if (value !== null) {
      const { start, end } = value;
      const text = wanted === null ? source.slice(start, end) : yamlPlain(wanted);
      fixed.push({ start, end, parts: [{ text, expression: null }] });
    } else if (wanted !== null) {
      missing.push(`${key}: ${yamlPlain(wanted)}`);
    }
  }
  if (missing.length === 0) return fixed;
  const newline = source.includes("\r\n") ? "\r\n" : "\n";
  const margin = " ".repeat(columnOf(source, entry.start));
  const lines = missing.map((line) => (entry.inFlow ? `, ${line}` : `${margin}${line}${newline}`));
  const at = entry.inFlow ? id.end : lineAfter(source, id);
  return [...fixed, { start: at, end: at, parts: [{ text: lines.join(""), expression: null }] }];
}

/** Names of templates, parts and agents need no quotes unless they look like something else. */
function yamlPlain(name: string): string {
  return /^[A-Za-z][\w.-]*(?:\/[\w.-]+)?$/.test(name) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(name)
    ? name
    : JSON.stringify(name);
}

function removal(source: string, map: YamlMap, pair: YamlPair): Fixed {
  const index = map.pairs.indexOf(pair);
  const before = map.pairs[index - 1];
  const next = map.pairs[index + 1];
  const { end } = pair.value ?? pair.key;
  const gone = (from: number, to: number): Fixed => ({ start: from, end: to, parts: [] });
  if (before === undefined && next !== undefined) return gone(pair.key.start, next.key.start);
  if (map.inFlow) return gone((before?.value ?? before?.key ?? { end: pair.key.start }).end, end);
  return gone(lineStart(source, pair.key.start), lineAfter(source, pair.value ?? pair.key));
}
