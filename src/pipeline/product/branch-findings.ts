// What should people know of the branch that a project is built into, before they wonder? That they do not see it, that it
// is behind its remote, and that a branch of ours from earlier is gone.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { LockEntry } from "../../model/trace.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { count } from "../../report/figures.ts";
import { commitsBehind } from "../../workspaces/branch.ts";
import { OLD_BRANCH, productRef } from "../../workspaces/heads.ts";
import { isFailure, type ProjectState } from "../projects/project-state.ts";
import type { Run } from "../run/run.ts";

/** `named` is true where a person asked for this branch by name just now. */
export async function branchFindings(state: ProjectState, named: boolean): Promise<readonly Diagnostic[]> {
  const { id, branch } = state.project;
  const found: Diagnostic[] = [];
  if (state.heads.checkedOut === "other" && !named) {
    const message = `The product of ${id} goes to ${branch}, and another branch is checked out.`;
    const fix =
      "For the branch that you are on, say `branch: current` in projects.yaml, or `factory build --branch NAME` once.";
    found.push(warning(state, { code: "other-branch", message, fix }));
  }
  const behind = await commitsBehind(state.repository.located, branch);
  if (!behind.ok) return [...found, ...diagnosticOf(behind.failure, `${id}/`)];
  if (behind.value > 0) {
    const message = `${branch} of ${id} is ${count(behind.value, "commit")} behind its remote, as last fetched.`;
    found.push(warning(state, { code: "behind-remote", message, fix: "Pull, then build." }));
  }
  return found;
}

/** Of all projects that were opened. */
export async function branchesFindings(run: Run): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const state of run.projects.opened.values()) {
    if (!isFailure(state)) found.push(...(await branchFindings(state, run.options.branch !== undefined)));
  }
  return found;
}

/** Of tasks that leave the backlog with this build: what people edited of their files stays, and is theirs alone. */
export function leftEdits(run: Run, state: ProjectState): readonly Diagnostic[] {
  // Most builds have no edit to ask about, and very many tasks.
  const standing = [...state.edited].filter(([, { current }]) => current !== null);
  if (standing.length === 0) return [];
  const edited = new Set(standing.map(([path]) => path));
  const left = run.selected.orphans().flatMap(({ task, entry }) => {
    const isOwn = entry.project === state.project.id;
    return isOwn ? pathsOf(entry).flatMap((path) => (edited.has(path) ? [{ task, path }] : [])) : [];
  });
  if (left.length === 0) return [];
  const claimed = new Set(run.graph.tasks.flatMap(({ id }) => pathsOf(run.selected.entry(id))));
  return left.flatMap(({ task, path }) => {
    if (claimed.has(path)) return [];
    const message = `${path} stays, although ${task} has left the backlog: people edited it, and it is theirs now.`;
    return [warning(state, { code: "edit-left", message, fix: "Remove the file if nobody needs it." })];
  });
}

function pathsOf(entry: LockEntry | null): readonly string[] {
  return (entry?.outputs ?? []).map(({ path }) => path);
}

/** After a publication that took over what the first version kept on a branch; null where there was none. */
export function retiredFinding(state: ProjectState): Diagnostic | null {
  if (state.heads.old === null || state.repository.openedAt.old !== null) return null;
  const ref = productRef(state.project.branch);
  const message = `The branch ${OLD_BRANCH} of ${state.project.id} is gone: products are now kept at ${ref}.`;
  const fix = `You need not do anything; \`git log ${ref}\` shows them.`;
  return warning(state, { code: "branch-retired", message, fix });
}

function warning(
  { project: { id, place } }: ProjectState,
  words: Pick<Diagnostic, "code" | "message" | "fix">,
): Diagnostic {
  const at = { file: place.file, line: place.line, column: place.column };
  return { severity: "warning", target: `${id}/`, ...at, ...words };
}
