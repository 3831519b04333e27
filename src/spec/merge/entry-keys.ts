// Which lines of a backlog entry belong to which of its keys, and how do two versions of one entry become one? Key by
// key, so that a person's new criterion and a planner's new description do not clash.

import { canonical, type Json } from "../../model/digest.ts";
import { isPlainMap, soundYaml } from "../yaml/yaml.ts";
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
  const read = soundYaml(flat, "");
  const tree = read.ok ? read.value.tree() : null;
  if (!read.ok || !isPlainMap(read.value.root) || tree?.kind !== "map" || tree.inFlow) return null;
  const values = read.value.root as { readonly [key: string]: Json };
  const starts = tree.pairs.map(({ key }) => startOf(flat, key.start));
  return tree.pairs.map(({ name }, index): Key => {
    const id = name as string;
    const lines = flat.slice(index === 0 ? 0 : starts[index], starts[index + 1] ?? flat.length);
    const lined = lines.endsWith("\n") ? lines : `${lines}\n`;
    return { id, text: lined, value: canonical(values[id] as Json), column };
  });
}

/** Puts the dash back, before the first key. */
function entryOf(flat: string, column: number): string {
  const first = /^ *(?=[^\s#])/m.exec(flat);
  const at = (first?.index ?? 0) + column;
  return `${flat.slice(0, at)}-${flat.slice(at + 1)}`;
}
