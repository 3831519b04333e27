// `factory template update [FEATURE…]`: bring specs to the version of their template that is here, merged with what
// people wrote. Each feature wholly or not at all; code follows at the next build.

import type { Feature } from "../../model/feature.ts";
import { loadRenderer, type Renderer } from "../../model/render.ts";
import { type Result, success } from "../../model/result.ts";
import type { Template } from "../../model/template.ts";
import type { TemplateUpdate } from "../../model/template-update.ts";
import { isVersion } from "../../model/version.ts";
import { NOTHING_REMEMBERED, readSources } from "../../pipeline/reading/read.ts";
import { findBase } from "../../pipeline/templates/find-base.ts";
import { readRecord } from "../../pipeline/templates/record.ts";
import {
  carryOut,
  type PlannedUpdate,
  planUpdate,
  type UpdateOrder,
} from "../../pipeline/templates/update.ts";
import { updatesDocument, updateText } from "../../report/template-text.ts";
import { type Answers, answersOf } from "../answers.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { withLock } from "../session.ts";
import { namedFeatures } from "../template-features.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const isDry = invocation.flag("dryRun");
  const from = invocation.text("from");
  if (from !== null && !isVersion(from)) {
    const message = `${JSON.stringify(from)} is no version`;
    return invocation.refuse({ reason: "usage", message, fix: "Write it as --from 1.0.0." });
  }
  const updated = isDry
    ? await updateAll(invocation, isDry)
    : await withLock(invocation, () => updateAll(invocation, isDry));
  if (!updated.ok) return invocation.refuse(updated.failure);
  const updates = updated.value;
  if (invocation.json) invocation.printJson(updatesDocument(updates, isDry));
  else {
    const lines = updateText(updates, isDry, invocation.look.color);
    invocation.print(lines.length === 0 ? ["no feature was made of a template"] : lines);
  }
  if (!isDry && updates.some(({ outcome }) => outcome === "updated"))
    invocation.say("", "next:", "  factory diff", "  factory build");
  if (updates.some(({ outcome }) => outcome === "refused")) return EXIT.invalid;
  return updates.some(({ outcome }) => outcome === "conflict") ? EXIT.person : EXIT.done;
}

async function updateAll(invocation: Invocation, isDry: boolean): Promise<Result<readonly TemplateUpdate[]>> {
  const { root, packageRoot } = invocation;
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const { sources, features: readings } = reading.value;
  const named = namedFeatures(
    readings.flatMap(({ feature }) => feature ?? []),
    invocation.rest(0),
  );
  if (!named.ok) return named;
  const renderer = await loadRenderer();
  const updates: TemplateUpdate[] = [];
  for (const feature of named.value) {
    const planned = await planOf(invocation, feature, { templates: sources.templates, renderer });
    if (!planned.ok) return planned;
    if (planned.value === null) continue;
    updates.push(planned.value.update);
    const done = isDry ? success(undefined) : await carryOut(root, planned.value);
    if (!done.ok) return done;
  }
  return success(updates);
}

interface Library {
  readonly templates: ReadonlyMap<string, Template>;
  readonly renderer: Renderer;
}

/** Null for a feature that no template made. */
async function planOf(
  invocation: Invocation,
  feature: Feature,
  { templates, renderer }: Library,
): Promise<Result<PlannedUpdate | null>> {
  const { root } = invocation;
  const kept = readRecord(root, feature.id);
  if (!kept.ok) return kept;
  const name = kept.value?.template ?? feature.template;
  if (name === null) return success(null);
  const template = templates.get(name);
  if (template === undefined) return success(refused(feature, name, kept.value?.at ?? null));
  const given: Result<Answers> = answersOf(template, invocation.list("set"));
  if (!given.ok) return given;
  const prefer = invocation.text("prefer") as UpdateOrder["prefer"];
  const order: UpdateOrder = { root, renderer, prefer, given: given.value };
  if (kept.value !== null)
    return planUpdate(feature.id, template, { record: kept.value, isNew: false }, order);
  const [revision, version] = [invocation.text("base"), invocation.text("from")];
  const found = await findBase(feature, template, { root, renderer, revision, version });
  if (!found.ok) return found;
  if ("record" in found.value)
    return planUpdate(feature.id, template, { record: found.value.record, isNew: true }, order);
  const { finding } = found.value;
  const told = { ...refused(feature, name, null).update, to: template.version, findings: [finding] };
  return success({ update: told, changed: {}, record: null });
}

function refused({ id, file, places }: Feature, template: string, from: string | null): PlannedUpdate {
  const place = places.template ?? { file, line: 1, column: 1 };
  const finding = {
    severity: "error" as const,
    code: "unknown-template",
    message: `the template ${template} of ${id} is not here`,
    target: id,
    ...place,
    fix: "Bring the template, or take `template:` out of the feature and delete its template.lock.",
  };
  const told = { feature: id, template, from, to: "?", parts: [], notes: [], files: [], proposal: null };
  return { update: { ...told, outcome: "refused", findings: [finding] }, changed: {}, record: null };
}
