// What was a feature before records were kept? The version of its template that it began with, as far as the workspace's
// git or a person can tell; where nobody can, exactly that is said.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import type { Renderer } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Template } from "../../model/template.ts";
import type { TemplateRecord } from "../../model/template-record.ts";
import { isVersion } from "../../model/version.ts";
import { checkParams, type NewFeature } from "../../spec/instantiate/instantiate.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { type WorkspaceRepository, workspaceRepository } from "../../workspaces/workspace-repository.ts";
import { recordOf, sourceOf } from "./record.ts";
import { renderSpec } from "./spec-sources.ts";

export interface BaseOrder {
  readonly root: string;
  readonly renderer: Renderer;
  /** Commit of the workspace whose feature.md is the base; null: the first that has one of this template. */
  readonly revision: string | null;
  /** Version that the feature was made of; null where the person did not say. */
  readonly version: string | null;
}

export type FoundBase = { readonly record: TemplateRecord } | { readonly finding: Diagnostic };

/** `usage` where the named commit does not exist. */
export async function findBase(
  feature: Feature,
  template: Template,
  { root, renderer, revision, version }: BaseOrder,
): Promise<Result<FoundBase>> {
  const history = await openHistory(root);
  const past = await firstVersion(history, feature.file, { template, revision });
  if (!past.ok) return past;
  const at = version ?? (await versionThen(history, past.value?.commit ?? null, template));
  const began = past.value?.feature ?? feature;
  const values = valuesOf(began, template);
  const rendered = renderSpec(root, template, values, renderer);
  if (!rendered.ok) return rendered;
  const text = past.value?.text ?? null;
  // A text that a person wrote from the start is no base: all of it would pass for the template's own.
  if (at === template.version || (text !== null && text === rendered.value["feature.md"])) {
    return success({ record: recordOf(template, values, rendered.value) });
  }
  if (text === null || (at === null && (template.migrations ?? []).length > 0)) {
    return success({ finding: missing(feature, template, { text, at }) });
  }
  // Of other documents nobody knows how they began: theirs is what the template says now, so a person's stay.
  const documents = { ...rendered.value, "feature.md": text };
  const { title, params, project } = {
    title: values.feature.title,
    params: values.params,
    project: values.project,
  };
  const known = { template: template.name, at, source: sourceOf(template), title, project: project.id };
  return success({ record: { ...known, params, documents } });
}

function valuesOf(feature: Feature, template: Template): NewFeature {
  const given = Object.fromEntries(feature.params.map(({ name, value }) => [name, value]));
  const { params } = checkParams(template, given);
  return {
    feature: { id: feature.id, title: feature.title },
    project: { id: feature.projects[0] ?? "" },
    params: { ...given, ...params },
  };
}

function missing(
  feature: Feature,
  { name, version }: Template,
  { text, at }: { readonly text: string | null; readonly at: string | null },
): Diagnostic {
  const known =
    at === null ? "the version of its template that it was made from" : `what ${name} ${at} rendered`;
  const message =
    text === null
      ? `${folderOf(feature)} has no template.lock, and no commit of the workspace holds ${known}`
      : `${folderOf(feature)} has no template.lock, and nothing shows ${known}`;
  const fix =
    text === null
      ? `Name the version with --from, such as --from ${version} where it was made from this one; or commit the specs and name the commit with --base.`
      : `Name the version with --from, such as --from ${version} where it was made from this one.`;
  const { id: target, file } = feature;
  return { severity: "error", code: "template-base", message, target, file, line: 1, column: 1, fix };
}

type History = Pick<WorkspaceRepository, "git" | "prefix">;

/** Null where the workspace is in no repository, or git cannot be asked. */
async function openHistory(root: string): Promise<History | null> {
  const repository = await workspaceRepository(root);
  return repository.ok ? repository.value : null;
}

interface PastFeature {
  readonly commit: string;
  readonly text: string;
  readonly feature: Feature;
}

async function firstVersion(
  history: History | null,
  path: string,
  { template, revision }: { readonly template: Template; readonly revision: string | null },
): Promise<Result<PastFeature | null>> {
  const commits = history === null ? [] : await commitsOf(history, path, revision);
  for (const commit of commits) {
    const text = history === null ? null : await textAt(history, commit, path);
    const feature = text === null ? null : parsed(path, text);
    if (text === null || feature === null) continue;
    if (revision === null && feature.template !== template.name) continue;
    return success({ commit, text, feature });
  }
  if (revision === null) return success(null);
  const message = `the workspace's git has no ${path} at ${JSON.stringify(revision)}`;
  return failed({ reason: "usage", message, fix: "Name a commit, branch or tag that has it." });
}

/** The oldest first. */
async function commitsOf(
  { git, prefix }: History,
  path: string,
  revision: string | null,
): Promise<readonly string[]> {
  if (revision !== null) {
    const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
    const found = await git.line(...words);
    return found.ok ? [found.value] : [];
  }
  const words = ["log", "--all", "--topo-order", "--reverse", "--format=%H", "--no-renames"];
  const log = await git.ask([...words, "--", `${prefix}${path}`], "", [0, 128]);
  if (!log.ok || log.value.code !== 0) return [];
  return log.value.stdout.toString("utf8").split("\n").filter(Boolean);
}

async function textAt({ git, prefix }: History, commit: string, path: string): Promise<string | null> {
  const blob = await git.ask(["cat-file", "blob", `${commit}:${prefix}${path}`], "", [0, 128]);
  return blob.ok && blob.value.code === 0 ? blob.value.stdout.toString("utf8") : null;
}

function parsed(path: string, text: string): Feature | null {
  const source = { path, bytes: new TextEncoder().encode(text) };
  const { value, diagnostics } = parseFeature({ feature: source, backlog: null, plan: null });
  return diagnostics.some(({ severity }) => severity === "error") ? null : value;
}

/** The version of a template of the workspace at that commit; what a package shipped then is not in its git. */
async function versionThen(
  history: History | null,
  commit: string | null,
  { folder }: Template,
): Promise<string | null> {
  if (history === null || commit === null || !folder.startsWith("templates/")) return null;
  const text = await textAt(history, commit, `${folder}/template.yaml`);
  const version = /^version:\s*["']?([^"'\s#]+)/m.exec(text ?? "")?.[1];
  return version !== undefined && isVersion(version) ? version : null;
}
