// What would come of the work that is due, as far as it can be known before anybody does it? Whoever only looks asks, and
// goes on as if it were done: nothing is run, and what is made is made in memory.

import { failed, type Result, success } from "../../model/result.ts";
import { isWhole } from "../../model/task.ts";
import { groundOf } from "../product/ground.ts";
import type { Run } from "../run/run.ts";
import { NOTHING } from "./candidate.ts";
import { inspectScope } from "./inspect-scope.ts";
import { draftInstead, type Judged, refused, type TaskJob } from "./judge-task.ts";
import { keepDraft } from "./keep-draft.ts";
import { mergeMovedOutputs } from "./merge-moved-outputs.ts";
import { renderedWork } from "./rendered.ts";
import { type Contribution, select } from "./selection.ts";
import { draftOf } from "./submitted-draft.ts";

/** `isKnown` where the result is, so that what comes after is judged by it. */
export interface PredictedTask extends Judged {
  readonly isKnown: boolean;
}

export async function predictResult(run: Run, judged: Judged): Promise<PredictedTask> {
  const { judgement, job } = judged;
  const open = { ...judged, isKnown: false };
  if (job === null || judgement.verdict === "blocked" || judgement.obstacle !== null) return open;
  if (isWhole(job.task) && judgement.work === "draft") return known(run, job, NOTHING);
  switch (judgement.work) {
    case "use-stored":
      return job.stored === null ? open : known(run, job, job.stored);
    case "draft":
      return job.agent.kind === "generator" ? predictGenerated(run, job) : open;
    case "merge-outputs":
      return job.agent.kind === "generator" ? predictGenerated(run, job) : predictMerged(run, job);
    default:
      return { ...judged, isKnown: true };
  }
}

async function predictGenerated(run: Run, job: TaskJob): Promise<PredictedTask> {
  const made = await generatedResult(run, job);
  return made.ok ? known(run, job, made.value) : unknown(refused(job, made.failure));
}

async function predictMerged(run: Run, job: TaskJob): Promise<PredictedTask> {
  const merged = await mergeMovedOutputs(run, job.state, job.node);
  if (!merged.ok) return unknown(refused(job, merged.failure));
  const before = run.selected.entry(job.task.id);
  if (merged.value === null || before === null)
    return unknown(await draftInstead(run, job, job.judgement.reasons));
  return known(run, job, { ...before, outputs: merged.value.outputs });
}

function known(run: Run, job: TaskJob, contribution: Contribution): PredictedTask {
  select(run, job, contribution);
  return { judgement: job.judgement, job, isKnown: true };
}

function unknown(job: TaskJob): PredictedTask {
  return { judgement: job.judgement, job, isKnown: false };
}

/** As a build would take them from the generator, or what it would refuse them for. */
async function generatedResult(run: Run, job: TaskJob): Promise<Result<Contribution>> {
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return ground;
  const made = await renderedWork(job, ground.value.tree);
  if (!made.ok) return made;
  const { changes, reads } = made.value;
  const work = { changes, reads, question: null, notes: null };
  const handedIn = { agent: job.agent.id, work, worktree: null };
  const draft = await draftOf(job, ground.value.tree, handedIn);
  if (!draft.ok) return draft;
  const released = run.selected.entry(job.task.id)?.released ?? [];
  const own = draft.value.changes.filter(({ path }) => !released.includes(path));
  const scope = await inspectScope(run, job, own, []);
  if (!scope.ok) return scope;
  if (!scope.value.passed) return failed({ reason: "gates-failed", results: [scope.value] });
  const outputs = await keepDraft(run, job, own);
  return outputs.ok ? success({ outputs: outputs.value, reads }) : outputs;
}
