// How do existing files of a project come under a task, unchanged? The gates are tried on the project as it is, the task
// is written into a spec, and its lock says that what stands there is its accepted result, made from itself. Nothing is
// written into the project: people's own version stays below, so other tasks see it, and it is there again when the task
// leaves the backlog.

import { join } from "node:path";
import { verificationKey } from "../../engine/verification.ts";
import { localIdOf, type TaskId, taskId } from "../../model/address.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { Failure } from "../../model/failure.ts";
import { folderOf } from "../../model/feature.ts";
import { NO_USAGE, type Output } from "../../model/output.ts";
import { namesInTests } from "../../model/proof.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { specFolderOf } from "../../model/spec-folders.ts";
import { ADOPTED } from "../../model/trace.ts";
import { drafterIds } from "../../model/workspace.ts";
import { readFileCapped } from "../../platform/files.ts";
import { adoptedFeature, freeTaskId, withAdoptedTask } from "../../spec/edit/adopted-task.ts";
import { removeDurably, writeDurably } from "../../store/durable.ts";
import { emptyLock, writeLock } from "../../store/locks.ts";
import { openRun } from "../line/open-run.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import { saidInTests } from "../projects/said-in-tests.ts";
import { loadPreviousBuild } from "../reading/build-index.ts";
import { NOTHING_REMEMBERED, readSources } from "../reading/read.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { endStages } from "../run/end-stages.ts";
import type { OpenedRun } from "../run/opened-run.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";
import type { Run } from "../run/run.ts";
import { assignmentOf } from "../tasks/assignment.ts";
import { entryOf, verificationWith } from "../tasks/selection.ts";
import { type Adoptable, adoptableFiles } from "./adoptable.ts";

export interface AdoptionOrder {
  readonly project: string;
  readonly paths: readonly string[];
  /** New where there is none of that name. */
  readonly feature: string;
  /** Null: the next free one. */
  readonly task: string | null;
  readonly title: string | null;
  readonly acceptance: readonly string[];
  readonly dryRun: boolean;
}

export interface Adoption {
  readonly task: TaskId;
  readonly files: readonly string[];
  /** The texts of the spec by their path from the workspace root, as they are now, or would be. */
  readonly specs: Readonly<Record<string, string>>;
  /** Criteria that no test of the project names yet, where its gates report which tests passed. */
  readonly untested: readonly string[];
}

const SOURCE_LIMIT = 1024 * 1024;
const OPTIONS: BuildOptions = {
  ...{ targets: [], agents: null, force: false, failFast: false },
  ...{ modelCalls: "locked", budgetUsd: null, perHourUsd: null },
};

/** Leaves the specs as they were where it fails. Needs the build lock. */
export async function adopt(environment: BuildEnvironment, order: AdoptionOrder): Promise<Result<Adoption>> {
  const { root } = environment;
  const opened = await open(environment, []);
  if (!opened.ok) return opened;
  const { run } = opened.value;
  const state = await run.projects.open(order.project);
  if (isFailure(state)) return failed(state);
  const author = authorOf(run, order);
  if (!author.ok) return author;
  const found = await adoptableFiles(run, state, order.paths);
  if (!found.ok) return found;
  const specs = specsOf(opened.value, order, found.value);
  if (!specs.ok) return specs;
  const { task, texts, before } = specs.value;
  const untested = await untestedOf(run, state, { task, acceptance: order.acceptance });
  if (!untested.ok) return untested;
  const files = found.value.files.map(({ path }) => path);
  const adoption = { task, files, specs: texts, untested: untested.value };
  if (order.dryRun) return success(adoption);
  const trusted = await run.gateSelfTest.check(state).finally(() => endStages(run));
  if (!trusted.ok) return trusted;
  const written = await writeAll(root, texts);
  const recorded = written.ok ? await record(environment, task, found.value) : written;
  if (recorded.ok) return success(adoption);
  const restored = await writeAll(root, before);
  return restored.ok ? failed(namingFewer(recorded.failure, found.value.patterns)) : restored;
}

/** The specs that were refused are gone again: what helps is another call of the command. */
function namingFewer(failure: Failure, { length: paths }: readonly string[]): Failure {
  const { reason } = failure;
  const found = reason === "invalid-spec" ? failure.diagnostics : [];
  const tooLarge = found.filter(({ code }) => code === "window-too-large");
  if (tooLarge.length === 0 || paths <= NAMED) return failure;
  return {
    reason: "usage",
    message: `${paths} paths that are named one by one are too many for one task`,
    detail: tooLarge.map(({ message }) => message),
    fix: "Name their folder, or a glob in quotes, such as 'src/**/*.js'; or adopt them in several commands.",
  };
}

/** What is adopted counts as it is; the first time that it is regenerated, each of these needs a test with its name. */
async function untestedOf(
  { sources: { workspace } }: Run,
  { project, human, repository }: ProjectState,
  { task, acceptance }: { readonly task: TaskId; readonly acceptance: readonly string[] },
): Promise<Result<readonly string[]>> {
  const gates = workspace.projects.find(({ id }) => id === project.id)?.gates ?? [];
  if (!gates.some(({ report }) => report !== null)) return success([]);
  const criteria = acceptance.map((_text, index) => ({ id: `A${index + 1}` }));
  const names = criteria.flatMap((criterion) => namesInTests({ id: task }, criterion));
  const said = await saidInTests(human, names, (oids) => repository.read(oids));
  if (!said.ok) return said;
  const isNamed = (criterion: { id: string }) =>
    namesInTests({ id: task }, criterion).some((name) => said.value.has(name));
  return success(criteria.filter((criterion) => !isNamed(criterion)).map(({ id }) => id));
}

async function open(environment: BuildEnvironment, targets: readonly string[]): Promise<Result<OpenedRun>> {
  const { root, packageRoot, writer } = environment;
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const sound = refuseUnsound(reading.value.sources);
  if (!sound.ok) return sound;
  return openRun(environment, {
    reading: reading.value,
    previous: loadPreviousBuild(root, writer),
    options: { ...OPTIONS, targets },
    recorder: new Recorder(environment),
    lookAgain: true,
  });
}

/** Somebody must be able to write the files anew once their spec says something else. */
function authorOf({ sources: { workspace } }: Run, { project }: AdoptionOrder): Result<void> {
  const [id] = drafterIds({ agent: null, generator: null, project, type: "code" }, workspace);
  if (workspace.agents.find((agent) => agent.id === id)?.kind !== "generator") return success(undefined);
  return failed({
    reason: "usage",
    message: `tasks of code go to the generator ${id}, which cannot recreate files that no template made`,
    fix: "Route `implementer` in projects.yaml to an agent with a model or a program first.",
  });
}

interface Specs {
  readonly task: TaskId;
  readonly texts: Readonly<Record<string, string>>;
  /** What stands there now; null: nothing. */
  readonly before: Readonly<Record<string, string | null>>;
}

function specsOf({ run }: OpenedRun, order: AdoptionOrder, { patterns }: Adoptable): Result<Specs> {
  const { root } = run.sources;
  const feature = run.graph.features.get(order.feature);
  const taken = new Set(feature?.tasks.map(({ id }) => localIdOf(id)));
  const id = order.task ?? freeTaskId(taken);
  if (taken.has(id)) {
    const message = `${order.feature} already has a task ${id}`;
    return failed({ reason: "usage", message, fix: "Give another id with `--task`, or none." });
  }
  const title = order.title ?? titleOf(patterns);
  const { project, acceptance } = order;
  const entry = { id, title, project, paths: patterns, acceptance };
  const folder =
    run.sources.locks.folderOf(order.feature) ??
    `${specFolderOf(run.sources.workspace.projects, project)}/${order.feature}`;
  const task = taskId(order.feature, id);
  if (feature === undefined) {
    const files = Object.entries(adoptedFeature(entry));
    const texts = Object.fromEntries(files.map(([name, text]) => [`${folder}/${name}`, text]));
    return success({
      task,
      texts,
      before: Object.fromEntries(Object.keys(texts).map((path) => [path, null])),
    });
  }
  const path = `${folder}/BACKLOG.yaml`;
  const read = feature.backlog === "file" ? readFileCapped(join(root, path), SOURCE_LIMIT) : null;
  if (read !== null && !read.ok) return read;
  const before = read === null ? null : Buffer.from(read.value).toString("utf8");
  const text = before === null ? null : withAdoptedTask(before, entry);
  if (before === null || text === null) {
    const message = `${order.feature} has no BACKLOG.yaml with a list of tasks to which one could be added`;
    return failed({
      reason: "usage",
      message,
      fix: "Write its tasks as a list in BACKLOG.yaml, or name a new feature.",
    });
  }
  return success({ task, texts: { [path]: text }, before: { [path]: before } });
}

/** So many paths are few. */
const NAMED = 3;

function titleOf(patterns: readonly string[]): string {
  const rest = patterns.length - NAMED;
  return `Keep ${patterns.slice(0, NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

async function writeAll(root: string, texts: Readonly<Record<string, string | null>>): Promise<Result<void>> {
  for (const [path, text] of Object.entries(texts)) {
    const at = join(root, path);
    const done = text === null ? await removeDurably(at) : await writeDurably(at, text);
    if (!done.ok) return done;
  }
  return success(undefined);
}

/** What stands in the project is the task's result: stored, traced, and selected by the lock. */
async function record(
  environment: BuildEnvironment,
  task: TaskId,
  { files }: Adoptable,
): Promise<Result<void>> {
  const opened = await open(environment, [task]);
  if (!opened.ok) return opened;
  const { run } = opened.value;
  const node = run.graph.indexOf.get(task);
  if (node === undefined) throw new Error(`bug: ${task} was written and is not there`);
  const state = (await run.projects.open(run.graph.tasks[node]?.project ?? "")) as ProjectState;
  const assigned = await assignmentOf(run, state, node);
  if (!assigned.ok) return assigned;
  const outputs: Output[] = [];
  for (const { path, mode, content } of files) {
    const digest = await run.blobs.put(content, { paid: true });
    if (!digest.ok) return digest;
    outputs.push({ path, mode, digest: digest.value, base: digest.value });
  }
  const contribution = { outputs, reads: [], agent: ADOPTED };
  const located = await state.contents.locate(outputs);
  if (!located.ok) return located;
  const verified = verificationWith(run, assigned.value, contribution);
  const verification = verificationKey(verified);
  const { key, manifest } = assigned.value;
  const traced = await run.traces.record(
    { task, key, manifest, ...contribution, verification, verified, attempts: 0, usage: NO_USAGE },
    { paid: true },
  );
  if (!traced.ok) return traced;
  const entry = entryOf(run, assigned.value, contribution, verification);
  const feature = assigned.value.feature.id;
  const lock = run.sources.locks.get(feature) ?? emptyLock(feature);
  return writeLock(run.sources.root, folderOf(assigned.value.feature), {
    ...lock,
    tasks: { ...lock.tasks, [localIdOf(task)]: entry },
  });
}
