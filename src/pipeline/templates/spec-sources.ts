// Which documents does a template give to a feature? Its `spec/*.hbs`, rendered; PLAN.md and BACKLOG.yaml of a template
// that plans its features are planning's business, and are left out.

import { join } from "node:path";
import type { Renderer } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Template } from "../../model/template.ts";
import { listFolder, readFileCapped } from "../../platform/files.ts";
import { instantiate, type NewFeature } from "../../spec/instantiate/instantiate.ts";

const SOURCE_LIMIT = 1024 * 1024;

/** Rendered from the feature's own feature.md, at every build. */
const PLANNED: readonly string[] = ["PLAN.md.hbs", "BACKLOG.yaml.hbs"];

/** The template's `spec/*.hbs` by file name, but for those that it plans with. */
function specSources(root: string, template: Template): Result<Record<string, string>> {
  const folder = join(root, template.folder, "spec");
  const entries = listFolder(folder);
  const files = entries.ok ? entries.value.filter(({ kind }) => kind === "file") : [];
  const names = files.map(({ name }) => name).filter((name) => name.endsWith(".hbs"));
  if (names.length === 0) {
    const message = `the template ${template.name} has no spec to make a feature from`;
    const fix = `Write ${template.folder}/spec/feature.md.hbs, or write the feature by hand.`;
    return failed({ reason: "usage", message, fix });
  }
  const sources = new Map<string, string>();
  for (const name of names) {
    if (template.planner !== null && PLANNED.includes(name)) continue;
    const read = readFileCapped(join(folder, name), SOURCE_LIMIT);
    if (!read.ok) return read;
    sources.set(name, Buffer.from(read.value).toString("utf8"));
  }
  return success(Object.fromEntries(sources));
}

/** The documents of a feature by name, as the template writes them with these values. */
export function renderSpec(
  root: string,
  template: Template,
  values: NewFeature,
  renderer: Renderer,
): Result<Readonly<Record<string, string>>> {
  const sources = specSources(root, template);
  return sources.ok ? instantiate(template, sources.value, values, renderer) : sources;
}
