// What did people ask for when the feature was planned last? As the store kept it, or as an earlier feature.md in the
// workspace's git says it.

import type { Digest } from "../../model/digest.ts";
import { digestOfBytes } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import { compareFeatures } from "../../spec/compare.ts";
import { parseFeature } from "../../spec/feature.ts";
import { type Request, requestedFeature, requestOf, requestText } from "../../spec/request.ts";
import { withDefaults } from "../reading/param-defaults.ts";
import type { Sources } from "../reading/sources.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { Desk } from "./settle-plan.ts";
import { versionsOf } from "./workspace-history.ts";

/** Requirement by requirement. Where nobody knows what it was, every requirement counts as changed. */
export async function changeOf(desk: Desk, facts: PlanFacts, sources: Sources): Promise<FeatureDiff | null> {
  const { feature, record } = facts;
  if (record === null) return null;
  const before = await earlierRequest(desk, feature, record.request, sources);
  const nothing: Request = { ...facts.request, requirements: [], constraints: [], sections: [] };
  return compareFeatures(requestedFeature(feature.id, before ?? nothing), { ...feature, tasks: [] });
}

async function earlierRequest(
  { root, blobs }: Desk,
  { id }: Feature,
  digest: Digest,
  { templates }: Sources,
): Promise<Request | null> {
  const stored = await blobs.get(digest);
  if (stored.ok) return JSON.parse(Buffer.from(stored.value).toString("utf8")) as Request;
  const path = `specs/${id}/feature.md`;
  for await (const bytes of versionsOf(root, path)) {
    const { value } = parseFeature({ feature: { path, bytes }, backlog: null, plan: null });
    if (value === null) continue;
    const request = requestOf(withDefaults(value, templates));
    if (digestOfBytes(requestText(request)) === digest) return request;
  }
  return null;
}
