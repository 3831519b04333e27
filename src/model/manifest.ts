// What may affect an action, in order? The key and its explanation are both read from this list.

import type { TaskId } from "./address.ts";
import { type Digest, digestOf, type Json } from "./digest.ts";
import type { Place } from "./place.ts";
import type { SegmentKind } from "./window.ts";

export type ComponentKind = SegmentKind | "agent" | "template" | "output" | "file";

export interface Component {
  readonly kind: ComponentKind;
  readonly name: string;
  readonly digest: Digest;
  /** The text itself where it is short enough to explain a difference by its lines; not part of the key. */
  readonly text: string | null;
  /** Where it stands in the sources; not part of the key. */
  readonly place: Place | null;
}

export interface Manifest {
  readonly task: TaskId;
  readonly components: readonly Component[];
}

/** The action key: equal keys mean that the same agent would be shown the same window. */
export function actionKey(manifest: Manifest): Digest {
  return digestOf(
    "action/1",
    manifest.components.map((component) => [component.kind, component.name, component.digest]),
  );
}

/** What a task's gates judged, and with what. Its digest is the verification key (engine/verification.ts). */
export interface VerificationManifest {
  /** Of the task's outputs, on top of what its dependencies put into the project. */
  readonly foundation: Digest;
  /** What of each gate decides its verdict; its id is the first. */
  readonly gates: readonly (readonly Json[])[];
  /** Ids of the criteria that are to be proven. */
  readonly criteria: Digest;
  readonly toolchain: Digest;
}
