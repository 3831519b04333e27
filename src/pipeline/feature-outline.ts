// What of a feature can others depend on? Its outline: ids, references and claims, without texts. In the index it is
// packed into tuples, since at ten thousand tasks the names of keys would take longer to read than what they hold.

import type { TaskId } from "../model/address.ts";
import type { Digest } from "../model/digest.ts";
import type { Feature } from "../model/feature.ts";
import type { FileMode } from "../model/output.ts";
import type { Place } from "../model/place.ts";
import type { Task, TaskType } from "../model/task.ts";
import type { Lock, LockEntry, PlanningRecord } from "../model/trace.ts";

type PackedPlace = readonly [file: string, line: number, column: number];

type PackedTask = readonly [
  id: TaskId,
  title: string,
  type: TaskType,
  project: string,
  requirements: readonly string[],
  dependsOn: readonly TaskId[],
  filesHint: readonly string[],
  /** Id of the first criterion: what counts here is that there is one. */
  criterion: string | null,
  generator: string | null,
  agent: string | null,
  gates: readonly string[] | null,
  place: PackedPlace,
];

type Kept = "id" | "title" | "file" | "projects" | "dependsOn" | "clarifications" | "backlog";

export interface PackedOutline extends Pick<Feature, Kept> {
  readonly requirements: readonly (readonly [id: string, place: PackedPlace])[];
  readonly tasks: readonly PackedTask[];
}

export function packOutline(feature: Feature): PackedOutline {
  const { id, title, file, projects, dependsOn, clarifications, backlog } = feature;
  return {
    ...{ id, title, file, projects, dependsOn, clarifications, backlog },
    requirements: feature.requirements.map((requirement) => [requirement.id, packPlace(requirement.place)]),
    tasks: feature.tasks.map((task) => [
      task.id,
      task.title,
      task.type,
      task.project,
      task.requirements,
      task.dependsOn,
      task.filesHint,
      task.acceptance[0]?.id ?? null,
      task.generator,
      task.agent,
      task.gates,
      packPlace(task.place),
    ]),
  };
}

/** A feature to link and to check references with; whoever reads its texts must load the whole. */
export function unpackOutline({ requirements, tasks, ...kept }: PackedOutline): Feature {
  return {
    ...kept,
    template: null,
    params: [],
    sections: [],
    constraints: [],
    places: {},
    requirements: requirements.map(([id, place]) => ({ id, text: "", place: unpackPlace(place) })),
    tasks: tasks.map((task) => unpackTask(kept.id, task)),
  };
}

const NO_CONTEXT: Task["context"] = { files: [], constraints: [], patterns: [], negativeEvidence: [] };

function unpackTask(feature: string, packed: PackedTask): Task {
  const [id, title, type, project, requirements, dependsOn, filesHint, criterion] = packed;
  const [, , , , , , , , generator, agent, gates, packedPlace] = packed;
  const place = unpackPlace(packedPlace);
  const acceptance = criterion === null ? [] : [{ id: criterion, text: "", place }];
  const references = { requirements, dependsOn, filesHint, generator, agent, gates };
  const empty = { description: "", context: NO_CONTEXT, independentTests: false, places: {} };
  return { id, feature, title, type, project, ...references, ...empty, acceptance, place };
}

function packPlace({ file, line, column }: Place): PackedPlace {
  return [file, line, column];
}

function unpackPlace([file, line, column]: PackedPlace): Place {
  return { file, line, column };
}

type PackedOutput = readonly [path: string, mode: FileMode, digest: Digest | null, base: Digest | null];

type PackedEntry = readonly [
  id: string,
  project: string,
  key: Digest,
  verification: Digest,
  outputs: readonly PackedOutput[],
  rest: Pick<LockEntry, "reads" | "released" | "yielding"> | null,
];

export interface PackedLock {
  readonly feature: string;
  readonly tasks: readonly PackedEntry[];
  readonly planning?: PlanningRecord;
}

export function packLock({ feature, tasks, planning }: Lock): PackedLock {
  const entries = Object.entries(tasks).map(([id, entry]) => packEntry(id, entry));
  return { feature, tasks: entries, ...(planning === undefined ? {} : { planning }) };
}

function packEntry(id: string, entry: LockEntry): PackedEntry {
  const { project, key, verification, reads, released, yielding } = entry;
  const outputs = entry.outputs.map(
    ({ path, mode, digest, base }): PackedOutput => [path, mode, digest, base],
  );
  const plain = reads.length + released.length + yielding.length === 0;
  return [id, project, key, verification, outputs, plain ? null : { reads, released, yielding }];
}

const NOTHING_ELSE = { reads: [], released: [], yielding: [] } as const;

export function unpackLock({ feature, tasks, planning }: PackedLock): Lock {
  return {
    version: 1,
    feature,
    ...(planning === undefined ? {} : { planning }),
    tasks: Object.fromEntries(tasks.map((task) => [task[0], unpackEntry(task)])),
  };
}

function unpackEntry([, project, key, verification, outputs, rest]: PackedEntry): LockEntry {
  const unpacked = outputs.map(([path, mode, digest, base]) => ({ path, mode, digest, base }));
  return { project, key, verification, outputs: unpacked, ...(rest ?? NOTHING_ELSE) };
}
