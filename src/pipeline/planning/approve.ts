// How does a person say yes to a planned backlog? The yes stands in the lock, beside what was planned, until the factory
// plans other tasks: what people edit themselves needs no approval.

import { digestOfBytes } from "../../model/digest.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { Blobs } from "../../store/blobs.ts";
import { DISK } from "../../store/durable-io.ts";
import { NOTHING_REMEMBERED, readSources } from "../reading/read.ts";
import { Planning } from "./plan-facts.ts";
import { proposedRecord, withdraw } from "./settle-plan.ts";
import { finishPlans, writeRecord } from "./write-plan.ts";

/** What was approved: the backlog, or the files as they are where they clash with a new plan. */
export type Approved = "backlog" | "files" | "nothing";

/** Fails with `usage` where there is no such feature, or it has no backlog of the factory's. */
export async function approveFeature(
  { root, packageRoot }: { readonly root: string; readonly packageRoot: string },
  id: string,
): Promise<Result<Approved>> {
  const finished = await finishPlans(root, new Blobs(`${root}/.factory/store`, DISK));
  if (!finished.ok) return finished;
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const feature = sources.features.find((one) => one.id === id);
  if (feature === undefined) {
    const fix = "Name a feature of specs/, or a project as `project/`.";
    return failed({ reason: "usage", message: `there is no feature ${JSON.stringify(id)}`, fix });
  }
  const facts = await new Planning(sources).factsOf(feature, false);
  if (!facts.ok) return facts;
  const proposed = facts.value === null ? null : proposedRecord(root, facts.value);
  const record = proposed ?? sources.locks.get(id)?.planning;
  const backlog = facts.value?.backlog ?? null;
  if (record === undefined || backlog === null) {
    const message = `the backlog of ${id} was not planned by the factory, so there is nothing to approve`;
    return failed({ reason: "usage", message, fix: "Build it: what people write needs no approval." });
  }
  if (proposed === null && record.approved !== null) return success("nothing");
  const approved = { ...record, approved: digestOfBytes(backlog) };
  const written = await writeRecord(root, { feature: id, record: approved });
  if (!written.ok) return written;
  if (proposed === null) return success("backlog");
  const withdrawn = await withdraw(root, id);
  return withdrawn.ok ? success("files") : withdrawn;
}
