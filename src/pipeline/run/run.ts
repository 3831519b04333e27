// What does one build hold while it runs? Made once by the line and passed whole to every step; each mutable part has
// one owner, named beside it.

import type { Graph } from "../../engine/graph.ts";
import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import type { Semaphore } from "../../platform/semaphore.ts";
import type { Blobs } from "../../store/blobs.ts";
import type { GateTrials } from "../../store/gate-trials.ts";
import type { PassedChecks } from "../../store/passed-checks.ts";
import type { Traces } from "../../store/traces.ts";
import type { GateSelfTest } from "../gating/gate-self-test.ts";
import type { Services } from "../gating/running-services.ts";
import type { SeenPasses } from "../gating/seen-passes.ts";
import type { ProjectStates } from "../projects/project-states.ts";
import type { SelectedResults } from "../projects/selected-results.ts";
import type { FeatureReading } from "../reading/feature-reading.ts";
import type { SourceEdits } from "../reading/source-edits.ts";
import type { Sources } from "../reading/sources.ts";
import type { BuildSessions } from "../sessions/build-sessions.ts";
import type { Ledger } from "../sessions/ledger.ts";
import type { Slots } from "../slots/slots.ts";
import type { FleetDrafts } from "../stages/fleet-drafts.ts";
import type { Stages } from "../stages/stage.ts";
import type { Interfaces } from "./interfaces.ts";

export interface Run {
  readonly sources: Sources;
  /** Tasks and what they need. The step that rewrites a task puts its new text in; its edges stay. */
  graph: Graph;
  readonly options: BuildOptions;
  /** Tasks that are regenerated whatever the judgement. */
  readonly forced: ReadonlySet<TaskId>;
  readonly blobs: Blobs;
  readonly traces: Traces;
  readonly passedChecks: PassedChecks;
  readonly interfaces: Interfaces;
  /** Folders in which stages work; each lends itself to one at a time. */
  readonly slots: Slots;
  readonly gateSelfTest: GateSelfTest;
  readonly ledger: Ledger;
  /** Results of tasks; changed only by the step that settles a task. */
  readonly selected: SelectedResults;
  readonly projects: ProjectStates;
  /** Features of which the graph holds the outline alone, by id. */
  readonly outlines: ReadonlyMap<string, FeatureReading>;
  /** Features whose tasks wait, and what for. */
  readonly held: ReadonlyMap<string, Failure>;
  /** What sessions with agents need. */
  readonly sessions: BuildSessions;
  /** Who judges trees by gates. */
  readonly stages: Stages;
  /** Who makes drafts by programs elsewhere; null: nobody. */
  readonly drafts: FleetDrafts | null;
  readonly services: Services;
  readonly trials: GateTrials;
  readonly passes: SeenPasses;
  /** One rewrites a spec at a time: the next reads what the last wrote. */
  readonly specWrites: Semaphore;
  /** What people change meanwhile; null where nobody watches. */
  readonly edits: SourceEdits | null;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
  /** Whether this is still the one build of the workspace; asked before a branch is moved. */
  readonly holds: () => boolean;
  /** Milliseconds since the epoch when the build began: the date of all commits that it makes. */
  readonly startedAt: number;
  readonly clock: () => number;
}
