// Which lines of a BACKLOG.yaml belong to which task? Cut so that the pieces in their order are the text again, with
// every comment and blank line: what nobody changed stays byte for byte as it was written.

import { isPlainMap, looseYaml, yamlText } from "../yaml/yaml.ts";
import { lineStart, textAt } from "../yaml/yaml-nodes.ts";
import type { Item } from "./merge-items.ts";

/** `item.id` is the task's id, `item.text` its lines without the blank ones at their end. */
export interface EntryText extends Item {
  /** Blank lines between this entry and the next. */
  readonly gap: string;
  /** Spaces before the dash. */
  readonly column: number;
}

export interface BacklogText {
  /** What stands before the first task. */
  readonly head: string;
  readonly entries: readonly EntryText[];
  /** What stands after the last task. */
  readonly tail: string;
}

/** Null where the tasks are not a block list with one id each, or the text is no YAML that the reader takes. */
export function splitBacklog(text: string): BacklogText | null {
  const tree = looseYaml(text)?.tree();
  if (tree?.kind !== "map") return null;
  const at = tree.pairs.findIndex(({ name }) => name === "tasks");
  const tasks = tree.pairs[at]?.value;
  if (tasks?.kind !== "list" || tasks.inFlow || tasks.items.length === 0) return null;
  const after = tree.pairs[at + 1]?.key;
  const end = after === undefined ? text.length : startOf(text, after.start);
  const starts: { id: string; start: number; column: number }[] = [];
  for (const item of tasks.items) {
    const id = textAt(item, "id");
    const line = lineStart(text, item.start);
    const dash = /^( *)- +$/.exec(text.slice(line, item.start));
    if (id === null || dash === null || starts.some((one) => one.id === id)) return null;
    starts.push({ id, start: startOf(text, line), column: (dash[1] as string).length });
  }
  const entries = starts.map(({ id, start, column }, index): EntryText => {
    const whole = text.slice(start, starts[index + 1]?.start ?? end);
    const body = whole.replace(/(?:(?<=\n)[ \t]*\r?\n)+[ \t]*$/, "");
    return { id, text: body, gap: whole.slice(body.length), column };
  });
  return { head: text.slice(0, starts[0]?.start), entries, tail: text.slice(end) };
}

/** Where what is said of the node at `offset` begins: comments right above it, as far left as its line or farther. */
export function startOf(text: string, offset: number): number {
  let start = lineStart(text, offset);
  const column = /^ */.exec(text.slice(start))?.[0].length ?? 0;
  while (start > 0) {
    const above = text.lastIndexOf("\n", start - 2) + 1;
    const comment = /^( *)#/.exec(text.slice(above, start))?.[1];
    if (comment === undefined || comment.length > column) break;
    start = above;
  }
  return start;
}

/** The inverse of `splitBacklog`. */
export function joinBacklog({ head, entries, tail }: BacklogText): string {
  const lines = entries.map(({ text, gap }, index) => {
    const isEnd = index === entries.length - 1 && tail === "";
    return (isEnd ? text : withEnd(text)) + gap;
  });
  return head + lines.join("") + tail;
}

/** Entries in a new order, in the column and with the blank lines that the tasks of another text have. */
export function arranged(entries: readonly EntryText[], like: BacklogText): EntryText[] {
  const column = like.entries[0]?.column ?? 0;
  const usual = like.entries.find(({ gap }) => gap !== "")?.gap ?? "";
  return entries.map((entry, index) => {
    const isLast = index === entries.length - 1;
    const gap = isLast ? (like.entries.at(-1)?.gap ?? "") : entry.gap === "" ? usual : entry.gap;
    const { text } = movedTo(entry, column);
    return { ...entry, text: withEnd(text), column, gap };
  });
}

function withEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

/** The entry with its dash in another column. */
function movedTo(entry: EntryText, column: number): EntryText {
  const by = column - entry.column;
  if (by === 0) return entry;
  const move = (line: string) =>
    by > 0 ? `${" ".repeat(by)}${line}` : line.replace(new RegExp(`^ {0,${-by}}`), "");
  const text = entry.text.replace(/^.*\S.*$/gm, move);
  return { ...entry, text, column };
}

/** The same backlog as a block list, for a text that nobody has edited yet. Null where it is no YAML map. */
export function blockForm(text: string): string | null {
  const root = looseYaml(text)?.root;
  return isPlainMap(root) ? yamlText(root) : null;
}
