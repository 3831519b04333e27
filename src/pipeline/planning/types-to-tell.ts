// What is told of the types of tasks that are a workspace's own, to whoever cuts the tasks of some projects?

import { type ToldType, toldTypes } from "../../context/told-types.ts";
import { type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import { BUILT_IN_TYPES } from "../../model/task.ts";
import { promptedTypes, typesIn } from "../../model/task-type.ts";
import type { Segment } from "../../model/window.ts";
import type { Sources } from "../reading/sources.ts";
import { promptOf } from "../sessions/prompt.ts";

/** Fails with `template` where a prompt cannot be rendered: its tasks could not be drafted either. */
export async function typesToTell(
  sources: Sources,
  projects: readonly string[],
): Promise<Result<readonly Segment[]>> {
  const { workspace, prompts } = sources;
  const prompted = promptedTypes(prompts.keys());
  const byProject = projects.map((id) => ({ id, types: typesIn(id, workspace, prompted) }));
  const own = [...new Set(byProject.flatMap(({ types }) => types))].filter(
    (type) => prompted.includes(type) || !BUILT_IN_TYPES.includes(type),
  );
  const told: ToldType[] = [];
  for (const type of own.sort()) {
    const prompt = prompted.includes(type) ? await promptOf(sources, type as Role, null) : success(null);
    if (!prompt.ok) return prompt;
    const having = byProject.filter(({ types }) => types.includes(type)).map(({ id }) => id);
    told.push({
      type,
      prompt: prompt.value?.text ?? null,
      projects: having.length === projects.length ? null : having,
    });
  }
  return success(toldTypes(told));
}
