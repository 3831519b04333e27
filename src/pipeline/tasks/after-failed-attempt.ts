// What follows an attempt that came to nothing, and of which the next one can learn?

import { routeRole } from "../../engine/route.ts";
import type { Failure } from "../../model/failure.ts";
import type { Run } from "../run/run.ts";
import type { TaskJob } from "./judge-task.ts";

/** What was done for the task so far. */
interface Made {
  readonly tries: number;
  readonly rebases: number;
}

/** The generator would only write the same again; any other agent may do better in a fresh session, or with a better task. */
export function afterFailedAttempt(
  { sources, signal }: Run,
  { agent }: TaskJob,
  failure: Failure,
  { tries, rebases }: Made,
): "draft" | "rewrite" | "failed" {
  const { limits } = sources.workspace;
  if (agent.kind === "generator" || signal.aborted) return "failed";
  const isHopeless = failure.reason === "review-rejected" && failure.verdict === "rebase";
  if (!isHopeless && tries < limits.attempts) return "draft";
  const rebasers = routeRole("rebase", sources.workspace);
  return rebases < limits.rebases && rebasers.length > 0 ? "rewrite" : "failed";
}
