// What does projects.yaml declare for the workspace as a whole?

import type { AgentDeclaration } from "./agent-declaration.ts";
import type { Budget } from "./budget.ts";
import { digestOf } from "./digest.ts";
import type { FleetDeclaration } from "./fleet-declaration.ts";
import type { Place } from "./place.ts";
import type { Project } from "./project.ts";
import type { SandboxMode } from "./reach.ts";
import type { Rules } from "./rules.ts";
import type { StoreDeclaration } from "./store-declaration.ts";
import type { Task } from "./task.ts";

export interface Workspace {
  readonly projects: readonly Project[];
  readonly agents: readonly AgentDeclaration[];
  readonly routing: Routing;
  readonly budget: Budget & {
    /** Within any sixty minutes, whatever builds they hold. */
    readonly perHourUsd: number | null;
  };
  /** By model id, in USD per million tokens; they win over the built-in table. */
  readonly prices: Readonly<Record<string, Price>>;
  readonly limits: Limits;
  /** What holds for every task. */
  readonly rules?: Rules;
  /** Where a team shares what was paid for; absent: nowhere. */
  readonly store?: StoreDeclaration;
  /** Machines that work for builds; absent: none. */
  readonly fleet?: FleetDeclaration;
  /** How agents' programs, setups, services and gates are kept to their folders; absent: where the machine can. */
  readonly sandbox?: SandboxMode;
  readonly checkpoints: {
    readonly backlog: "auto" | "ask";
  };
  /** Repositories that templates come from, in the order in which they are looked through. */
  readonly templates: readonly TemplateRepository[];
}

/** Templates of one git repository, as they are at one commit. */
export interface TemplateRepository {
  /** Address, or a path from the workspace root. */
  readonly git: string;
  /** What people know the commit as: a tag or a branch. Only the commit counts. */
  readonly ref: string | null;
  readonly commit: string;
  /** Folder whose folders are templates; null: `templates/features` where there is one, else the root. */
  readonly folder: string | null;
  /** Names of those that are taken; null: all. */
  readonly only: readonly string[] | null;
  readonly place: Place;
}

/** Where they lie as plain files, from the workspace root. Another commit has another folder. */
export function fetchedFolder({
  git,
  commit,
  folder,
}: Pick<TemplateRepository, "git" | "commit" | "folder">): string {
  const tail = digestOf("template-repository/1", [git, commit, folder]).slice(0, 8);
  return `${FETCHED}/${commit.slice(0, 12)}-${tail}`;
}

export const FETCHED = ".factory/templates";

/** Agent ids by role, in order of preference: the first is used, the others are configured fallbacks. */
export interface Routing {
  readonly roles: Readonly<Record<string, readonly string[]>>;
  /** Implementers by task type; `default` serves the types without an entry. */
  readonly implementer: Readonly<Record<string, readonly string[]>>;
  /** Where routes of types stand that only this workspace knows. */
  readonly typePlaces?: Readonly<Record<string, Place>>;
}

/**
 * Who drafts a task, in order of preference: what comes after the first is a fallback. Its own choice beats the route of
 * what templates bring code for, which beats the route of its type (in its project, else in the workspace), which beats the
 * default.
 */
export function drafterIds(
  task: Pick<Task, "agent" | "generator" | "parts" | "project" | "type">,
  { projects, routing: { implementer, roles } }: Pick<Workspace, "projects" | "routing">,
): readonly string[] {
  if (task.parts !== undefined) return [];
  if (task.agent !== null) return [task.agent];
  if (task.generator !== null && roles.generator !== undefined) return roles.generator;
  const own = projects.find(({ id }) => id === task.project)?.drafters?.byType ?? {};
  return ofType(own, task) ?? ofType(implementer, task) ?? implementer.default ?? [];
}

/** Nobody chose the names of types with the members of objects in mind. */
function ofType(routes: Routing["implementer"], { type }: Pick<Task, "type">): readonly string[] | undefined {
  return Object.hasOwn(routes, type) ? routes[type] : undefined;
}

/** USD per million tokens. */
export interface Price {
  readonly in: number;
  readonly out: number;
  readonly cached: number;
  readonly written: number;
}

export interface Limits {
  readonly agents: number;
  readonly gates: number;
  readonly attempts: number;
  readonly rebases: number;
  readonly windowBytes: number;
  readonly planningBytes: number;
  readonly mapBytes: number;
  /** Of each program of others, with all that it starts. */
  readonly programs: {
    /** Null: a share of the machine's. */
    readonly memoryMb: number | null;
    readonly processes: number;
    readonly fileMb: number;
  };
}

export const DEFAULT_LIMITS: Limits = {
  agents: 8,
  gates: 2,
  attempts: 2,
  rebases: 1,
  windowBytes: 3072,
  planningBytes: 10_240,
  mapBytes: 51_200,
  programs: { memoryMb: null, processes: 1000, fileMb: 10_240 },
};
