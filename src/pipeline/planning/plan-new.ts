// How is a feature planned that a template has just begun? As every later build plans it, so that from its first day
// an edit of its request can reach plan and backlog.

import { digestOfBytes } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { PlannedTexts } from "../../model/planning.ts";
import type { Renderer } from "../../model/render.ts";
import { type Result, success } from "../../model/result.ts";
import type { Template } from "../../model/template.ts";
import { requestOf, requestText } from "../../spec/compare/feature-request.ts";
import { templatePlan } from "../../spec/instantiate/template-plan.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import { lockText } from "../../store/locks.ts";
import { withDefaults } from "../reading/param-defaults.ts";
import { templateKey } from "./plan-facts.ts";
import { recordOf } from "./settle-plan.ts";

export interface NewPlan {
  readonly feature: Feature;
  readonly texts: PlannedTexts;
}

/** Null where the template plans nothing, or its feature.md is no feature yet. `folder` is the one that it will lie in. */
export function planNew(
  folder: string,
  featureMd: string,
  template: Template,
  renderer: Renderer,
): Result<NewPlan | null> {
  if (template.planner === null) return success(null);
  const source = { path: `${folder}/feature.md`, bytes: new TextEncoder().encode(featureMd) };
  const { value } = parseFeature({ feature: source, backlog: null, plan: null });
  if (value === null) return success(null);
  const feature = withDefaults(value, new Map([[template.name, template]]));
  const texts = templatePlan(feature, template, template.planner, renderer);
  return texts.ok ? success({ feature, texts: texts.value }) : texts;
}

/** The first factory.lock of the feature. What it names is in the store after this. */
export async function lockOfNew(root: string, { feature, texts }: NewPlan): Promise<Result<string>> {
  const request = requestOf(feature);
  const facts = { request, requestDigest: digestOfBytes(requestText(request)), key: templateKey(texts) };
  const record = await recordOf({ blobs: new Blobs(`${root}/.factory/store`, DISK) }, facts, texts, null);
  if (!record.ok) return record;
  return success(lockText({ version: 1, feature: feature.id, tasks: {}, planning: record.value }));
}
