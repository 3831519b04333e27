// How does a person say yes to a planned backlog? The yes stands in the lock, beside what was planned, until the factory
// plans other tasks: what people edit themselves needs no approval.

import { join } from "node:path";
import { link } from "../../engine/graph.ts";
import type { ApprovedPlan } from "../../model/decision.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { digestOfBytes } from "../../model/digest.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { readIfThere } from "../../platform/files.ts";
import { findings } from "../../spec/validate/validate.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import { type Place, readWhole } from "../reading/read-whole.ts";
import type { Sources } from "../reading/sources.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import { type HeldPlan, heldPlan, heldWriting, plannedFeature } from "./held-plan.ts";
import { type PlanFacts, Planning } from "./plan-facts.ts";
import { type PlanStorage, proposedRecord, withdraw } from "./settle-plan.ts";
import { finishPlans, type PlanWriting, writePlan, writeRecord } from "./write-plan.ts";

const LARGEST = 1024 * 1024;

/** Fails with `usage` where there is no such feature, or it has no backlog of the factory's. */
export async function approveFeature(place: Place, id: string): Promise<Result<ApprovedPlan>> {
  const { root } = place;
  const blobs = new Blobs(`${root}/.factory/store`, DISK);
  const finished = await finishPlans(root, blobs);
  if (!finished.ok) return finished;
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const feature = sources.features.find((one) => one.id === id);
  if (feature === undefined) {
    const known = knownTargets(link(sources.features), sources.workspace.projects);
    return failed(unknownTarget("feature", id, known));
  }
  const facts = await new Planning(sources).factsOf(feature, false);
  if (!facts.ok) return facts;
  const held = facts.value === null ? success(null) : heldPlan(root, facts.value);
  if (!held.ok) return held;
  if (facts.value !== null && held.value !== null)
    return takePlan({ root, blobs }, sources, { facts: facts.value, held: held.value });
  const found = facts.value === null ? success(null) : proposedRecord(root, facts.value);
  if (!found.ok) return found;
  const proposed = found.value;
  const record = proposed ?? sources.locks.get(id)?.planning;
  // Where nobody is routed to plan any more, what was planned still waits.
  const kept = readIfThere(join(root, folderOf(feature), "BACKLOG.yaml"), LARGEST);
  if (!kept.ok) return kept;
  const backlog = facts.value === null ? kept.value : facts.value.backlog;
  if (record === undefined || backlog === null) {
    const message = `the backlog of ${id} was not planned by the factory, so there is nothing to approve`;
    return failed({ reason: "usage", message, fix: "Build it: what people write needs no approval." });
  }
  if (proposed === null && record.approved !== null) return success("nothing");
  const approved = { ...record, approved: digestOfBytes(backlog) };
  const written = await writeRecord(root, { feature: id, folder: folderOf(feature), record: approved });
  if (!written.ok) return written;
  if (proposed === null) return success("backlog");
  const withdrawn = await withdraw(root, id);
  return withdrawn.ok ? success("files") : withdrawn;
}

interface Waiting {
  readonly facts: PlanFacts;
  readonly held: HeldPlan;
}

async function takePlan(
  storage: PlanStorage,
  sources: Sources,
  { facts, held }: Waiting,
): Promise<Result<ApprovedPlan>> {
  const { id } = facts.feature;
  if (held.edited.length > 0) {
    const message = `${held.edited.join(" and ")} was edited after ${id} was planned again`;
    const fix = "Run `factory build`: it makes a plan for what is there now.";
    return failed({ reason: "usage", message, fix });
  }
  const writing = heldWriting(storage.root, facts, held);
  if (!writing.ok) return writing;
  const clashes = clashesOf(sources, facts, writing.value);
  if (clashes.length > 0) {
    const [first] = clashes as [Diagnostic];
    const proposal = `.factory/tasks/${id}/BACKLOG.proposed.yaml`;
    return failed({
      reason: "usage",
      message: `the plan of ${id} that waits does not fit what the workspace holds by now: ${first.message}`,
      fix: `${first.fix} Do so in ${proposal} and approve it again, or have ${id} planned anew with \`factory retry ${id}\`.`,
    });
  }
  const written = await writePlan(storage.root, storage.blobs, writing.value);
  if (!written.ok) return written;
  const withdrawn = await withdraw(storage.root, id);
  return withdrawn.ok ? success("plan") : withdrawn;
}

/** While it waited, other features went on: what would be wrong with it in the workspace, and is not wrong without it. */
function clashesOf(
  { workspace, features, templates, prompts }: Sources,
  facts: PlanFacts,
  { files }: PlanWriting,
): readonly Diagnostic[] {
  const backlog = files.find(({ name }) => name === "BACKLOG.yaml")?.after ?? "";
  const planned = plannedFeature(facts, backlog);
  if (!planned.ok) return [];
  const errorsIn = (all: readonly Feature[]) =>
    findings(workspace, all, templates, undefined, prompts.keys()).filter(
      ({ severity }) => severity === "error",
    );
  const known = new Set(errorsIn(features).map(({ message }) => message));
  const around = features.map((one) => (one.id === planned.value.id ? planned.value : one));
  return errorsIn(around).filter(({ message }) => !known.has(message));
}
