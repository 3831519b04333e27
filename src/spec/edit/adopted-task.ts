// How is a task written down that takes over files which are there already? As a person would write it, so that the spec
// reads like any other from then on.

import type { BacklogText } from "../merge/backlog-text.ts";
import { arranged, joinBacklog, splitBacklog } from "../merge/backlog-text.ts";
import { BACKLOG_SCHEMA_LINE } from "../schema/schema-line.ts";
import { yamlText } from "../yaml/yaml.ts";
import { oneLine } from "./edit-document.ts";

export interface AdoptedTask {
  readonly id: string;
  readonly title: string;
  readonly project: string;
  /** Files and globs, from the project's root. */
  readonly paths: readonly string[];
  readonly acceptance: readonly string[];
}

/** The files of a new feature that holds this task alone; what must hold is its requirements too. */
export function adoptedFeature(task: AdoptedTask): Readonly<Record<string, string>> {
  const ids = task.acceptance.map((_, index) => `R${index + 1}`);
  const requirements = task.acceptance.map((text, index) => `- ${ids[index]}: ${oneLine(text)}`);
  const front = yamlText({ title: task.title, project: task.project });
  const entry = entryText({ ...entryOf(task), requirements: ids }, 2);
  return {
    "feature.md": `---\n${front}---\n\n# ${oneLine(task.title)}\n\n## Requirements\n\n${requirements.join("\n")}\n`,
    "BACKLOG.yaml": `${BACKLOG_SCHEMA_LINE}version: 1\ntasks:\n${entry}`,
  };
}

/** The backlog with the task at its end, all else byte for byte. Null where its tasks are no block list. */
export function withAdoptedTask(backlog: string, task: AdoptedTask): string | null {
  const split: BacklogText | null = splitBacklog(backlog);
  if (split === null) return null;
  const column = split.entries[0]?.column ?? 2;
  const newline = backlog.includes("\r\n") ? "\r\n" : "\n";
  const text = entryText(entryOf(task), column).replaceAll("\n", newline);
  const added = { id: task.id, text, gap: "", column };
  return joinBacklog({ ...split, entries: arranged([...split.entries, added], split) });
}

/** The first of T01, T02 … that nobody has. */
export function freeTaskId(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const id = `T${String(number).padStart(2, "0")}`;
    if (!taken.has(id)) return id;
  }
}

function entryOf({ id, title, project, paths, acceptance }: AdoptedTask) {
  return {
    id,
    title: oneLine(title),
    type: "code",
    project,
    scope: { files_hint: paths },
    acceptance: acceptance.map(oneLine),
  };
}

function entryText(entry: object, column: number): string {
  const lines = yamlText([entry]).trimEnd().split("\n");
  return lines.map((line) => `${" ".repeat(column)}${line}\n`).join("");
}
