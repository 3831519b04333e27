// Which pointers of tasks lead nowhere? Found while somebody can still mend them: whoever cuts or rewords tasks sees no
// file, and `validate` asks of the branches as they stand.

import { type PointerFault, pointerFault } from "../../context/pointer-text.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { globMatcher, isGlob } from "../../model/glob.ts";
import { pointerIn } from "../../model/pointer.ts";
import type { Project } from "../../model/project.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Oid, Tree } from "../../model/tree.ts";
import { failureText } from "../../report/failure-text.ts";
import { Findings } from "../../spec/findings/findings.ts";
import type { Sources } from "../reading/sources.ts";
import { branchFiles } from "./branch-files.ts";

export interface Pointing {
  /** Those that may be mended. */
  readonly tasks: readonly Task[];
  /** All of the workspace: what they write may be pointed to before it is there. */
  readonly all: readonly Task[];
  /** As they were: what stays as it is was looked at once. */
  readonly before: ReadonlyMap<string, Task>;
}

/** What the tasks begin with in one project. */
export interface PointedGround {
  readonly project: string;
  readonly state: { readonly contents: { of(oid: Oid): Promise<Result<Uint8Array>> } };
  readonly tree: Tree;
}

interface Stray extends PointerFault {
  readonly task: Task;
  /** Of the pointer among those of the task. */
  readonly index: number;
}

/** One line for each, as a repair is told. Fails where a file cannot be read. */
export async function pointerFaults(
  pointing: Pointing,
  grounds: readonly PointedGround[],
): Promise<Result<readonly string[]>> {
  const found = await strays(pointing, grounds, () => false);
  if (!found.ok) return found;
  return success(found.value.map(({ task, message, fix }) => `${task.id}: ${message} ${fix}`));
}

/**
 * Asked without a build. What tasks have built changed the files that they write, and nobody looks below it here: of such
 * a file nothing is said, nor of a project that is not there yet. One that cannot be read is said to be so.
 */
export async function strayPointers({ root, workspace, features, locks }: Sources): Promise<Diagnostic[]> {
  const all = features.flatMap(({ tasks }) => tasks);
  const built = new Set(
    features.flatMap(({ id }) => Object.keys(locks.get(id)?.tasks ?? {}).map((task) => `${id}:${task}`)),
  );
  const found = new Findings();
  for (const project of workspace.projects) {
    const tasks = all.filter((task) => task.project === project.id && task.context.files.length > 0);
    const branch = tasks.length === 0 ? success(null) : await branchFiles(root, project);
    if (!branch.ok) found.warning(...unseen(project, branch.failure));
    if (!branch.ok || branch.value === null) continue;
    const { repository, tree } = branch.value;
    const of = async (oid: Oid): Promise<Result<Uint8Array>> => {
      const read = await repository.read([oid]);
      return read.ok ? success(read.value[0] as Uint8Array) : read;
    };
    const made = all.filter((task) => task.project === project.id && built.has(task.id));
    const isMade = (path: string) => made.some(({ filesHint }) => filesHint.some(covers(path)));
    const ground = { project: project.id, state: { contents: { of } }, tree };
    const lost = await strays({ tasks, all, before: new Map() }, [ground], isMade);
    if (!lost.ok) found.warning(...unseen(project, lost.failure));
    for (const { task, index, message, fix } of lost.ok ? lost.value : []) {
      const place = task.places[`context.files.${index}`] ?? task.places["context.files"] ?? task.place;
      found.warning("stray-pointer", { target: task.id, place }, { message: `${task.id}: ${message}`, fix });
    }
  }
  return found.sorted();
}

/** `isUnsure`: of what is in such a file nothing is known. */
function unseen({ id, place }: Project, failure: Failure) {
  const { message, fix } = failureText(failure, `${id}/`);
  return [
    "stray-pointer",
    { target: `${id}/`, place },
    { message: `${id}/: whether its tasks point to what is there cannot be looked at. ${message}`, fix },
  ] as const;
}

async function strays(
  { tasks, all, before }: Pointing,
  grounds: readonly PointedGround[],
  isUnsure: (path: string) => boolean,
): Promise<Result<readonly Stray[]>> {
  const faults: Stray[] = [];
  for (const task of tasks) {
    const ground = grounds.find(({ project }) => project === task.project);
    if (ground === undefined) continue;
    const isKnown = (pointer: string) => before.get(task.id)?.context.files.includes(pointer);
    for (const [index, pointer] of task.context.files.entries()) {
      if (isKnown(pointer)) continue;
      const { path } = pointerIn(pointer);
      const isWritten = all.some(
        ({ project, filesHint }) => project === task.project && filesHint.some(covers(path)),
      );
      const entry = ground.tree.get(path);
      if (entry === undefined || entry.mode === "160000") {
        const isFolder = [...ground.tree.keys()].some((one) => one.startsWith(`${path.replace(/\/$/, "")}/`));
        const why = isFolder ? "is a folder" : "is not in the project, and no task writes it";
        const message = `\`${path}\` of context.files ${why}.`;
        if (!isWritten) faults.push({ task, index, message, fix: "Name a file that is there." });
        continue;
      }
      if (isUnsure(path)) continue;
      const content = await ground.state.contents.of(entry.oid);
      if (!content.ok) return content;
      const fault = await pointerFault(pointer, Buffer.from(content.value).toString("utf8"));
      // What an earlier task adds to the file is not there yet.
      const isToCome = all.some((one) => task.dependsOn.includes(one.id) && one.filesHint.some(covers(path)));
      if (fault !== null && !(isToCome && pointerIn(pointer).symbol !== null))
        faults.push({ task, index, ...fault });
    }
  }
  return success(faults);
}

function covers(path: string): (hint: string) => boolean {
  return (hint) => hint === path || (isGlob(hint) && globMatcher(hint)(path));
}
