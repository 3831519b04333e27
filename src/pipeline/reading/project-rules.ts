// Which rules are tasks of a project told, and whoever plans them?

import { ruleSegments, ruleSegmentsOfAll } from "../../context/rule-segments.ts";
import type { Project } from "../../model/project.ts";
import type { Segment } from "../../model/window.ts";
import type { Sources } from "./sources.ts";

type Ruling = Pick<Sources, "workspace" | "prompts">;

export function rulesFor(
  { workspace, prompts }: Ruling,
  { rules: project }: Pick<Project, "rules">,
): Segment[] {
  return ruleSegments({ workspace: workspace.rules, project }, prompts);
}

/** Of a feature: of the workspace, and of each of its projects. */
export function rulesForPlanning({ workspace, prompts }: Ruling, projects: readonly string[]): Segment[] {
  const own = workspace.projects.filter(({ id }) => projects.includes(id));
  return ruleSegmentsOfAll(workspace.rules, own, prompts);
}
