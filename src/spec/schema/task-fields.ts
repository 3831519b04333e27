// What is written of a task? Each key of an entry once: its shape, how it is read and written, and what a change of it
// means. Schema, readers, editors and comparisons follow this table; what a window shows of a task is context/assemble.ts.

import type { ZodType } from "zod";
import type { TaskId } from "../../model/address.ts";
import type { Json } from "../../model/digest.ts";
import { canonicalPath } from "../../model/path.ts";
import type { Place } from "../../model/place.ts";
import type { Criterion, Task, TaskType } from "../../model/task.ts";
import type { TASK_WORDS } from "./schema-words.ts";

type Words = typeof TASK_WORDS;
type Context = Task["context"];
type Plainly = Omit<Task, "id" | "feature" | "context" | "parts" | "whole" | "place" | "places">;

/** What the entry says, as the model has it. */
export type TaskText = Omit<Task, "id" | "feature" | "parts" | "whole" | "place" | "places">;
export type TaskMember = keyof Plainly | `context.${keyof Context}`;
type ValueOf<M> = M extends keyof Plainly
  ? Plainly[M]
  : M extends `context.${infer K extends keyof Context}`
    ? Context[K]
    : never;

/** Where an entry stands: what its addresses and defaults are taken from. */
export interface EntryHome {
  readonly feature: string;
  readonly project: string;
  /** What an id means here that names no feature. */
  readonly addressOf: (id: string) => TaskId;
  readonly placeOf: (list: object, index: number) => Place;
}

interface Field<V> {
  /** In YAML, such as `scope.files_hint`. */
  readonly key: string;
  readonly shape: (words: Words) => ZodType;
  readonly isRequired?: true;
  /** `written` has the shape; undefined where the key is not there. */
  readonly read: (written: never, home: EntryHome) => V;
  /** The value itself, where nothing is said. What is empty is not written. */
  readonly write?: (value: V, feature: string) => unknown;
  /** What two versions are compared by, and known by for good; the value itself, where nothing is said. */
  readonly meaning?: (value: V) => Json;
  /** It came after versions had been named: an empty one has no meaning, so that theirs stays. */
  readonly isLater?: true;
  /** Words that tell the work: a rewrite may find better ones, and a template is made from them. */
  readonly isWording?: true;
  /** Who does it or judges it: a person must have seen a change, which is told in these words. */
  readonly setting?: (value: V) => string;
}

const textList = (key: string, about: string) =>
  ({
    key,
    shape: ({ texts }: Words) => texts(about),
    read: (written?: readonly string[]) => written ?? [],
    isWording: true,
  }) as const;

const FIELDS: { readonly [M in TaskMember]: Field<ValueOf<M>> } = {
  title: {
    key: "title",
    shape: ({ text }) => text("What is done, in a few words"),
    isRequired: true,
    read: (written: string) => written,
    isWording: true,
  },
  type: {
    key: "type",
    shape: ({ typeName }) =>
      typeName(
        "Kind of work: code, refactor, debug, docs, simple, or one with a prompt or a route of its own; default code",
      ),
    read: (written?: TaskType) => written ?? "code",
    setting: (type) => type,
  },
  project: {
    key: "project",
    shape: ({ name }) => name("Project that it writes into; default the feature's first"),
    read: (written: string | undefined, { project }) => written ?? project,
    setting: (project) => project,
  },
  description: {
    key: "description",
    shape: ({ prose }) => prose("What to do, and nothing that another key says"),
    read: (written?: string) => written ?? "",
    isWording: true,
  },
  requirements: {
    key: "requirements",
    shape: ({ texts }) => texts("Ids of the requirements whose text enters the window"),
    read: (written?: readonly string[]) => written ?? [],
  },
  dependsOn: {
    key: "depends_on",
    shape: ({ dependencies }) => dependencies("Tasks that come first: T01, or feature:T01"),
    read: (written: readonly string[] | undefined, { addressOf }) =>
      (written ?? []).map((id) => (id.includes(":") ? (id as TaskId) : addressOf(id))),
    write: (ids, feature) => ids.map((id) => nearAddress(id, feature)),
  },
  filesHint: {
    key: "scope.files_hint",
    shape: ({ texts }) => texts("Files and globs that the task may write, from the project's root"),
    read: (written?: readonly string[]) => (written ?? []).map(canonicalPath),
    isWording: true,
  },
  acceptance: {
    key: "acceptance",
    shape: ({ criteria }) => criteria("What must hold when it is done; ids default to A1, A2 and so on"),
    read: (written: readonly (string | Omit<Criterion, "place">)[] | undefined, { placeOf }) =>
      (written ?? []).map((one, index): Criterion => {
        const place = placeOf(written ?? [], index);
        return typeof one === "string" ? { id: `A${index + 1}`, text: one, place } : { ...one, place };
      }),
    write: (criteria) => criteria.map(({ id, text, proof }) => ({ id, text, ...(proof && { proof }) })),
    meaning: (criteria) =>
      criteria.map(({ id, text, proof }) => [id, text, ...(proof ? [proof as Json] : [])]),
    isWording: true,
  },
  "context.files": textList("context.files", "Files to look at, as path, path#Symbol or path:from-to"),
  "context.constraints": textList("context.constraints", "What the task must keep to"),
  "context.patterns": textList("context.patterns", "Examples to follow"),
  "context.negativeEvidence": textList("context.negative_evidence", "What was tried and failed, and why"),
  generator: {
    key: "generator",
    shape: ({ text }) => text("template/part that the generator renders"),
    read: (written?: string) => written ?? null,
    setting: (part) => part ?? "none",
  },
  agent: {
    key: "agent",
    shape: ({ name }) => name("Agent that beats the routing"),
    read: (written?: string) => written ?? null,
    setting: (agent) => agent ?? "as routed",
  },
  gates: {
    key: "gates",
    shape: ({ names }) => names("Gates that must pass; default all of the project"),
    read: (written?: readonly string[]) => written ?? null,
    setting: (gates) => (gates === null ? "all" : [...gates].sort().join(", ")),
  },
  independentTests: {
    key: "tests",
    shape: ({ independent }) =>
      independent("Acceptance tests are written first, by an agent that sees no code"),
    read: (written?: string) => written === "independent",
    write: (isIndependent) => (isIndependent ? "independent" : null),
    meaning: (isIndependent) => (isIndependent ? "independent" : null),
    setting: (isIndependent) => (isIndependent ? "independent" : "its own"),
  },
};

export interface TaskField extends Omit<Field<unknown>, "read"> {
  readonly member: TaskMember;
  readonly read: (written: unknown, home: EntryHome) => unknown;
  readonly write: (value: unknown, feature: string) => unknown;
  readonly meaning: (value: unknown) => Json;
}

/** In the order in which an entry is written. */
export const TASK_FIELDS: readonly TaskField[] = Object.entries(FIELDS).map(([member, field]) => ({
  ...{ write: (value: unknown) => value, meaning: (value: unknown) => value as Json },
  ...(field as unknown as Omit<TaskField, "member">),
  member: member as TaskMember,
}));

/** The task that an entry of the right shape tells. */
export function taskText(entry: object, home: EntryHome): TaskText {
  const values = TASK_FIELDS.map(({ member, key, read }) => [member, read(at(entry, key), home)] as const);
  return nested(values) as unknown as TaskText;
}

export function memberOfTask(task: object, { member }: TaskField): unknown {
  return at(task, member);
}

/** The value at a path such as `context.files`; undefined where something of it is not there. */
export function at(map: object, path: string): unknown {
  let value: unknown = map;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** Values by their paths as one map, in their order; what is undefined is left out. */
export function nested(
  values: readonly (readonly [path: string, value: unknown])[],
): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  for (const [path, value] of values) {
    if (value === undefined) continue;
    const [outer = "", inner] = path.split(".");
    if (inner === undefined) map[outer] = value;
    else map[outer] = { ...(map[outer] as object | undefined), [inner]: value };
  }
  return map;
}

/** An address as a backlog of the feature spells it. */
export function nearAddress(address: string, feature: string): string {
  return address.startsWith(`${feature}:`) ? address.slice(feature.length + 1) : address;
}
