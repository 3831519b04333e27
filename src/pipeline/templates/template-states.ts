// How do the features stand to their templates, and do the templates work? Asked by `factory template list` and `check`;
// nothing is written.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { digestOfBytes, type Json } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { Renderer } from "../../model/render.ts";
import type { Result } from "../../model/result.ts";
import { SPECS } from "../../model/spec-folders.ts";
import type { Template } from "../../model/template.ts";
import type { TemplateState } from "../../model/template-update.ts";
import { compareVersions } from "../../model/version.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { checkParams } from "../../spec/instantiate/instantiate.ts";
import { migrate } from "../../spec/read/migrations.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { planNew } from "../planning/plan-new.ts";
import type { Sources } from "../reading/sources.ts";
import { readRecord, templateNameOf } from "./record.ts";
import { renderSpec } from "./spec-sources.ts";
import { sameDocuments } from "./update.ts";

export interface TemplateStates {
  readonly states: readonly TemplateState[];
  /** Records that cannot be read. */
  readonly findings: readonly Diagnostic[];
}

/** Of all features that a template made, or that name one. */
export function templateStates(
  { root, templates }: Pick<Sources, "root" | "templates">,
  features: readonly Feature[],
  renderer: Renderer,
): TemplateStates {
  const findings: Diagnostic[] = [];
  const states = features.flatMap((feature): TemplateState[] => {
    const record = readRecord(root, feature);
    const name = templateNameOf(feature, record.ok ? record.value : null, templates);
    if (!record.ok) findings.push(...diagnosticOf(record.failure, feature.id));
    if (name === null && record.ok) return [];
    const told = { feature: feature.id, template: name ?? "" };
    if (!record.ok) return [{ ...told, at: null, standing: "unreadable" }];
    const at = record.value?.at ?? null;
    const template = templates.get(name ?? "");
    if (template === undefined) return [{ ...told, at, standing: "unknown" }];
    if (record.value === null) return [{ ...told, at, standing: "unrecorded" }];
    const order = at === null ? -1 : compareVersions(at, template.version);
    if (order !== 0) return [{ ...told, at, standing: order < 0 ? "behind" : "ahead" }];
    const { title, project, params, documents } = record.value;
    const values = { feature: { id: feature.id, title }, project: { id: project } };
    const { params: known, diagnostics } = checkParams(template, migrate(params, []).values);
    const now = renderSpec(root, template, { ...values, params: known }, renderer);
    const isSame = diagnostics.length === 0 && now.ok && sameDocuments(now.value, documents);
    return [{ ...told, at, standing: isSame ? "current" : "changed" }];
  });
  return { states, findings };
}

/** Whether a template makes a feature at all: of its defaults and examples. Not tried where a parameter has neither. */
export function tryTemplate(root: string, template: Template, renderer: Renderer): readonly Diagnostic[] {
  const given = new Map<string, Json>();
  for (const { name, example, default: preset } of template.params) {
    const value = preset ?? example;
    if (value === undefined) return [];
    given.set(name, value);
  }
  const checked = checkParams(template, Object.fromEntries(given));
  if (checked.diagnostics.length > 0) return checked.diagnostics;
  const id = `try-${digestOfBytes(template.name).slice(0, 8)}`;
  const folder = `${SPECS}/${id}`;
  const values = { feature: { id, title: "Example" }, project: { id: "example" }, params: checked.params };
  const files = renderSpec(root, template, values, renderer);
  if (!files.ok) return ofTemplate(template, diagnosticOf(files.failure, template.name));
  const text = files.value["feature.md"];
  if (text === undefined) return [];
  const source = { path: `${template.folder}/spec/feature.md.hbs`, bytes: new TextEncoder().encode(text) };
  const { diagnostics } = parseFeature({
    feature: { ...source, path: `${folder}/feature.md` },
    backlog: null,
    plan: null,
  });
  const planned: Result<unknown> = planNew(folder, text, template, renderer);
  const faults = planned.ok ? [] : diagnosticOf(planned.failure, template.name);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return ofTemplate(template, [
    ...errors.map((one) => ({ ...one, file: source.path, line: null, column: null })),
    ...faults,
  ]);
}

function ofTemplate({ name, place }: Template, found: readonly Diagnostic[]): readonly Diagnostic[] {
  return found.map((one) => ({ ...one, target: name, file: one.file ?? place.file }));
}
