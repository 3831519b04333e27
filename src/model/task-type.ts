// Which kinds of tasks does a workspace know? Those that every workspace has, and each that it has a prompt or a route for.

import { ROLES, ROUTED_ROLES } from "./role.ts";
import { BUILT_IN_TYPES, type Task, type TaskType } from "./task.ts";
import type { Workspace } from "./workspace.ts";

/** Files are named after them, and keys of `routing:`. */
export const TYPE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

/** Keys of `routing:` that say something else, and prompts that are not for tasks. Some file systems know no case. */
const TAKEN: ReadonlySet<string> = new Set([...ROLES, ...ROUTED_ROLES, "default"]);

/** Whether the name is that of a role, so that no type can have it. */
export function isRoleName(name: string): boolean {
  return TAKEN.has(name.toLowerCase());
}

/** The types that have a prompt of their own, by the names of all prompts. */
export function promptedTypes(prompts: Iterable<string>): readonly TaskType[] {
  return [...prompts].filter((name) => TYPE_NAME.test(name) && !isRoleName(name)).sort();
}

/** What a task of the project may say as its `type`. */
export function typesIn(
  project: Task["project"],
  { projects, routing }: Pick<Workspace, "projects" | "routing">,
  prompted: Iterable<TaskType>,
): readonly TaskType[] {
  const own = projects.find(({ id }) => id === project)?.drafters?.byType ?? {};
  const routed = [...Object.keys(routing.implementer), ...Object.keys(own)].filter(
    (type) => type !== "default",
  );
  return [...new Set([...BUILT_IN_TYPES, ...[...routed, ...prompted].sort()])];
}
