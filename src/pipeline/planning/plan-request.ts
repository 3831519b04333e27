// What did people ask for when the feature was planned last? As the store kept it, or as an earlier feature.md in the
// workspace's git says it.

import type { Digest } from "../../model/digest.ts";
import { digestOfBytes } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import { type Result, success } from "../../model/result.ts";
import { compareFeatures } from "../../spec/compare/compare.ts";
import {
  type Request,
  requestedFeature,
  requestOf,
  requestText,
} from "../../spec/compare/feature-request.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { isLost } from "../../store/blobs.ts";
import { withDefaults } from "../reading/param-defaults.ts";
import type { Sources } from "../reading/sources.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { PlanStorage } from "./settle-plan.ts";
import { versionsOf } from "./workspace-history.ts";

/** Requirement by requirement. Where nobody knows what it was, every requirement counts as changed. */
export async function changeOf(
  storage: PlanStorage,
  facts: PlanFacts,
  sources: Sources,
): Promise<Result<FeatureDiff | null>> {
  const { feature, record } = facts;
  if (record === null) return success(null);
  const earlier = await earlierRequest(storage, feature, record.request, sources);
  if (!earlier.ok) return earlier;
  const before = earlier.value;
  const nothing: Request = { ...facts.request, requirements: [], constraints: [], sections: [] };
  return success(compareFeatures(requestedFeature(feature, before ?? nothing), { ...feature, tasks: [] }));
}

async function earlierRequest(
  { root, blobs }: PlanStorage,
  { file: path }: Feature,
  digest: Digest,
  { templates }: Sources,
): Promise<Result<Request | null>> {
  const stored = await blobs.get(digest);
  if (stored.ok) return success(JSON.parse(Buffer.from(stored.value).toString("utf8")) as Request);
  if (!isLost(stored.failure)) return stored;
  for await (const version of versionsOf(root, path)) {
    if (!version.ok) return version;
    const { value } = parseFeature({ feature: { path, bytes: version.value }, backlog: null, plan: null });
    if (value === null) continue;
    const request = requestOf(withDefaults(value, templates));
    if (digestOfBytes(requestText(request)) === digest) return success(request);
  }
  return success(null);
}
