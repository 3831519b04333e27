// What is the atomic unit of work of a backlog?

import type { TaskId } from "./address.ts";
import type { Place } from "./place.ts";

/** One that every workspace has, or a word of its own; see task-type.ts. */
export type TaskType = string;

export const BUILT_IN_TYPES: readonly TaskType[] = ["code", "refactor", "debug", "docs", "simple"];

export interface Task {
  readonly id: TaskId;
  readonly feature: string;
  readonly title: string;
  readonly type: TaskType;
  readonly project: string;
  readonly description: string;
  readonly requirements: readonly string[];
  /** Resolved addresses; dependencies of the whole feature are added when the graph is linked. */
  readonly dependsOn: readonly TaskId[];
  /** Files and globs that the task may write, relative to the project. */
  readonly filesHint: readonly string[];
  readonly acceptance: readonly Criterion[];
  readonly context: {
    readonly files: readonly string[];
    readonly constraints: readonly string[];
    readonly patterns: readonly string[];
    readonly negativeEvidence: readonly string[];
  };
  /** `template/part` for the generator agent. */
  readonly generator: string | null;
  /** Agent id that beats the routing. */
  readonly agent: string | null;
  /** Gate ids; null means all gates of the project. */
  readonly gates: readonly string[] | null;
  /** Whether its acceptance tests are written first, by an agent that sees no code; also where its project says so. */
  readonly independentTests: boolean;
  /** What it is made of: it writes nothing itself, and is judged by what they made together. Absent: it is no whole. */
  readonly parts?: readonly TaskId[];
  /** The one that it is a part of. */
  readonly whole?: TaskId;
  readonly place: Place;
  /** Where each key of the entry stands, such as `title` or `acceptance`. */
  readonly places: Readonly<Record<string, Place>>;
}

/** What others can depend on of a task. */
export type TaskLinks = Pick<
  Task,
  | "id"
  | "feature"
  | "title"
  | "type"
  | "project"
  | "dependsOn"
  | "filesHint"
  | "generator"
  | "agent"
  | "parts"
  | "whole"
  | "place"
>;

const NOTHING_TOLD: Task["context"] = { files: [], constraints: [], patterns: [], negativeEvidence: [] };
const NO_PLACES: Task["places"] = {};

/** The task of which nothing else is known. One literal: spreading takes ten times as long, for ten thousand tasks. */
export function linkedTask(links: TaskLinks): Task {
  const { parts, whole } = links;
  const task: Task = {
    id: links.id,
    feature: links.feature,
    title: links.title,
    type: links.type,
    project: links.project,
    description: "",
    requirements: [],
    dependsOn: links.dependsOn,
    filesHint: links.filesHint,
    acceptance: [],
    context: NOTHING_TOLD,
    generator: links.generator,
    agent: links.agent,
    gates: null,
    independentTests: false,
    place: links.place,
    places: NO_PLACES,
  };
  if (parts === undefined && whole === undefined) return task;
  return { ...task, ...(parts === undefined ? {} : { parts }), ...(whole === undefined ? {} : { whole }) };
}

/** Whether it only holds other tasks together. */
export function isWhole({ parts }: Pick<Task, "parts">): boolean {
  return parts !== undefined;
}

export interface Criterion {
  readonly id: string;
  readonly text: string;
  /** How it is proved, where that is not by a test whose name carries its tag. */
  readonly proof?: CriterionProof;
  readonly place: Place;
}

/**
 * Whoever reviews the change, where no test can decide it; a test by the name that it has, tag or no tag; a gate that
 * passes, such as one that checks types.
 */
export type CriterionProof = "reviewer" | { readonly test: string } | { readonly gate: string };

/** How a passing test shows that it proves a criterion: its name carries `[products:T01.A1]`. */
export function criterionTag(task: TaskId, criterion: string): string {
  return `[${task}.${criterion}]`;
}

/** The same where the names of tests cannot hold brackets: `products_t01_a1`. */
export function criterionWord(task: TaskId, criterion: string): string {
  return wordOf(`${task}.${criterion}`);
}

/** Letters and digits as they are, in lower case, and `_` for all else. */
export function wordOf(id: string): string {
  return id.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "_");
}
