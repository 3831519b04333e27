// Is every branch what its specs and the store say? Rebuilds each project's tree beside it, the generator's part anew, and
// compares tree ids. The projects are not touched.

import type { BuildOptions } from "../../model/build-options.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { digestOfBytes } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Oid, TreeEntry } from "../../model/tree.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { productOf } from "../product/compose.ts";
import { isFailure } from "../projects/project-state.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import { NO_PREVIOUS_BUILD } from "../reading/build-index.ts";
import { NOTHING_REMEMBERED, readSources } from "../reading/read.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { openSharedStore } from "../run/open-shared-store.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";
import type { Run } from "../run/run.ts";
import type { Assignment } from "../tasks/assignment.ts";
import { lookAt } from "../tasks/judge-task.ts";
import { rendered } from "../tasks/rendered.ts";
import { openRun } from "./open-run.ts";

export interface Verification {
  readonly projects: readonly VerifiedProject[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface VerifiedProject {
  readonly id: string;
  /** Tree of the branch; null where it has no commit. */
  readonly tree: Oid | null;
  /** Tree that specs, store, and what people wrote come to; null where it cannot be rebuilt. */
  readonly rebuilt: Oid | null;
}

export async function verify(
  environment: BuildEnvironment,
  options: BuildOptions,
): Promise<Result<Verification>> {
  const reading = await readSources(environment.root, environment.packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const sound = refuseUnsound(reading.value.sources);
  if (!sound.ok) return sound;
  const recorder = new Recorder(environment);
  const { root } = environment;
  const { workspace } = reading.value.sources;
  const told: Diagnostic[] = [];
  const shared = await openSharedStore({
    ...{ root, workspace, modelCalls: options.modelCalls, onlyLooks: true },
    emit: (event) => event.type === "diagnostic" && told.push(event.diagnostic),
  });
  const opened = await openRun(environment, {
    reading: reading.value,
    previous: NO_PREVIOUS_BUILD,
    options,
    recorder,
    readOnly: true,
    shared,
  });
  if (!opened.ok) return opened;
  const { run } = opened.value;
  const diagnostics = [...reading.value.sources.diagnostics, ...(await differences(run))];
  const projects: VerifiedProject[] = [];
  const repositories = new Map<RepositoryState, Result<Oid>>();
  for (const project of run.sources.workspace.projects) {
    const state = await run.projects.open(project.id);
    if (isFailure(state)) {
      diagnostics.push(...diagnosticOf(state, `${project.id}/`));
      projects.push({ id: project.id, tree: null, rebuilt: null });
      continue;
    }
    const { branch } = state.heads;
    const tree = branch === null ? success(null) : await state.repository.treeOf(branch);
    if (!tree.ok) return tree;
    const known = repositories.get(state.home);
    const rebuilt = known ?? (await rebuild(run, state.home));
    repositories.set(state.home, rebuilt);
    if (known === undefined && !rebuilt.ok)
      diagnostics.push(...diagnosticOf(rebuilt.failure, `${project.id}/`));
    projects.push({ id: project.id, tree: tree.value, rebuilt: rebuilt.ok ? rebuilt.value : null });
  }
  return success({ projects, diagnostics: [...diagnostics, ...told] });
}

/** The composed tree, with what people made of generated files left as they made it. */
async function rebuild(run: Run, home: RepositoryState): Promise<Result<Oid>> {
  const composed = await productOf(run, home);
  if (!composed.ok) return composed;
  const tree = new Map<string, TreeEntry>(composed.value.tree);
  for (const [path, { current }] of home.edited) {
    if (current === null) tree.delete(path);
    else tree.set(path, current);
  }
  const flushed = await home.contents.flush();
  return flushed.ok ? home.repository.writeTree(tree) : flushed;
}

/** Tasks whose recorded result is not what their spec asks for today, or not what the generator writes for it. */
async function differences(run: Run): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const [node, task] of run.graph.tasks.entries()) {
    const state = await run.projects.open(task.project);
    if (isFailure(state)) continue;
    const judged = await lookAt(run, state, node);
    if (!judged.ok) {
      found.push(...diagnosticOf(judged.failure, task.id));
      continue;
    }
    const { assignment, due } = judged.value;
    if (due.work === "draft" || due.work === "use-stored") found.push(finding(task, `is ${due.verdict}`));
    else if (!(await rendersTheSame(run, assignment)))
      found.push(finding(task, "renders something else today"));
  }
  return found;
}

/** A file that was made from another is left out: what it was merged with is not the generator's. */
async function rendersTheSame(run: Run, assignment: Assignment): Promise<boolean> {
  const changes = await rendered(run, assignment);
  if (changes === null) return true;
  const entry = run.selected.entry(assignment.task.id);
  if (!changes.ok || entry === null) return false;
  const recorded = new Map(entry.outputs.map((output) => [output.path, output]));
  return changes.value.every(({ path, content }) => {
    const output = recorded.get(path);
    if (output === undefined) return entry.released.includes(path);
    return output.base !== null || (content !== null && output.digest === digestOfBytes(content));
  });
}

function finding(task: Task, what: string): Diagnostic {
  return {
    severity: "error",
    code: "not-reproduced",
    message: `${task.id} ${what}`,
    target: task.id,
    file: task.place.file,
    line: task.place.line,
    column: task.place.column,
    fix: "Run `factory explain` on it, then `factory build`.",
  };
}
