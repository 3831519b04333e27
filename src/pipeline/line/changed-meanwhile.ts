// Did a source change while a build ran that nobody watches? The build used what it had read; whoever reads its end should
// know that the next one uses something else, and that perhaps no person wrote it.

import { extname, join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { digestOfBytes } from "../../model/digest.ts";
import { readIfThere } from "../../platform/files.ts";
import { sameStamp, stampOf } from "../../platform/stamp.ts";
import type { PreviousBuild } from "../reading/build-index.ts";
import type { Reading } from "../reading/read.ts";

const LARGEST = 16 * 1024 * 1024;
const NAMED = 3;
const MEANING = {
  changed: "changed while this build ran, which used what was there before",
  unseen: "could be read when this build began, and cannot be looked at any more",
};

/** Null where all is as it was read. Of what a build writes itself, backlogs and locks, nothing is said. */
export function changedMeanwhile(
  root: string,
  { stamps, digests }: Reading,
  previous: PreviousBuild,
): Diagnostic | null {
  const paths = [...new Set([...previous.stamps.keys(), ...stamps.keys()])].filter(isWrittenByPeople);
  const found = (path: string): "same" | "changed" | "unseen" => {
    const digest = digests.get(path);
    const now = stampOf(join(root, path));
    const before = stamps.get(path) ?? previous.stamps.get(path);
    // What could not be looked at before is told by whoever had to.
    const wasSeen = digest != null || (before !== undefined && before.size >= 0);
    if (now.size < 0) return wasSeen ? "unseen" : "same";
    if (before !== undefined && sameStamp(now, before)) return "same";
    if (digest === undefined) return before !== undefined && before.size >= 0 ? "changed" : "same";
    const read = readIfThere(join(root, path), LARGEST);
    if (!read.ok) return wasSeen ? "unseen" : "same";
    return (read.value === null ? null : digestOfBytes(read.value)) === digest ? "same" : "changed";
  };
  const told = paths.map((path) => ({ path, how: found(path) })).filter(({ how }) => how !== "same");
  const [first] = told;
  if (first === undefined) return null;
  const named = (wanted: "changed" | "unseen") => {
    const all = told.flatMap(({ path, how }) => (how === wanted ? [path] : []));
    const more = all.length > NAMED ? ` and ${all.length - NAMED} more` : "";
    return all.length === 0 ? [] : [`${MEANING[wanted]}: ${all.slice(0, NAMED).join(", ")}${more}`];
  };
  return {
    severity: "warning",
    code: "sources-changed",
    message: [...named("changed"), ...named("unseen")].join("; "),
    target: null,
    file: first.path,
    line: null,
    column: null,
    fix: "Look with `git diff`. If it was not you, a program of this build wrote there: put it back before the next build.",
  };
}

/** And no folder. */
function isWrittenByPeople(path: string): boolean {
  if (path === "projects.yaml") return true;
  return (path.startsWith("templates/") && extname(path) !== "") || /^specs\/[^/]+\/feature\.md$/.test(path);
}
