// Which programs does a person name, and what is said of the files that were laid for them?

import type { Result } from "../model/result.ts";
import { failed, success } from "../model/result.ts";
import { CODING_PROGRAMS } from "../pipeline/programs/coding-programs.ts";
import type { ProgramFileChange } from "../pipeline/programs/program-files.ts";

/** The programs that `--with` names, separated by commas or given one by one. */
export function programsNamed(words: readonly string[]): Result<readonly string[]> {
  const names = new Set(words.flatMap((word) => word.split(",")).map((name) => name.trim()));
  const unknown = [...names].find((name) => !Object.hasOwn(CODING_PROGRAMS, name));
  if (unknown === undefined) return success([...names]);
  const message = `there is no program ${JSON.stringify(unknown)}`;
  return failed({ reason: "usage", message, fix: `Name any of ${Object.keys(CODING_PROGRAMS).join(", ")}.` });
}

const WHY: Readonly<Record<NonNullable<ProgramFileChange["kept"]>, string>> = {
  edited: "you edited our part: it stays. `factory update --force` writes the text of this version",
  own: "what is there is yours or cannot be read: nothing is added. `factory help coding-programs` shows what to add",
  elsewhere: "it leads out of this folder, and others may read it: nothing is added",
};

export function keptNotes(changes: readonly ProgramFileChange[]): readonly string[] {
  return changes.flatMap(({ path, kept }) => (kept === null ? [] : [`${path}: ${WHY[kept]}`]));
}
