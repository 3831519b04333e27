// Which pointers of new tasks lead nowhere? Found while somebody can still mend them: whoever cuts or rewords tasks sees no file.

import { pointerFault } from "../../context/pointer-text.ts";
import { globMatcher, isGlob } from "../../model/glob.ts";
import { pointerIn } from "../../model/pointer.ts";
import { type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import type { Tree } from "../../model/tree.ts";
import type { ProjectState } from "./project-state.ts";

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
  readonly state: ProjectState;
  readonly tree: Tree;
}

/** One line for each, as a repair is told. Fails where a file cannot be read. */
export async function pointerFaults(
  { tasks, all, before }: Pointing,
  grounds: readonly PointedGround[],
): Promise<Result<readonly string[]>> {
  const faults: string[] = [];
  for (const task of tasks) {
    const ground = grounds.find(({ project }) => project === task.project);
    if (ground === undefined) continue;
    const isKnown = (pointer: string) => before.get(task.id)?.context.files.includes(pointer);
    for (const pointer of task.context.files.filter((one) => !isKnown(one))) {
      const { path } = pointerIn(pointer);
      const isWritten = all.some(
        ({ project, filesHint }) => project === task.project && filesHint.some(covers(path)),
      );
      const entry = ground.tree.get(path);
      if (entry === undefined || entry.mode === "160000") {
        const isFolder = [...ground.tree.keys()].some((one) => one.startsWith(`${path.replace(/\/$/, "")}/`));
        const why = isFolder ? "is a folder" : "is not in the project, and no task writes it";
        if (!isWritten)
          faults.push(`${task.id}: \`${path}\` of context.files ${why}. Name a file that is there.`);
        continue;
      }
      const content = await ground.state.contents.of(entry.oid);
      if (!content.ok) return content;
      const fault = await pointerFault(pointer, Buffer.from(content.value).toString("utf8"));
      // What an earlier task adds to the file is not there yet.
      const isToCome = all.some((one) => task.dependsOn.includes(one.id) && one.filesHint.some(covers(path)));
      if (fault !== null && !(isToCome && pointerIn(pointer).symbol !== null))
        faults.push(`${task.id}: ${fault}`);
    }
  }
  return success(faults);
}

function covers(path: string): (hint: string) => boolean {
  return (hint) => hint === path || (isGlob(hint) && globMatcher(hint)(path));
}
