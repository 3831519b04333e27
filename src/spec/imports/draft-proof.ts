// How does an imported task prove its criteria where a gate reports its tests? By a test file of its own: the one that
// its list names, or one that lies where the others do. A document needs no test, and goes without that gate.

import type { Gate } from "../../model/project.ts";
import { isTestPath } from "../../model/test-path.ts";
import { testFor } from "../../model/test-room.ts";
import type { Notes } from "./foreign.ts";
import { type Drafts, isPaper, type TaskDraft } from "./task-drafts.ts";

/** Gives every draft of code a test file, where criteria are to be proved. A whole folder has room for its tests. */
export function proveDrafts({ drafts }: Drafts, gates: readonly Gate[], notes: Notes): void {
  if (!gates.some(({ report }) => report !== null)) return;
  const known = drafts.flatMap(({ files }) => files.filter(isTestPath));
  for (const { step, files } of drafts) {
    if (files.some((file) => isTestPath(file) || file.endsWith("**")) || files.every(isPaper)) continue;
    const code = files.filter((file) => !isPaper(file));
    const test = code.map((file) => testFor(file, known)).find((file) => file !== null) ?? "tests/**";
    files.push(test);
    notes.note(
      "derived-test",
      step.spot,
      `${step.id} names no test, and criteria are proved by tests here: it may write ${test}.`,
    );
  }
}

/** Without those that want a test, for a task that has none to give; null means all gates. */
export function gatesOf({ files }: TaskDraft, gates: readonly Gate[]): readonly string[] | null {
  if (files.some(isTestPath) || !files.every(isPaper) || !gates.some(({ report }) => report !== null))
    return null;
  return gates.filter(({ report }) => report === null).map(({ id }) => id);
}
