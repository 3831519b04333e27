// How is a task said better after its drafts have failed? Somebody is shown the task as it was written, what it is to
// fulfil and what went wrong, and answers with a better task. It is written into the spec where the old one stood, with
// all around it untouched, and only where the workspace stays sound; the drafts are thrown away.

import type { Ended } from "../../agents/agent.ts";
import { rebaseWindow } from "../../context/rebase-window.ts";
import type { Refused } from "../../context/refused.ts";
import { windowTexts } from "../../context/window-text.ts";
import { type Graph, withFeature } from "../../engine/graph.ts";
import { routeRole } from "../../engine/route.ts";
import { localIdOf } from "../../model/address.ts";
import type { Failure } from "../../model/failure.ts";
import type { Feature } from "../../model/feature.ts";
import { addUsage, NO_USAGE } from "../../model/output.ts";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { failureText } from "../../report/failure-text.ts";
import { betterTask } from "../../spec/better-task.ts";
import { reviseTask, reviseTaskInFeature, type TaskRevision } from "../../spec/edit-task.ts";
import { parseFeature } from "../../spec/feature.ts";
import { findings } from "../../spec/sound.ts";
import { taskYaml } from "../../spec/task-yaml.ts";
import { writeDurably } from "../../store/durable.ts";
import { withDefaults } from "../reading/param-defaults.ts";
import type { Run } from "../run.ts";
import { promptOf } from "../sessions/prompt.ts";
import { inquire } from "../sessions/session.ts";
import type { Order } from "./judge-task.ts";
import { featureFiles, type TaskSource, taskSource } from "./task-source.ts";

export interface Hindsight {
  readonly failures: readonly Failure[];
  readonly salt: string;
  /** Counts from 1. */
  readonly rebase: number;
}

/** How often an answer that cannot be used is sent back with what is wrong with it. */
const REPAIRS = 1;

/** The graph with the better task in it, once the spec on disk says so. */
export async function rebaseTask(run: Run, order: Order, hindsight: Hindsight): Promise<Ended<Graph>> {
  let usage = NO_USAGE;
  let refused: Refused | null = null;
  for (let repair = 0; ; repair++) {
    const asked = await ask(run, order, { ...hindsight, refused });
    usage = addUsage(usage, asked.usage);
    if (!asked.result.ok) return { result: asked.result, usage };
    const answer = asked.result.value;
    const revision = betterTask(answer, order.task);
    const written = revision.ok
      ? await run.specWrites.hold(() => rewrite(run, order.task, revision.value))
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
  { task, feature, site }: Order,
  { failures, salt, rebase, refused }: Hindsight & { readonly refused: Refused | null },
): Promise<Ended<string>> {
  const { workspace } = run.sources;
  const prompt = await promptOf(run.sources, "rebase", site.project);
  if (!prompt.ok) return { result: prompt, usage: NO_USAGE };
  const told = failures.map((failure) => {
    const { message, detail } = failureText(failure, task.id);
    return [message, ...detail].join(" ");
  });
  const material = { prompt: prompt.value, task, entry: taskYaml(task), feature, failures: told, refused };
  const window = rebaseWindow(material, workspace.limits.planningBytes);
  if (!window.ok) return { result: window, usage: NO_USAGE };
  return inquire(run.desk, routeRole("rebase", workspace), {
    errand: {
      role: "rebase",
      phase: "rework",
      subject: task.id,
      project: site.project.id,
      attempt: rebase,
      salt,
      window: window.value,
    },
    ...windowTexts(window.value),
    looks: null,
  });
}

/** Fails with sentences for the author where the better task would make the workspace unsound. */
async function rewrite(
  run: Run,
  task: Task,
  revision: TaskRevision,
): Promise<Result<Feature, Failure | readonly string[]>> {
  if (Object.keys(revision).length === 0) return failed(["Nothing in it differs from the task that failed."]);
  const source = taskSource(run, task.id);
  if (!source.ok) return source;
  const { name, path, local } = source.value;
  if (local === null) return failed(onlyAFeature(task));
  const before = read(run, task, source.value);
  if (before === null || !isSame(before, task)) return failed(movedOn(task, path));
  const after =
    name === "BACKLOG.yaml"
      ? reviseTask(source.value.text, localIdOf(task.id), revision)
      : reviseTaskInFeature(source.value.text, localIdOf(task.id), revision);
  if (!after.ok) return after;
  const feature = read(run, task, { ...source.value, text: after.value });
  const wrong = feature === null ? ["It cannot be written into the backlog."] : unsound(run, feature);
  if (feature === null || wrong.length > 0) return failed(wrong);
  const written = await writeDurably(path, after.value);
  run.edits?.rewrote(`specs/${task.feature}/${name}`, source.value.text, after.value);
  return written.ok ? success(feature) : written;
}

function read(run: Run, task: Task, { name, text }: TaskSource): Feature | null {
  const files = featureFiles(run.sources.root, task.feature);
  if (!files.ok) return null;
  const bytes = Buffer.from(text);
  const sources = files.value;
  const { value, diagnostics } = parseFeature({
    ...sources,
    ...(name === "feature.md"
      ? { feature: { ...sources.feature, bytes } }
      : { backlog: { path: `specs/${task.feature}/BACKLOG.yaml`, bytes } }),
  });
  if (value === null || diagnostics.some(({ severity }) => severity === "error")) return null;
  return withDefaults(value, run.sources.templates);
}

/** Somebody may have written the file since the build began. What they wrote of other tasks is no matter. */
function isSame(feature: Feature, task: Task): boolean {
  const now = feature.tasks.find(({ id }) => id === task.id);
  return now !== undefined && taskYaml(now) === taskYaml(task);
}

function unsound(run: Run, feature: Feature): string[] {
  const { workspace, features, templates } = run.sources;
  const all = features.map((one) => (one.id === feature.id ? feature : one));
  const errors = findings(workspace, all, templates).filter(({ severity }) => severity === "error");
  return errors.map(({ message, fix }) => `${message} ${fix}`);
}

function onlyAFeature(task: Task): Failure {
  return {
    reason: "usage",
    message: `${task.id} is its feature as a whole, which only a person may rewrite`,
    fix: `Improve specs/${task.feature}/feature.md, or give it a BACKLOG.yaml.`,
    place: wholeFile(`specs/${task.feature}/feature.md`),
  };
}

function movedOn(task: Task, path: string): Failure {
  return {
    reason: "usage",
    message: `${task.id} was edited in ${path} while it was built, so it is not rewritten`,
    fix: "Run `factory build` again: it starts from the edited task.",
    place: wholeFile(path),
  };
}
