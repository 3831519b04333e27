// What do texts that quote a requirement say once it says something else? The same, with the new words in place of the
// old: whoever wrote them meant the requirement, however they wrapped it.

import type { Feature } from "../../model/feature.ts";
import type { TextChange } from "../../model/feature-diff.ts";
import type { Task } from "../../model/task.ts";
import { reviseTask, type TaskRevision } from "../edit/edit-task.ts";

type Reworded = Pick<TextChange, "id" | "before" | "after">;

export function requote(text: string, changes: readonly Reworded[]): string {
  return changes.reduce((now, change) => withNewWords(now, change), text);
}

function withNewWords(text: string, { id, before, after }: Reworded): string {
  if (before === null || after === null) return text;
  const [old, now] = [words(before), words(after)];
  if (old.length === 0 || now.length === 0) return text;
  // Few words may stand anywhere: they are a quote behind the requirement's id alone.
  const lead = old.length < LEAST_WORDS ? `(?<=\\b${escaped(id)}[^\\p{L}\\p{N}\\n]{1,8})` : EDGE_BEFORE;
  const quote = new RegExp(`${lead}${phrase(old)}${EDGE_AFTER}`, "gu");
  // Where a person has written the new words already, the old ones among them are no quote.
  const settled = new RegExp(`(${phrase(now)})`, "u");
  return text
    .split(settled)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(quote, (said) => begunAs(said, now.join(" "))),
    )
    .join("");
}

const LEAST_WORDS = 4;
const EDGE_BEFORE = "(?<![\\p{L}\\p{N}_])";
const EDGE_AFTER = "(?![\\p{L}\\p{N}_])";

/** Without what ends the sentence: a quote may stand in the middle of another one. */
function words(text: string): readonly string[] {
  return text
    .trim()
    .replace(/[.;:,!]+$/, "")
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** A quote in the middle of a sentence begins small where the requirement begins large. */
function phrase(said: readonly string[]): string {
  const [first = "", ...rest] = said;
  const letter = first.slice(0, 1);
  const begin = /\p{L}/u.test(letter)
    ? `[${letter.toLowerCase()}${letter.toUpperCase()}]${escaped(first.slice(1))}`
    : escaped(first);
  return [begin, ...rest.map(escaped)].join("\\s+");
}

function begunAs(said: string, text: string): string {
  const isSmall = /^\p{Ll}/u.test(said) && /^\p{Lu}\p{Ll}*(?=\s|$)/u.test(text);
  return isSmall ? text.slice(0, 1).toLowerCase() + text.slice(1) : text;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** The backlog with the quotes in these tasks renewed; every other byte stays. */
export function requotedBacklog(
  backlog: string,
  { tasks }: Pick<Feature, "tasks">,
  reached: ReadonlySet<string>,
  changes: readonly Reworded[],
): string {
  return tasks.reduce((text, task) => {
    const local = task.id.slice(task.id.indexOf(":") + 1);
    if (!reached.has(local)) return text;
    const revision = requoted(task, changes);
    if (Object.keys(revision).length === 0) return text;
    const revised = reviseTask(text, "BACKLOG.yaml", local, revision);
    // What cannot be edited in place stays for whoever cuts the tasks to say.
    return revised.ok ? revised.value : text;
  }, backlog);
}

function requoted(task: Task, changes: readonly Reworded[]): TaskRevision {
  const { title, description, acceptance, context } = task;
  const list = (texts: readonly string[]) => texts.map((text) => requote(text, changes));
  const now = {
    title: requote(title, changes),
    description: requote(description, changes),
    acceptance: acceptance.map((criterion) => ({ ...criterion, text: requote(criterion.text, changes) })),
    constraints: list(context.constraints),
    patterns: list(context.patterns),
  };
  const differs = (some: readonly string[], others: readonly string[]) =>
    some.some((text, index) => text !== others[index]);
  const inner = {
    ...(differs(now.constraints, context.constraints) ? { constraints: now.constraints } : {}),
    ...(differs(now.patterns, context.patterns) ? { patterns: now.patterns } : {}),
  };
  return {
    ...(now.title === title ? {} : { title: now.title }),
    ...(now.description === description ? {} : { description: now.description }),
    ...(now.acceptance.every(({ text }, index) => text === acceptance[index]?.text)
      ? {}
      : { acceptance: now.acceptance }),
    ...(Object.keys(inner).length === 0 ? {} : { context: inner }),
  };
}
