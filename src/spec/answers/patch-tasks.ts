// Which new tasks would only change what other tasks of the feature make? An edit is no reason for such: every task is
// generated anew from its text, so the change belongs into the text of the task that is there.

import { globMatcher, isGlob } from "../../model/glob.ts";
import { isWhole, type Task } from "../../model/task.ts";

export interface Recut {
  readonly before: readonly Task[];
  readonly after: readonly Task[];
  /** Requirements that nobody asked for when the tasks were cut last. */
  readonly added: ReadonlySet<string>;
  /** Tasks that whoever cuts them was told to split. */
  readonly tooLarge: ReadonlySet<string>;
}

/** One line for each, as a repair is told. */
export function patchTasks({ before, after, added, tooLarge }: Recut): readonly string[] {
  const known = new Map(before.map((task) => [task.id, task]));
  const staying = after.filter((task) => known.has(task.id) && !isWhole(task));
  return after.flatMap((task) => {
    if (known.has(task.id) || isWhole(task)) return [];
    const others = after.filter((other) => other !== task);
    const meets = (id: string) => others.some(({ requirements }) => requirements.includes(id));
    if (task.requirements.some((id) => added.has(id) || !meets(id))) return [];
    const owners = staying.filter((other) => other.project === task.project);
    const ownerOf = (path: string) => owners.find(({ filesHint }) => filesHint.some(covers(path)));
    if (task.filesHint.some((path) => ownerOf(path) === undefined)) return [];
    // A task that was there has become smaller, or is to, or has gone: the new one is a part of it.
    const isSplit = before.some((old) => {
      const now = staying.find(({ id }) => id === old.id);
      const shares = old.requirements.some((id) => task.requirements.includes(id));
      const isSmaller = now === undefined || now.acceptance.length < old.acceptance.length;
      return shares && (isSmaller || tooLarge.has(old.id));
    });
    if (isSplit) return [];
    const owner = ownerOf(task.filesHint[0] ?? "")?.id ?? staying[0]?.id ?? "";
    return [
      `${task.id}: It meets nothing that other tasks do not meet, and writes only what ${owner} writes. Leave it out, and say what it does in ${owner}, with the requirement among its \`requirements\`.`,
    ];
  });
}

function covers(path: string): (hint: string) => boolean {
  return (hint) => hint === path || (isGlob(hint) && globMatcher(hint)(path));
}
