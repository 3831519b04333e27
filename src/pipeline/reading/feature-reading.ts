// What is known of a feature folder, and of the locks of all? What the last build left is unpacked when it is asked for.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Digest } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import { featureIn } from "../../model/spec-folders.ts";
import type { Lock } from "../../model/trace.ts";
import type { CriteriaCount } from "../../spec/validate/provable.ts";
import type { FeatureCache } from "./feature-cache.ts";
import { outlineFrom, outlineText } from "./feature-outline.ts";
import { packLock, unpackLock } from "./packed-lock.ts";

export interface FeatureReading {
  /** From the workspace root. */
  readonly folder: string;
  readonly feature: Feature | null;
  readonly lock: Lock | null;
  /** Where `feature` is only an outline: the digest of the whole in the feature cache. */
  readonly outlineOf: Digest | null;
  /** What was found in it, and stops nothing. */
  readonly warnings: readonly Diagnostic[];
  /** Of each project that it is built into. */
  readonly criteria: readonly CriteriaCount[];
}

/** What the index holds of a sound feature whose lock names its own tasks alone. */
export interface Packed {
  readonly outline: Buffer;
  readonly lock: Buffer;
  readonly facts: readonly [
    folder: string,
    whole: Digest,
    warnings: readonly Diagnostic[],
    criteria: readonly CriteriaCount[],
  ];
}

/** A feature that is as the last build left it. */
export class RememberedFeature implements FeatureReading {
  readonly folder: string;
  readonly outlineOf: Digest;
  readonly warnings: readonly Diagnostic[];
  readonly criteria: readonly CriteriaCount[];
  readonly packed: Packed;
  #feature: Feature | null = null;
  #lock: Lock | null | undefined;

  constructor(packed: Packed) {
    [this.folder, this.outlineOf, this.warnings, this.criteria] = packed.facts;
    this.packed = packed;
  }

  get feature(): Feature {
    this.#feature ??= outlined(this.folder, this.packed.outline);
    return this.#feature;
  }

  get lock(): Lock | null {
    if (this.#lock === undefined) this.#lock = unpackLock(this.packed.lock.toString());
    return this.#lock;
  }
}

/** By folder: whoever watches unpacks them at every edit, and hardly any is another then. */
const OUTLINED = new Map<string, { readonly outline: Buffer; readonly feature: Feature }>();

function outlined(folder: string, outline: Buffer): Feature {
  const known = OUTLINED.get(folder);
  if (known?.outline.equals(outline) === true) return known.feature;
  const feature = outlineFrom(outline.toString());
  OUTLINED.set(folder, { outline, feature });
  return feature;
}

/**
 * Null where the next build has to read the folder again. `written` is the lock that this build wrote; null where it
 * left the one that was read.
 */
export async function packReading(
  reading: FeatureReading,
  written: Lock | null,
  cache: FeatureCache,
): Promise<Packed | null> {
  const { folder, feature, warnings, criteria, outlineOf } = reading;
  if (reading instanceof RememberedFeature && written === null) return reading.packed;
  const lock = written ?? reading.lock;
  if (feature === null || !isOwn(lock, feature)) return null;
  return {
    facts: [folder, outlineOf ?? (await cache.keep(feature)), warnings, criteria],
    outline: Buffer.from(outlineText(feature)),
    lock: Buffer.from(packLock(lock)),
  };
}

/** Every task that the lock names is one of the feature, and where it was built. */
function isOwn(lock: Lock | null, feature: Feature): boolean {
  if (lock === null) return true;
  const projects = new Map(feature.tasks.map(({ id, project }) => [id as string, project]));
  const entries = Object.entries(lock.tasks);
  return (
    lock.feature === feature.id &&
    entries.every(([id, { project }]) => projects.get(`${feature.id}:${id}`) === project)
  );
}

/** True where these are all the features that had the given outlines, by folder, and they still have them. */
export function haveOutlines(
  readings: readonly FeatureReading[],
  outlines: ReadonlyMap<string, Buffer>,
): boolean {
  const isSame = (reading: FeatureReading) => {
    if (reading instanceof RememberedFeature) return true;
    const { folder, feature } = reading;
    return feature !== null && outlines.get(folder)?.equals(Buffer.from(outlineText(feature))) === true;
  };
  return readings.length === outlines.size && readings.every(isSame);
}

/** Locks by feature, as the last build left them; also of features that are gone but left their lock. */
export class Locks {
  readonly #readings: readonly FeatureReading[];
  readonly #folders: ReadonlyMap<string, string>;
  readonly #byFeature: ReadonlyMap<string, FeatureReading>;
  /** Those that were not remembered. Only they can name a task that no backlog holds. */
  readonly read: readonly Lock[];
  /** Those beside which there is no request. */
  readonly alone: readonly Lock[];

  constructor(readings: readonly FeatureReading[]) {
    const anew = readings.filter((reading) => !(reading instanceof RememberedFeature));
    this.#readings = readings;
    this.#folders = new Map(readings.map(({ folder }) => [featureIn(folder), folder]));
    this.#byFeature = new Map(
      readings.map((reading) => {
        const name = featureIn(reading.folder);
        return [reading instanceof RememberedFeature ? name : (reading.lock?.feature ?? name), reading];
      }),
    );
    this.read = anew.flatMap(({ lock }) => lock ?? []);
    this.alone = anew.flatMap(({ folder, feature, lock }) =>
      feature === null && lock?.feature === featureIn(folder) ? [lock] : [],
    );
  }

  get(feature: string): Lock | null {
    return this.#byFeature.get(feature)?.lock ?? null;
  }

  /** Where the lock of a feature lies, or would: its folder. Null for one that no folder of features has. */
  folderOf(feature: string): string | null {
    return this.#folders.get(feature) ?? null;
  }

  all(): readonly Lock[] {
    return this.#readings.flatMap(({ lock }) => lock ?? []);
  }
}
