// What did the newest build of a workspace write down? Its journal, line by line, for those who measure between two events.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export function newestJournal(folder) {
  const journal = join(folder, ".factory/journal");
  const path = readdirSync(journal)
    .map((name) => join(journal, name))
    .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs)
    .at(-1);
  return { path, lines: readFileSync(path, "utf8").split("\n") };
}

/** Milliseconds since the epoch. */
export function momentOf(record) {
  return Number(/"at":(\d+)/.exec(record)?.[1]);
}
