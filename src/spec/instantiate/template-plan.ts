// How does a template plan a feature? By rendering its own PLAN.md and BACKLOG.yaml with what the feature asks for: the
// same request always gives the same documents, and no model is asked.

import type { Feature } from "../../model/feature.ts";
import type { PlannedTexts } from "../../model/planning.ts";
import type { Renderer } from "../../model/render.ts";
import { type Result, success } from "../../model/result.ts";
import type { Template, TemplatePlanner } from "../../model/template.ts";

/** Fails with `template`, naming the source and its line. */
export function templatePlan(
  feature: Feature,
  { folder }: Pick<Template, "folder">,
  planner: TemplatePlanner,
  renderer: Renderer,
): Result<PlannedTexts> {
  const values = valuesOf(feature);
  const backlog = renderer.render(planner.backlog, `${folder}/spec/BACKLOG.yaml.hbs`, values);
  if (!backlog.ok || planner.plan === null) {
    return backlog.ok ? success({ plan: null, backlog: backlog.value }) : backlog;
  }
  const plan = renderer.render(planner.plan, `${folder}/spec/PLAN.md.hbs`, values);
  return plan.ok ? success({ plan: plan.value, backlog: backlog.value }) : plan;
}

function valuesOf({ id, title, projects, params, requirements, constraints }: Feature) {
  return {
    feature: { id, title },
    project: { id: projects[0] ?? "" },
    params: Object.fromEntries(params.map(({ name, value }) => [name, value])),
    requirements: requirements.map((requirement) => ({ id: requirement.id, text: requirement.text })),
    constraints: constraints.map(({ text }) => text),
  };
}
