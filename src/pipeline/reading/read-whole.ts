// What do the sources say, for whoever asks once? What no edit has touched since the last build is taken from what that build
// kept, and is the same to the letter.

import type { Feature } from "../../model/feature.ts";
import { type Result, success } from "../../model/result.ts";
import { loadPreviousBuild } from "./build-index.ts";
import { FeatureCache } from "./feature-cache.ts";
import type { FeatureReading } from "./feature-reading.ts";
import { withDefaults } from "./param-defaults.ts";
import { NOTHING_REMEMBERED, type Reading, readSources } from "./read.ts";

/** Which workspace, and whose version of the product reads it. */
export interface Place {
  readonly root: string;
  readonly packageRoot: string;
  readonly writer: string;
}

/** Of features that no edit has touched their outlines alone: enough for whoever asks about projects, tasks and locks. */
export function readOutlines({ root, packageRoot, writer }: Place): Promise<Result<Reading>> {
  return readSources(root, packageRoot, loadPreviousBuild(root, writer).remembered);
}

/** As `readSources` with nothing remembered, without the wait. */
export async function readWhole(place: Place): Promise<Result<Reading>> {
  const { root, packageRoot } = place;
  const reading = await readOutlines(place);
  if (!reading.ok) return reading;
  const cache = new FeatureCache(root);
  const features: FeatureReading[] = [];
  for (const one of reading.value.features) {
    const feature = one.outlineOf === null ? one.feature : cache.load(one.outlineOf);
    // Swept away or damaged: what is parsed again is all that can be said.
    if (one.outlineOf !== null && feature === null) return readSources(root, packageRoot, NOTHING_REMEMBERED);
    features.push(inFull(one, feature));
  }
  const { sources } = reading.value;
  const known = features.flatMap(({ feature }) =>
    feature === null ? [] : withDefaults(feature, sources.templates),
  );
  return success({ ...reading.value, features, sources: { ...sources, features: known } });
}

function inFull(reading: FeatureReading, feature: Feature | null): FeatureReading {
  const { folder, warnings, criteria } = reading;
  return {
    ...{ folder, feature, warnings, criteria, outlineOf: null },
    // A lock of many tasks is unpacked by whoever asks for it.
    get lock() {
      return reading.lock;
    },
  };
}
