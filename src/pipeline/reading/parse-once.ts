// What did these very files say when they were parsed last? Whoever watches reads an edited feature to look at it, to
// estimate it and to build it, within moments. Parsing asks nothing but the bytes, so its answer is kept for them.

import { type Digest, digestOf, digestOfBytes } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { FeatureSources } from "../../spec/read/parse-feature.ts";
import type { Parsed, SourceFile } from "../../spec/read/source.ts";

/** As many as people edit at once; more are parsed again. */
const MOST = 32;

/** The one that was asked for longest ago is first. */
const PARSED = new Map<Digest, Parsed<Feature>>();

export async function parseOnce(sources: FeatureSources): Promise<Parsed<Feature>> {
  const name = nameOf(sources);
  const parsed = PARSED.get(name) ?? (await import("../../spec/read/parse-feature.ts")).parseFeature(sources);
  PARSED.delete(name);
  PARSED.set(name, parsed);
  for (const oldest of PARSED.keys()) {
    if (PARSED.size <= MOST) break;
    PARSED.delete(oldest);
  }
  return parsed;
}

function nameOf({ feature, backlog, plan }: FeatureSources): Digest {
  const part = (file: SourceFile | null) => file && [file.path, digestOfBytes(file.bytes)];
  return digestOf("feature-sources", [part(feature), part(backlog), part(plan)]);
}
