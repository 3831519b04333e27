// How is a task said better after its drafts have failed? Somebody is shown the task as it was written, what it is to
// fulfil and what went wrong, and answers with a better task. It is written into the spec where the old one stood, with
// all around it untouched, and only where the workspace stays sound; the drafts are thrown away. What would give more
// away than people agreed to is written beside it, and waits for them.

import type { SessionResult } from "../../agents/agent-port.ts";
import { rebaseWindow } from "../../context/rebase-window.ts";
import type { Refused } from "../../context/refused.ts";
import { windowTexts } from "../../context/window-text.ts";
import { type Graph, withFeature } from "../../engine/graph.ts";
import { routeRole } from "../../engine/route.ts";
import type { Failure } from "../../model/failure.ts";
import type { Feature } from "../../model/feature.ts";
import { addUsage, NO_USAGE } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { AgentWords } from "../../model/review.ts";
import type { Task } from "../../model/task.ts";
import { failureText } from "../../report/failure-text.ts";
import { betterTask } from "../../spec/answers/better-task.ts";
import { wideningsOf } from "../../spec/compare/find-widenings.ts";
import type { TaskRevision } from "../../spec/edit/edit-task.ts";
import { taskYaml } from "../../spec/edit/task-yaml.ts";
import { writeDurably } from "../../store/durable.ts";
import { groundOf } from "../product/ground.ts";
import { pointerFaults } from "../projects/pointer-faults.ts";
import { rulesFor } from "../reading/project-rules.ts";
import type { Run } from "../run/run.ts";
import { askAgent } from "../sessions/agent-session.ts";
import { promptOf } from "../sessions/prompt.ts";
import type { TaskJob } from "./judge-task.ts";
import { reviseSource } from "./revise-source.ts";
import { sensitiveFiles } from "./sensitive-files.ts";
import { propose } from "./task-proposal.ts";

export interface RewriteMaterial {
  readonly failures: readonly Failure[];
  /** What agents said when they handed in. */
  readonly words: readonly AgentWords[];
  readonly salt: string;
  /** Counts from 1. */
  readonly rebase: number;
}

/** How often an answer that cannot be used is sent back with what is wrong with it. */
const REPAIRS = 1;

/** The graph with the better task in it, once the spec on disk says so. */
export async function rewriteTask(
  run: Run,
  job: TaskJob,
  material: RewriteMaterial,
): Promise<SessionResult<Graph>> {
  let usage = NO_USAGE;
  let refused: Refused | null = null;
  for (let repair = 0; ; repair++) {
    const asked = await ask(run, job, { ...material, refused });
    usage = addUsage(usage, asked.usage);
    if (!asked.result.ok) return { result: asked.result, usage };
    const answer = asked.result.value;
    const revision = betterTask(answer, job.task);
    const written = revision.ok
      ? await run.specWrites.hold(() => rewrite(run, job, revision.value))
      : revision;
    if (written.ok) return { result: success(withFeature(run.graph, written.value)), usage };
    if (!Array.isArray(written.failure)) return { result: failed(written.failure as Failure), usage };
    const reasons = written.failure as readonly string[];
    if (repair === REPAIRS)
      return { result: failed({ reason: "agent-answer", role: "rebase", detail: reasons.join(" ") }), usage };
    refused = { answer, findings: reasons };
  }
}

async function ask(
  run: Run,
  { task, feature, state }: TaskJob,
  { failures, words, salt, rebase, refused }: RewriteMaterial & { readonly refused: Refused | null },
): Promise<SessionResult<string>> {
  const { workspace } = run.sources;
  const prompt = await promptOf(run.sources, "rebase", state.project);
  if (!prompt.ok) return { result: prompt, usage: NO_USAGE };
  const told = failures.map((failure) => {
    const { message, detail } = failureText(failure, task.id);
    return [message, ...detail].join(" ");
  });
  const material = {
    prompt: prompt.value,
    task,
    entry: taskYaml(task),
    feature,
    rules: rulesFor(run.sources, state.project),
    failures: told,
    words,
    refused,
  };
  const window = rebaseWindow(material, workspace.limits.planningBytes);
  if (!window.ok) return { result: window, usage: NO_USAGE };
  return askAgent(run.sessions, routeRole("rebase", workspace), {
    order: {
      role: "rebase",
      phase: "rework",
      subject: task.id,
      project: state.project.id,
      attempt: rebase,
      salt,
      window: window.value,
    },
    ...windowTexts(window.value),
    access: null,
  });
}

/** Fails with sentences for the author, or because a person has to see the better task first. */
async function rewrite(
  run: Run,
  job: TaskJob,
  revision: TaskRevision,
): Promise<Result<Feature, Failure | readonly string[]>> {
  const { task, feature: read } = job;
  const revised = reviseSource(run, task, revision);
  if (!revised.ok) return revised;
  const pointers = await strayPointers(run, job, revised.value.task);
  if (!pointers.ok) return pointers;
  if (pointers.value.length > 0) return failed(pointers.value);
  const { file, path, before, after, feature } = revised.value;
  const sensitive = await sensitiveFiles(job);
  if (!sensitive.ok) return sensitive;
  const widenings = wideningsOf(task, revised.value.task, sensitive.value);
  if (widenings.length > 0)
    return failed(await propose(run.sources.root, { task, feature: read, revision, widenings }));
  const written = await writeDurably(path, after);
  run.edits?.rewrote(file, before, after);
  return written.ok ? success(feature) : written;
}

/** Of those that the better task adds, the ones that lead nowhere in what it begins with. */
async function strayPointers(
  run: Run,
  { task, state, node }: TaskJob,
  better: Task,
): Promise<Result<readonly string[]>> {
  const isNew = (pointer: string) => !task.context.files.includes(pointer);
  if (!better.context.files.some(isNew)) return success([]);
  const ground = await groundOf(run, state, node);
  if (!ground.ok) return ground;
  const pointing = { tasks: [better], all: run.graph.tasks, before: new Map([[task.id as string, task]]) };
  return pointerFaults(pointing, [{ project: task.project, state, tree: ground.value.tree }]);
}
