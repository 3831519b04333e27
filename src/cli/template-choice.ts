// In which language does a template make its code? That of the project: where a template `data-model-python` stands beside
// `data-model`, a project of Python gets it. Their parameters are the same. Where there is none, a person is told.

import type { Diagnostic } from "../model/diagnostic.ts";
import { jsonObject } from "../model/json-object.ts";
import type { Project } from "../model/project.ts";
import { type Result, success } from "../model/result.ts";
import type { Template } from "../model/template.ts";
import type { Sources } from "../pipeline/reading/sources.ts";
import { projectListing } from "../pipeline/upkeep/project-listing.ts";
import { foreignLanguages } from "../spec/survey/languages.ts";
import { projectKinds } from "../spec/survey/propose-project.ts";

export interface TemplateChoice {
  /** The one that was asked for where there is none for the project, or nobody can tell yet what that is. */
  readonly template: Template;
  /** Its code is in another language than the project; none where it is not, or nobody can tell. */
  readonly findings: readonly Diagnostic[];
}

export async function templateFor(
  { root, workspace, templates }: Sources,
  asked: Template,
  { packageRoot, project: id }: { readonly packageRoot: string; readonly project: string },
): Promise<Result<TemplateChoice>> {
  const hasTwin = [...templates.keys()].some((name) => name.startsWith(`${asked.name}-`));
  const project = workspace.projects.find((one) => one.id === id);
  if (project === undefined || (!hasTwin && pathsOf(asked).length === 0))
    return success({ template: asked, findings: [] });
  const listing = await projectListing({ root, packageRoot, project });
  if (!listing.ok) return listing;
  const kinds = listing.value === null ? [] : projectKinds(listing.value, jsonObject).map(wordOf);
  const languages = [project.scaffold, kinds[0]?.toLowerCase()];
  const twins = languages.map((language) => templates.get(`${asked.name}-${language}`));
  const template = twins.find((twin) => twin !== undefined) ?? asked;
  return success({ template, findings: foreignFindings(template, project, kinds) });
}

/** Such as Python, of `Python with uv`. */
function wordOf(kind: string): string {
  return kind.split(" ", 1)[0] ?? kind;
}

function pathsOf({ parts }: Template): readonly string[] {
  return Object.values(parts).flatMap((files) => files.map(({ to }) => to));
}

function foreignFindings(template: Template, project: Project, kinds: readonly string[]): Diagnostic[] {
  const foreign = foreignLanguages(pathsOf(template), kinds);
  if (foreign.length === 0) return [];
  const { file, line, column } = project.place;
  return [
    {
      severity: "warning",
      code: "foreign-language",
      message: `${template.name} writes ${foreign.join(" and ")}, and ${project.id} is a project of ${kinds.join(" and ")}.`,
      target: `${project.id}/`,
      ...{ file, line, column },
      fix: "Choose another template (`factory template list`) or another project (`--project`), unless this one takes both.",
    },
  ];
}
