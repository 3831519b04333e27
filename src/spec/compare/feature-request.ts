// What of a feature do its planners go by? The request as it is understood: what people ask for, without a trace of how
// they wrote it down, so that a paragraph that was wrapped anew plans nothing anew.

import { canonical, type Json } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";

/** Told item by item under a name of their own. */
const LISTED_SECTIONS = new Set(["requirements", "constraints"]);

export interface Request {
  readonly title: string;
  readonly template: string | null;
  readonly projects: readonly string[];
  readonly depends_on: readonly string[];
  readonly params: { readonly [name: string]: Json };
  readonly sections: readonly (readonly [heading: string, text: string])[];
  readonly requirements: readonly (readonly [id: string, text: string])[];
  readonly constraints: readonly string[];
}

export function requestOf(feature: Feature): Request {
  const { title, template, projects, dependsOn, params, sections, requirements, constraints } = feature;
  return {
    title,
    template,
    projects,
    depends_on: dependsOn,
    params: Object.fromEntries(params.map(({ name, value }) => [name, value])),
    sections: proseSections(sections),
    requirements: requirements
      .map(({ id, text }) => [id, text] as const)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    constraints: constraints.map(({ text }) => text),
  };
}

/** Sections by their headings, without those that are told item by item. */
export function proseSections(
  sections: Feature["sections"],
): readonly (readonly [heading: string, text: string])[] {
  return sections
    .filter(({ heading }) => !LISTED_SECTIONS.has(heading.trim().toLowerCase()))
    .map(({ heading, text }) => [heading, text] as const);
}

/** The one text of a request, by which it is kept and recognised. */
export function requestText(request: Request): string {
  return canonical(request as unknown as Json);
}

/** The feature that such a request asks for, to be compared with a later one: it has no tasks, and places that say nothing. */
export function requestedFeature({ id, file }: Pick<Feature, "id" | "file">, request: Request): Feature {
  const place = { file, line: 1, column: 1 };
  return {
    id,
    title: request.title,
    file: place.file,
    projects: request.projects,
    template: request.template,
    params: Object.entries(request.params).map(([name, value]) => ({ name, value, place, items: [] })),
    dependsOn: request.depends_on,
    sections: request.sections.map(([heading, text]) => ({ heading, text, place })),
    requirements: request.requirements.map(([requirement, text]) => ({ id: requirement, text, place })),
    constraints: request.constraints.map((text) => ({ text, place })),
    clarifications: [],
    tasks: [],
    backlog: "unplanned",
    places: {},
  };
}
