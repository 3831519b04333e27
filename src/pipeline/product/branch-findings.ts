// What should people know of the branch that a project is built into, before they wonder? That they do not see it, that it
// is behind its remote, and that a branch of ours from earlier is gone.

import { tasksOf } from "../../engine/graph.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { foldersOf } from "../../model/path.ts";
import type { LockEntry } from "../../model/trace.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { count } from "../../report/figures.ts";
import { commitsBehind } from "../../workspaces/branch.ts";
import { OLD_BRANCH, productRef } from "../../workspaces/heads.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { Run } from "../run/run.ts";

/** `named` is true where a person asked for this branch by name just now. */
export async function branchFindings(home: RepositoryState, named: boolean): Promise<readonly Diagnostic[]> {
  const { id, branchName: branch } = home;
  const all = namesOf(home);
  const found: Diagnostic[] = [];
  if (home.heads.checkedOut === "other" && !named) {
    const message = `The product of ${all} goes to ${branch}, and another branch is checked out.`;
    const fix =
      "For the branch that you are on, say `branch: current` in projects.yaml, or `factory build --branch NAME` once.";
    found.push(warning(home, { code: "other-branch", message, fix }));
  }
  found.push(...missingRoots(home));
  const behind = await commitsBehind(home.repository.located, branch);
  if (!behind.ok) return [...found, ...diagnosticOf(behind.failure, `${id}/`)];
  if (behind.value > 0) {
    const message = `${branch} of ${all} is ${count(behind.value, "commit")} behind its remote, as last fetched.`;
    found.push(warning(home, { code: "behind-remote", message, fix: "Pull, then build." }));
  }
  return found;
}

/** Folders in which no file is: gates would run there, and say nothing of the code that was meant. */
function missingRoots({ projects, heads, branch, branchName }: RepositoryState): readonly Diagnostic[] {
  if (heads.branch === null) return [];
  const folders = foldersOf(branch.keys());
  return projects.flatMap(({ id, root, place: { file, line, column } }): Diagnostic[] => {
    if (root === "" || folders.has(root)) return [];
    const message = `The root ${root} of the project ${id} is no folder on ${branchName}.`;
    const fix = "Correct `root` in projects.yaml, or let its first task write a file there.";
    return [
      { severity: "warning", code: "root-missing", target: `${id}/`, message, fix, file, line, column },
    ];
  });
}

function namesOf({ projects }: RepositoryState): string {
  return projects.map(({ id }) => id).join(", ");
}

/** Of all repositories that were opened. */
export async function branchesFindings(run: Run): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const home of run.projects.homes)
    found.push(...(await branchFindings(home, run.options.branch !== undefined)));
  return found;
}

/** Of tasks that leave the backlog with this build: what people edited of their files stays, and is theirs alone. */
export function leftEdits(run: Run, home: RepositoryState): readonly Diagnostic[] {
  // Most builds have no edit to ask about, and very many tasks.
  const standing = [...home.edited].filter(([, { current }]) => current !== null);
  if (standing.length === 0) return [];
  const edited = new Set(standing.map(([path]) => path));
  const left = run.selected.orphans.flatMap(({ task, entry }) => {
    return pathsOf(home.entry(entry)).flatMap((path) => (edited.has(path) ? [{ task, path }] : []));
  });
  if (left.length === 0) return [];
  const tasks = tasksOf(run.graph, home.ids);
  const claimed = new Set(tasks.flatMap(({ id }) => pathsOf(home.entry(run.selected.entry(id)))));
  return left.flatMap(({ task, path }) => {
    if (claimed.has(path)) return [];
    const message = `${path} stays, although ${task} has left the backlog: people edited it, and it is theirs now.`;
    return [warning(home, { code: "edit-left", message, fix: "Remove the file if nobody needs it." })];
  });
}

function pathsOf(entry: LockEntry | null): readonly string[] {
  return (entry?.outputs ?? []).map(({ path }) => path);
}

/** After a publication that took over what the first version kept on a branch; null where there was none. */
export function retiredFinding(home: RepositoryState): Diagnostic | null {
  if (home.heads.old === null || home.repository.openedAt.old !== null) return null;
  const ref = productRef(home.branchName);
  const message = `The branch ${OLD_BRANCH} of ${namesOf(home)} is gone: products are now kept at ${ref}.`;
  const fix = `You need not do anything; \`git log ${ref}\` shows them.`;
  return warning(home, { code: "branch-retired", message, fix });
}

function warning(
  { projects: [{ id, place }] }: RepositoryState,
  words: Pick<Diagnostic, "code" | "message" | "fix">,
): Diagnostic {
  const at = { file: place.file, line: place.line, column: place.column };
  return { severity: "warning", target: `${id}/`, ...at, ...words };
}
