// Where does a feature remember its template? In the `template.lock` of its folder, which no build reads.

import { join } from "node:path";
import { type Feature, folderOf } from "../../model/feature.ts";
import { type Result, success } from "../../model/result.ts";
import type { Template, Templates } from "../../model/template.ts";
import type { TemplateRecord, TemplateSource } from "../../model/template-record.ts";
import { FETCHED } from "../../model/workspace.ts";
import { readFileCapped } from "../../platform/files.ts";
import type { NewFeature } from "../../spec/instantiate/instantiate.ts";
import { readTemplateLock } from "../../store/template-lock.ts";

const LIMIT = 16 * 1024 * 1024;

export const TEMPLATE_LOCK = "template.lock";

/** Null where the feature has none. */
export function readRecord(root: string, feature: Pick<Feature, "file">): Result<TemplateRecord | null> {
  const path = `${folderOf(feature)}/${TEMPLATE_LOCK}`;
  const read = readFileCapped(join(root, path), LIMIT);
  if (read.ok) return readTemplateLock(read.value, path);
  return read.failure.reason === "io" && read.failure.code === "ENOENT" ? success(null) : read;
}

/**
 * The template that a feature follows: that of its record, or where that is gone the one that its feature.md names now,
 * since templates are renamed. Null where no template made it.
 */
export function templateNameOf(
  feature: Pick<Feature, "template">,
  record: TemplateRecord | null,
  templates: Templates,
): string | null {
  if (record === null) return feature.template;
  const isGone = !templates.has(record.template);
  return isGone && templates.has(feature.template ?? "") ? feature.template : record.template;
}

/** The record of documents that the template has just rendered with these values. */
export function recordOf(
  template: Template,
  { feature, project, params }: NewFeature,
  documents: Readonly<Record<string, string>>,
): TemplateRecord {
  return {
    template: template.name,
    at: template.version,
    source: sourceOf(template),
    title: feature.title,
    project: project.id,
    params,
    documents,
  };
}

export function sourceOf({ folder }: Pick<Template, "folder">): TemplateSource {
  if (folder.startsWith(`${FETCHED}/`)) {
    return { kind: "git", commit: folder.slice(FETCHED.length + 1).slice(0, 12) };
  }
  return { kind: folder.startsWith("templates/") ? "workspace" : "shipped" };
}
