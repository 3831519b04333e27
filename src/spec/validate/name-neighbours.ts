// Can the files that tasks claim lie in one folder on every disk? Two names that differ in letter case or Unicode
// spelling alone are one file on some disks, and no disk has a file and a folder of one name. Tasks in order may well
// replace the one by the other.

import type { Task } from "../../model/task.ts";
import type { Findings } from "../findings/findings.ts";
import type { TopologicalOrder } from "./topological-order.ts";

type Owners = ReadonlyMap<string, readonly Task[]>;

/** `owners`: who claims each plain path of one project. */
export function checkNeighbours(owners: Owners, order: TopologicalOrder, findings: Findings): void {
  const spellings = new Map<string, string>();
  for (const path of owners.keys()) {
    const folded = path.normalize("NFC").toLowerCase();
    const twin = spellings.get(folded);
    if (twin === undefined) spellings.set(folded, path);
    else checkApart([twin, path], "are one file on some disks", { owners, order, findings });
  }
  for (const path of owners.keys()) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (owners.has(folder))
        checkApart([folder, path], "need a file and a folder of one name", { owners, order, findings });
    }
  }
}

interface NeighbourCheck {
  readonly owners: Owners;
  readonly order: TopologicalOrder;
  readonly findings: Findings;
}

/** One finding for the first two tasks that are not in order. */
function checkApart([one, other]: readonly [string, string], why: string, check: NeighbourCheck): void {
  const { owners, order, findings } = check;
  for (const first of owners.get(one) ?? []) {
    for (const second of owners.get(other) ?? []) {
      if (first === second || !mayMeet(first, second, order)) continue;
      const hint = `scope.files_hint.${second.filesHint.indexOf(other)}`;
      findings.error(
        "clashing-files",
        { target: second.id, place: second.places[hint] ?? second.place },
        {
          message: `${one} of ${first.id} and ${other} of ${second.id} ${why}, and neither task comes before the other.`,
          fix: "Give one of the files another name.",
        },
      );
      return;
    }
  }
}

/** Tasks of a cycle have no place in the order, and the cycle is told elsewhere. */
function mayMeet(first: Task, second: Task, order: TopologicalOrder): boolean {
  if (order.rankOf(first) === null || order.rankOf(second) === null) return false;
  return !order.comesBefore(first, second) && !order.comesBefore(second, first);
}
