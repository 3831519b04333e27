// Which parameters does a feature have that it does not give itself? Those that its template has defaults for.

import type { Json } from "../../model/digest.ts";
import type { Feature, Param } from "../../model/feature.ts";
import type { Templates } from "../../model/template.ts";

/** What a feature leaves out, its template says. */
export function withDefaults(feature: Feature, templates: Templates): Feature {
  const template = feature.template === null ? undefined : templates.get(feature.template);
  const given = new Set(feature.params.map(({ name }) => name));
  const missing = (template?.params ?? []).filter(
    (param) => param.default !== undefined && !given.has(param.name),
  );
  if (template === undefined || missing.length === 0) return feature;
  const added = missing.map((param): Param => {
    const items = Array.isArray(param.default) ? param.default.map(() => template.place) : [];
    return { name: param.name, value: param.default as Json, place: template.place, items };
  });
  const params = [...feature.params, ...added].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...feature, params };
}
