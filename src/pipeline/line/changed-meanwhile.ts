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

/** Null where all is as it was read. Of what a build writes itself, backlogs and locks, nothing is said. */
export function changedMeanwhile(
  root: string,
  { stamps, digests }: Reading,
  previous: PreviousBuild,
): Diagnostic | null {
  const paths = [...new Set([...previous.stamps.keys(), ...stamps.keys()])].filter(isWrittenByPeople);
  const changed = paths.filter((path) => {
    const digest = digests.get(path);
    const now = stampOf(join(root, path));
    const before = stamps.get(path) ?? previous.stamps.get(path);
    // Who cannot look cannot say that it changed; the next build tells why it cannot.
    if (now.size < 0) return false;
    if (before !== undefined && sameStamp(now, before)) return false;
    if (digest === undefined) return before !== undefined && before.size >= 0;
    const read = readIfThere(join(root, path), LARGEST);
    if (!read.ok) return false;
    return (read.value === null ? null : digestOfBytes(read.value)) !== digest;
  });
  const [first] = changed;
  if (first === undefined) return null;
  const more = changed.length > NAMED ? ` and ${changed.length - NAMED} more` : "";
  return {
    severity: "warning",
    code: "sources-changed",
    message: `changed while this build ran, which used what was there before: ${changed.slice(0, NAMED).join(", ")}${more}`,
    target: null,
    file: first,
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
