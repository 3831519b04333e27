// Which edits did people make to generated files, and how is each settled? `accept` hands the file over, `discard` lets
// the product win at the next merge, `absorb` also says the edit in the spec. Only locks and specs are written here; the
// branch moves by the next build.

import { featureOf, localIdOf, type TaskId } from "../../model/address.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { type LockEntry, ownOutputs } from "../../model/trace.ts";
import type { Oid } from "../../model/tree.ts";
import { shortDiff } from "../../report/line-diff.ts";
import { cutToBytes } from "../../report/plain.ts";
import { writeLock } from "../../store/locks.ts";
import type { Evaluation } from "../line/evaluate.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import { writeConstraint } from "../run/task-source.ts";

export interface EditedFile {
  readonly task: TaskId;
  readonly path: string;
  readonly state: ProjectState;
}

/**
 * The edited outputs of the named tasks, and those on which the product that waits disagrees with the branch. Fails with
 * `usage` where there are none, or a named path is not edited.
 */
export function editsOf(
  { run, taskStates, conflicts }: Evaluation,
  paths: readonly string[],
): Result<readonly EditedFile[]> {
  const found: EditedFile[] = [];
  for (const { task } of taskStates) {
    const state = run.projects.at(task.project);
    const entry = run.selected.entry(task.id);
    if (state === null || isFailure(state) || entry === null) continue;
    for (const { path } of ownOutputs(entry)) {
      const isEdited = state.edited.has(path) || conflicts.get(task.project)?.has(path) === true;
      if (isEdited) found.push({ task: task.id, path, state });
    }
  }
  // As the task says it, or as a merge does, which speaks of the repository.
  const isNamed = ({ path, state }: EditedFile, name: string) => name === path || name === state.told(path);
  const chosen =
    paths.length === 0 ? found : found.filter((edit) => paths.some((name) => isNamed(edit, name)));
  const unknown = paths.filter((name) => !chosen.some((edit) => isNamed(edit, name)));
  if (chosen.length > 0 && unknown.length === 0) return success(chosen);
  const what = unknown.length > 0 ? unknown.map((path) => `\`${path}\``).join(", ") : "the target";
  return failed({
    reason: "usage",
    message: `there is no edit of a generated file in ${what} to settle`,
    fix: "`factory status` shows what people edited (verdicts `modified` and `conflict`); edits count once committed.",
  });
}

/** The files belong to people from now on: their tasks no longer write them. */
export function release(evaluation: Evaluation, edits: readonly EditedFile[]): Promise<Result<void>> {
  return changeEntries(evaluation, edits, (entry, paths) => ({
    ...entry,
    released: [...new Set([...entry.released, ...paths])].sort(),
  }));
}

/** At the next merge the product wins at these paths; git's history keeps the edit. */
export function yieldEdits(evaluation: Evaluation, edits: readonly EditedFile[]): Promise<Result<void>> {
  return changeEntries(evaluation, edits, (entry, paths, { branch }) => ({
    ...entry,
    yielding: [
      ...entry.yielding.filter(({ path }) => !paths.includes(path)),
      ...paths.map((path) => ({ path, blob: branch.get(path)?.oid ?? null })),
    ],
  }));
}

async function changeEntries(
  { run }: Evaluation,
  edits: readonly EditedFile[],
  change: (entry: LockEntry, paths: readonly string[], state: ProjectState) => LockEntry,
): Promise<Result<void>> {
  const features = new Set(edits.map(({ task }) => featureOf(task)));
  for (const feature of features) {
    const lock = run.sources.locks.get(feature);
    const folder = run.sources.locks.folderOf(feature);
    if (lock === null || folder === null) continue;
    const tasks = { ...lock.tasks };
    for (const { task, state } of edits) {
      const entry = tasks[localIdOf(task)];
      if (featureOf(task) !== feature || entry === undefined) continue;
      const paths = edits.filter((edit) => edit.task === task).map(({ path }) => path);
      tasks[localIdOf(task)] = change(entry, paths, state);
    }
    const written = await writeLock(run.sources.root, folder, { ...lock, tasks });
    if (!written.ok) return written;
  }
  return success(undefined);
}

const CONSTRAINT_BYTES = 480;

/** Writes one constraint per edited file into the spec of its task, comments and formatting kept. */
export async function writeConstraints(
  evaluation: Evaluation,
  edits: readonly EditedFile[],
  message: string | null,
): Promise<Result<readonly string[]>> {
  const written: string[] = [];
  for (const edit of edits) {
    const text = message === null ? await describe(edit) : success(message);
    if (!text.ok) return text;
    const done = await writeConstraint(evaluation.run, edit.task, text.value);
    if (!done.ok) return done;
    written.push(`${edit.task}: ${text.value}`);
  }
  return success(written);
}

/** The edit in words: what to keep and what to drop, shortened to what a window can bear. */
async function describe({ state, path }: EditedFile): Promise<Result<string>> {
  const edit = state.edited.get(path) ?? {
    current: state.branch.get(path) ?? null,
    generated: state.home.layers.product.get(state.told(path)) ?? null,
  };
  if (edit.current === null) return success(`Leave out the file ${path}: a person removed it.`);
  const before = await textOf(state, edit.generated?.oid ?? null);
  if (!before.ok) return before;
  const after = await textOf(state, edit.current.oid);
  if (!after.ok) return after;
  const lines = shortDiff(before.value, after.value, 24, 0);
  const added = lines.filter(({ sign }) => sign === "+").map(({ text }) => text.trim());
  const removed = lines.filter(({ sign }) => sign === "-").map(({ text }) => text.trim());
  const parts = [
    ...(added.length > 0 ? [`it has \`${added.filter((line) => line !== "").join(" ⏎ ")}\``] : []),
    ...(removed.length > 0 ? [`in place of \`${removed.filter((line) => line !== "").join(" ⏎ ")}\``] : []),
  ];
  return success(cutToBytes(`In ${path}, keep a person's edit: ${parts.join(" ")}`, CONSTRAINT_BYTES));
}

async function textOf(state: ProjectState, oid: Oid | null): Promise<Result<string>> {
  if (oid === null) return success("");
  const content = await state.contents.of(oid);
  return content.ok ? success(Buffer.from(content.value).toString("utf8")) : content;
}
