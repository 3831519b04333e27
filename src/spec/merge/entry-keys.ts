// Which lines of a backlog entry belong to which of its keys, and how do two versions of one entry become one? Key by
// key, so that a person's new criterion and a planner's new description do not clash.

import { isMap, isScalar, type ParsedNode, parseDocument } from "yaml";
import { canonical, type Json } from "../../model/digest.ts";
import { startOf } from "./backlog-text.ts";
import { type Item, mergeItems, type Versions } from "./merge-items.ts";

/** A task, or one key of it, that two sides changed in different ways. `key` is null for the entry as a whole. */
export interface EntryClash {
  readonly task: string;
  readonly key: string | null;
}

/** `text` holds the planned version wherever the two clash; null where it has no such task. */
export function mergeEntry(
  task: string,
  { base, ours, theirs }: Versions,
): { text: string | null; clashes: readonly EntryClash[] } {
  const whole = { text: theirs, clashes: [{ task, key: null }] };
  if (ours === null || theirs === null) return whole;
  const [b, o, t] = [base ?? "", ours, theirs].map((text) => (text === "" ? [] : keysOf(text)));
  if (!b || !o || !t) return whole;
  const values = [b, o, t].map((keys) => new Map(keys.map((key) => [key.id, key.value])));
  // Keys are compared by what they mean; of two spellings of the same, the person's stays.
  const spelled = (keys: readonly Key[]): Item[] =>
    keys.map(({ id, text, value }) => {
      const same = o.find((key) => key.id === id && key.value === value);
      return { id, text: same?.text ?? text };
    });
  const merged = mergeItems<EntryClash>(
    { base: spelled(b), ours: o, theirs: spelled(t) },
    (key, versions) => {
      const [was, , planned] = values.map((side) => side.get(key));
      if (was === planned) return { text: versions.ours, clashes: [] };
      return { text: versions.theirs, clashes: [{ task, key }] };
    },
  );
  return {
    text: entryOf(merged.items.map(({ text }) => text).join(""), o[0]?.column ?? 0),
    clashes: merged.clashes,
  };
}

interface Key extends Item {
  /** Canonical JSON. */
  readonly value: string;
  /** Spaces before the entry's dash. */
  readonly column: number;
}

const DASH = /^( *)-( +)(?=\S)/m;

/** The lines of each key, in a form in which the entry's dash is a blank. Null for entries that are not in block form. */
function keysOf(text: string): Key[] | null {
  const dash = DASH.exec(text);
  if (dash === null || /\S/.test(text.slice(0, dash.index).replace(/^\s*#.*$/gm, ""))) return null;
  const column = (dash[1] as string).length;
  const start = dash.index + column;
  const flat = `${text.slice(0, start)} ${text.slice(start + 1)}`;
  const document = parseDocument(flat, { uniqueKeys: false });
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root) || root.flow === true) return null;
  const keys: Key[] = [];
  const starts = (root.items as readonly { key: ParsedNode }[]).map(({ key }) => startOf(flat, key.range[0]));
  const plain = root.toJS(document) as { readonly [key: string]: Json };
  for (const [index, pair] of (root.items as readonly { key: ParsedNode }[]).entries()) {
    if (!isScalar(pair.key) || typeof pair.key.value !== "string") return null;
    const id = pair.key.value;
    if (keys.some((key) => key.id === id) || plain[id] === undefined) return null;
    const from = index === 0 ? 0 : (starts[index] as number);
    const lines = flat.slice(from, starts[index + 1] ?? flat.length);
    keys.push({ id, text: lines.endsWith("\n") ? lines : `${lines}\n`, value: canonical(plain[id]), column });
  }
  return keys;
}

/** Puts the dash back, before the first key. */
function entryOf(flat: string, column: number): string {
  const first = /^ *(?=[^\s#])/m.exec(flat);
  const at = (first?.index ?? 0) + column;
  return `${flat.slice(0, at)}-${flat.slice(at + 1)}`;
}
