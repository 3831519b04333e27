// In which language does a template make its code? That of the project: where a template `data-model-python` stands beside
// `data-model`, a project of Python gets it. Their parameters are the same.

import { join } from "node:path";
import { jsonObject } from "../gates/json-object.ts";
import { type Result, success } from "../model/result.ts";
import type { Template } from "../model/template.ts";
import type { Sources } from "../pipeline/reading/sources.ts";
import { surveyFolder } from "../pipeline/upkeep/survey-folder.ts";
import { isThere } from "../platform/files.ts";
import { proposeProject } from "../spec/survey/propose-project.ts";

/** The template itself where there is none for the language of the project, or nobody can tell yet which that is. */
export async function templateFor(
  { root, workspace, templates }: Sources,
  template: Template,
  id: string,
): Promise<Result<Template>> {
  if (![...templates.keys()].some((name) => name.startsWith(`${template.name}-`))) return success(template);
  const project = workspace.projects.find((one) => one.id === id);
  if (project === undefined) return success(template);
  const language =
    project.scaffold === null ? await languageOf(join(root, project.path)) : success(project.scaffold);
  if (!language.ok) return language;
  return success(templates.get(`${template.name}-${language.value}`) ?? template);
}

/** The first word of what a survey finds in the folder, such as `python`; empty where it finds nothing. */
async function languageOf(folder: string): Promise<Result<string>> {
  const there = isThere(folder);
  if (!there.ok || !there.value) return there.ok ? success("") : there;
  const surveyed = await surveyFolder(folder);
  if (!surveyed.ok) return surveyed;
  if (surveyed.value === null || "partOf" in surveyed.value) return success("");
  const kind = proposeProject(surveyed.value.listing, jsonObject)?.kind ?? "";
  return success(kind.split(" ")[0]?.toLowerCase() ?? "");
}
