// What is in a tasks.json, whatever its age? The tagged format has a list of tasks under each tag, the older one has a
// single list. Every value is a stranger's: what is not of its type counts as absent.

import type { SourceLine } from "../../model/imported.ts";
import { clip } from "../findings/nearest.ts";
import { titleFrom } from "./feature-name.ts";
import { jsonIn, type Notes } from "./foreign.ts";

export interface MasterTask {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly details: string;
  /** What its tests are to show, a statement each. */
  readonly testStrategy: readonly string[];
  readonly acceptance: readonly string[];
  readonly status: string;
  readonly priority: string;
  readonly dependencies: readonly string[];
  readonly subtasks: readonly MasterTask[];
  readonly spot: SourceLine;
}

export interface Tag {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly file: string;
  readonly tasks: readonly MasterTask[];
}

type Members = Readonly<Record<string, unknown>>;

const READ = new Set([
  "id",
  "title",
  "description",
  "details",
  "testStrategy",
  "acceptanceCriteria",
  "status",
  "priority",
  "dependencies",
  "subtasks",
]);
/** What repeats where the task stands. */
const IMPLIED = new Set(["parentId", "parentTaskId", "parentTask", "isSubtask"]);
const MAX_TASKS = 5_000;

/** Empty where nothing can be read, which is told. */
export function tagsIn(text: string, file: string, notes: Notes): readonly Tag[] {
  const root = parsed(text, file, notes);
  if (root === null) return [];
  const reader = new MasterFileReader(text, file, notes);
  const lists = Array.isArray(root.tasks) ? [["master", root] as const] : Object.entries(root);
  const tags = lists.flatMap(([name, found]): Tag[] => {
    // A tag may be its list of tasks alone.
    const value = Array.isArray(found) ? { tasks: found } : found;
    if (!isMap(value) || !Array.isArray(value.tasks)) {
      notes.note(
        "unread-key",
        { file, line: 1 },
        `The key "${clip(name)}" holds no list of tasks, and is not read.`,
      );
      return [];
    }
    if (value.tasks.length === 0) {
      notes.note("empty-tag", { file, line: 1 }, `The tag "${clip(name)}" has no tasks.`);
      return [];
    }
    const about = isMap(value.metadata) ? value.metadata : isMap(value.meta) ? value.meta : {};
    const title = wordOf(about.projectName) || (name === "master" ? "Tasks" : titleFrom(name));
    return [
      { name, title, description: wordOf(about.description), file, tasks: reader.tasks(value.tasks, 0) },
    ];
  });
  reader.tellUnread();
  return tags;
}

function parsed(text: string, file: string, notes: Notes): Members | null {
  try {
    const root = jsonIn(text, file, notes);
    if (isMap(root)) return root;
    notes.warn("no-tasks", { file, line: 1 }, "The file holds no map of tags or tasks.");
  } catch (error) {
    // JSON.parse throws these two and nothing else: no JSON, or nested too deeply for it.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    notes.warn("invalid-json", { file, line: 1 }, `This is not JSON: ${error.message}.`);
  }
  return null;
}

class MasterFileReader {
  private readonly text: string;
  private readonly file: string;
  private readonly notes: Notes;
  private readonly unread = new Map<string, number>();
  private offset = 0;
  private line = 1;
  private count = 0;

  constructor(text: string, file: string, notes: Notes) {
    this.text = text;
    this.file = file;
    this.notes = notes;
  }

  tasks(values: readonly unknown[], depth: number): MasterTask[] {
    const tasks = values.flatMap((value) => {
      const spot = isMap(value) ? this.spotOf(value) : { file: this.file, line: this.line };
      if (!isMap(value) || idOf(value.id) === "") {
        this.notes.warn("no-task", spot, "An entry without an id is not a task, and is left out.");
        return [];
      }
      if (++this.count > MAX_TASKS) return [];
      return [this.task(value, spot, depth)];
    });
    if (this.count > MAX_TASKS && depth === 0)
      this.notes.warn("too-many-tasks", null, `Only the first ${MAX_TASKS} tasks are read.`);
    return tasks;
  }

  private task(value: Members, spot: SourceLine, depth: number): MasterTask {
    for (const key of Object.keys(value)) {
      if (!READ.has(key) && !IMPLIED.has(key)) this.unread.set(key, (this.unread.get(key) ?? 0) + 1);
    }
    const nested = Array.isArray(value.subtasks) ? value.subtasks : [];
    if (nested.length > 0 && depth > 0)
      this.notes.warn("nested-subtasks", spot, "Subtasks of subtasks are not read.");
    const strategy = strategyIn(proseOf(value.testStrategy));
    return {
      id: idOf(value.id),
      title: wordOf(value.title),
      description: wordOf(value.description),
      details: [proseOf(value.details), ...strategy.rest].filter((text) => text !== "").join("\n"),
      testStrategy: strategy.statements,
      acceptance: criteriaOf(value.acceptanceCriteria),
      status: wordOf(value.status).toLowerCase().replace("canceled", "cancelled"),
      priority: wordOf(value.priority),
      dependencies: Array.isArray(value.dependencies)
        ? value.dependencies.map(idOf).filter((id) => id !== "")
        : [],
      subtasks: depth > 0 ? [] : this.tasks(nested, depth + 1),
      spot,
    };
  }

  /** Where its title stands: titles come in the order of the file. */
  private spotOf({ title }: Members): SourceLine {
    const at = typeof title === "string" ? this.text.indexOf(JSON.stringify(title), this.offset) : -1;
    if (at >= 0) {
      for (
        let next = this.text.indexOf("\n", this.offset);
        next >= 0 && next < at;
        next = this.text.indexOf("\n", next + 1)
      )
        this.line++;
      this.offset = at;
    }
    return { file: this.file, line: this.line };
  }

  tellUnread(): void {
    const keys = [...this.unread].map(([key, times]) => `${clip(key)} (${times})`);
    if (keys.length > 0)
      this.notes.note(
        "unread-key",
        { file: this.file, line: 1 },
        `These keys of tasks are not carried over: ${keys.slice(0, 20).join(", ")}.`,
      );
  }
}

function isMap(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function idOf(value: unknown): string {
  return typeof value === "number" || typeof value === "string" ? String(value).trim() : "";
}

function proseOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function wordOf(value: unknown): string {
  return proseOf(value).replace(/\s+/g, " ");
}

function criteriaOf(value: unknown): string[] {
  const lines = Array.isArray(value) ? value.map(wordOf) : proseOf(value).split("\n");
  return lines
    .map((line) => line.replace(/^\s*(?:[-*]|\d+[.)])\s+/, "").trim())
    .filter((line) => line !== "");
}

const CODE = /^[ \t]*(```+)[^\n]*\n[\s\S]*?^[ \t]*\1[ \t]*$/gm;

interface Strategy {
  /** What ends in a colon stands before each statement below it, so that each can be read by itself. */
  readonly statements: readonly string[];
  /** Examples, and what only leads to them: they show how, and state nothing. */
  readonly rest: readonly string[];
}

/** A strategy line by line. */
function strategyIn(text: string): Strategy {
  const statements: string[] = [];
  const rest: string[] = [];
  const labels: { readonly depth: number; readonly text: string; isUsed: boolean }[] = [];
  const close = (depth: number) => {
    for (let last = labels.at(-1); last !== undefined && last.depth >= depth; last = labels.at(-1)) {
      labels.pop();
      if (!last.isUsed) rest.push(last.text);
    }
  };
  for (const line of text.replace(CODE, "").split("\n")) {
    const mark = /^\s*(?:(?:[-*+]|#{1,6}|\d+(?:\.\d+)*[.)]?)\s+)?/.exec(line)?.[0] ?? "";
    const said = line.slice(mark.length).replaceAll("**", "").trim();
    if (said === "") continue;
    // Under `Unit tests:` items may stand as far to the left as it does.
    const depth = line.search(/\S/) * 2 + (/^\s*[-*+]\s/.test(line) ? 1 : 0);
    const isLabel = /[:：]$/.test(said);
    close(isLabel ? depth : depth + 1);
    const label = labels.at(-1);
    if (label !== undefined) label.isUsed = true;
    if (isLabel) labels.push({ depth, text: said, isUsed: false });
    else statements.push(label === undefined ? said : `${label.text} ${said}`);
  }
  close(0);
  return { statements, rest: [...rest, ...(text.match(CODE) ?? [])] };
}
