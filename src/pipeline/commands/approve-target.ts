// What does a person say yes to? To the plan of a feature, to the new text or the draft of a task, or to the product of a
// project.

import type { TaskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Approval } from "../../model/decision.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { approveFeature } from "../planning/approve-plan.ts";
import type { Caller } from "./caller.ts";
import { asBuild, withLock } from "./locked-build.ts";

/** Fails where there is no such target, nothing of it waits, or its product cannot be merged. */
export async function approveTarget(
  caller: Caller,
  options: BuildOptions,
  target: string,
): Promise<Result<Approval>> {
  if (target.endsWith("/")) return mergeProduct(caller, options, target.slice(0, -1));
  if (target.includes(":")) return takeTask(caller, target as TaskId);
  const approved = await withLock(caller, (place) => approveFeature(place, target));
  return approved.ok ? success({ of: "feature", feature: target, approved: approved.value }) : approved;
}

async function takeTask(caller: Caller, task: TaskId): Promise<Result<Approval>> {
  const { approveTask } = await import("../tasks/approve-task.ts");
  const file = await withLock(caller, (place) => approveTask(place, task));
  return file.ok ? success({ of: "task", task, file: file.value }) : file;
}

async function mergeProduct(
  caller: Caller,
  options: BuildOptions,
  project: string,
): Promise<Result<Approval>> {
  const { approveMerge } = await import("../settling/approve-merge.ts");
  const merged = await asBuild(caller, (environment) => approveMerge(environment, options, project));
  if (!merged.ok) return merged;
  const { result, failure } = merged.value;
  return failure === null ? success({ of: "product", project, result }) : failed(failure);
}
