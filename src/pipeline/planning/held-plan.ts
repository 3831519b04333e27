// Which new plan of a feature waits for a person, because it gives tasks more than they have? Its documents lie beside
// the other files of the feature's planning; it counts while the request and the files are those that it was made for.

import { join } from "node:path";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { PlanningRecord } from "../../model/trace.ts";
import { readIfThere } from "../../platform/files.ts";
import type { PlanWidening } from "../../spec/compare/plan-widenings.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { removeDurably, writeDurably } from "../../store/durable.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { PlanFile, PlanWriting } from "./write-plan.ts";

const LIMIT = 1024 * 1024;

/** Beside the other files of the feature. */
export const HELD_NOTE = "planning.held.json";

/** Where each document waits. */
const PROPOSALS: Readonly<Record<PlanFile["name"], string>> = {
  "PLAN.md": "PLAN.proposed.md",
  "BACKLOG.yaml": "BACKLOG.proposed.yaml",
  "context.md": "context.proposed.md",
};

interface Note {
  /** Of the planning as it will be. */
  readonly record: PlanningRecord;
  /** Digests of what the documents take the place of; null: of no file. */
  readonly before: Readonly<Partial<Record<PlanFile["name"], Digest | null>>>;
  readonly changes: readonly PlanWidening[];
}

export interface HeldPlan {
  readonly record: PlanningRecord;
  readonly failure: Failure;
  /** Documents that were edited since: what waits is no answer to them. */
  readonly edited: readonly string[];
  readonly names: readonly PlanFile["name"][];
}

function waitingFolder(root: string, feature: string): string {
  return join(root, ".factory", "tasks", feature);
}

function waits(feature: string, changes: readonly PlanWidening[]): Failure {
  const proposal = `.factory/tasks/${feature}/${PROPOSALS["BACKLOG.yaml"]}`;
  return { reason: "change-waits", target: feature, proposal, changes };
}

/** Writes it down. The failure that tells of it; or `io`, where it could not be kept. */
export async function holdPlan(
  root: string,
  { feature, record, files }: PlanWriting,
  changes: readonly PlanWidening[],
): Promise<Failure> {
  const folder = waitingFolder(root, feature);
  const before: Partial<Record<PlanFile["name"], Digest | null>> = {};
  for (const file of files) {
    before[file.name] = file.before === null ? null : digestOfBytes(file.before);
    const written = await writeDurably(join(folder, PROPOSALS[file.name]), file.after);
    if (!written.ok) return written.failure;
  }
  const note: Note = { record, before, changes };
  const noted = await writeDurably(join(folder, HELD_NOTE), `${JSON.stringify(note, null, 2)}\n`);
  return noted.ok ? waits(feature, changes) : noted.failure;
}

/** Whether anything was ever held that is not dropped yet, whatever it was made for. */
export function mayHold(root: string, feature: string): Result<boolean> {
  const read = readIfThere(join(waitingFolder(root, feature), HELD_NOTE), LIMIT);
  return read.ok ? success(read.value !== null) : read;
}

/** Null where nothing waits that was made for this very planning. Fails where that cannot be told. */
export function heldPlan(root: string, { feature, key }: PlanFacts): Result<HeldPlan | null> {
  const path = join(waitingFolder(root, feature.id), HELD_NOTE);
  const read = readIfThere(path, LIMIT);
  if (!read.ok || read.value === null) return read as Result<null>;
  const note = noteIn(read.value);
  if (note === null) return failed(broken(path, feature.id, "it is not a note of a plan"));
  if (note.record.key !== key) return success(null);
  const names = Object.keys(note.before) as PlanFile["name"][];
  const edited: string[] = [];
  for (const name of names) {
    const now = readIfThere(join(root, folderOf(feature), name), LIMIT);
    if (!now.ok) return now;
    const digest = now.value === null ? null : digestOfBytes(now.value);
    if (digest !== note.before[name]) edited.push(`${folderOf(feature)}/${name}`);
  }
  return success({ record: note.record, failure: waits(feature.id, note.changes), edited, names });
}

function noteIn(bytes: Uint8Array): Note | null {
  try {
    const note = JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<Note> | null;
    const isNote = note?.record !== undefined && note.before !== undefined && Array.isArray(note.changes);
    return isNote ? (note as Note) : null;
  } catch {
    return null;
  }
}

function broken(path: string, feature: string, detail: string): Failure {
  const fix = `Fix it, or drop what waits with \`factory retry ${feature}\`.`;
  return { reason: "usage", message: `${path} cannot be used: ${detail}`, fix };
}

/** What `factory approve` writes: the documents as they lie there now, also where a person has mended them. */
export function heldWriting(root: string, facts: PlanFacts, held: HeldPlan): Result<PlanWriting> {
  const { id } = facts.feature;
  const files: PlanWriting["files"][number][] = [];
  for (const name of held.names) {
    const path = join(waitingFolder(root, id), PROPOSALS[name]);
    const after = readIfThere(path, LIMIT);
    if (!after.ok) return after;
    if (after.value === null) return failed(broken(path, id, "it is gone"));
    const before = readIfThere(join(root, folderOf(facts.feature), name), LIMIT);
    if (!before.ok) return before;
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
    files.push({ name, before: before.value === null ? null : text(before.value), after: text(after.value) });
  }
  const backlog = files.find(({ name }) => name === "BACKLOG.yaml")?.after ?? "";
  const read = plannedFeature(facts, backlog);
  if (!read.ok) return read;
  const record = { ...held.record, approved: digestOfBytes(backlog) };
  return success({ feature: id, folder: folderOf(facts.feature), record, files });
}

/** The feature with this backlog. Fails with `invalid-spec` where the two make none. */
export function plannedFeature({ feature, requestFile }: PlanFacts, backlog: string): Result<Feature> {
  const { value, diagnostics } = parseFeature({
    feature: { path: feature.file, bytes: Buffer.from(requestFile) },
    backlog: { path: `${folderOf(feature)}/BACKLOG.yaml`, bytes: Buffer.from(backlog) },
    plan: null,
  });
  const isSound = value !== null && diagnostics.every(({ severity }) => severity !== "error");
  return isSound ? success(value) : failed({ reason: "invalid-spec", diagnostics });
}

export async function dropHeldPlan(root: string, feature: string): Promise<Result<void>> {
  const folder = waitingFolder(root, feature);
  for (const name of [HELD_NOTE, ...Object.values(PROPOSALS)]) {
    const removed = await removeDurably(join(folder, name));
    if (!removed.ok) return removed;
  }
  return success(undefined);
}
