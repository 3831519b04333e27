// Is this JSON a lock? By hand, since it is asked on the way of every build, and a schema library is slower to load
// than all locks are to read. A lock comes by git from elsewhere, so its paths are distrusted.

import { isDigest, type Json } from "../model/digest.ts";

/** What is wrong first, and in which task. */
export interface LockProblem {
  readonly task: string | null;
  readonly message: string;
}

type JsonObject = { readonly [key: string]: Json };

const MODES = ["100644", "100755", "120000"];
const READS = ["file", "list", "search"];

/** Null where all is well. Unknown members are left to a later version. */
export function lockProblem(value: Json): LockProblem | null {
  if (!isObject(value)) return { task: null, message: "the file is not an object" };
  if (value.version !== 1) return { task: null, message: "`version` is not 1" };
  if (!isText(value.feature)) return { task: null, message: "`feature` is not a name" };
  if (!isObject(value.tasks)) return { task: null, message: "`tasks` is not an object" };
  if (value.planning !== undefined && !isPlanning(value.planning)) {
    return { task: null, message: "`planning` is not what it should be" };
  }
  for (const [task, entry] of Object.entries(value.tasks)) {
    const member = isObject(entry) ? wrongMember(entry) : "the entry";
    if (member !== null) return { task, message: `${member} of task ${task} is not what it should be` };
  }
  return null;
}

function isPlanning(value: Json): boolean {
  return (
    isObject(value) &&
    [value.key, value.request, value.backlog].every(isDigestText) &&
    [value.plan, value.approved].every(isDigestOrNull)
  );
}

function wrongMember(entry: JsonObject): string | null {
  if (!isText(entry.project)) return "`project`";
  if (!isDigestText(entry.key)) return "`key`";
  if (!isDigestText(entry.verification)) return "`verification`";
  if (!isListOf(entry.outputs, isOutput)) return "`outputs`";
  if (!isListOf(entry.reads, isRead)) return "`reads`";
  if (!isListOf(entry.released, isPath)) return "`released`";
  if (!isListOf(entry.yielding, isYielding)) return "`yielding`";
  if (entry.agent !== undefined && !isText(entry.agent)) return "`agent`";
  return null;
}

function isOutput(value: Json): boolean {
  return (
    isObject(value) &&
    isPath(value.path) &&
    MODES.includes(value.mode as string) &&
    isDigestOrNull(value.digest) &&
    isDigestOrNull(value.base) &&
    (value.inserted === undefined || isListOf(value.inserted, isRunOfLines))
  );
}

function isRunOfLines(value: Json): boolean {
  return (
    isObject(value) &&
    [value.line, value.lines].every((count) => Number.isSafeInteger(count) && Number(count) > 0)
  );
}

function isRead(value: Json): boolean {
  return (
    isObject(value) &&
    READS.includes(value.kind as string) &&
    typeof value.subject === "string" &&
    isDigestOrNull(value.digest)
  );
}

/** An earlier version wrote a path alone. */
function isYielding(value: Json): boolean {
  if (!isObject(value)) return isPath(value);
  return isPath(value.path) && (value.blob === null || /^[0-9a-f]{40,64}$/.test(String(value.blob)));
}

/** Relative, and inside the project whatever the file system: never up, never into git's own folder. */
function isPath(value: Json | undefined): boolean {
  return (
    isText(value) &&
    !/[\0\\]/.test(value) &&
    value.split("/").every((name) => name !== "" && name !== "." && name !== ".." && !/^\.git$/i.test(name))
  );
}

function isListOf(value: Json | undefined, is: (item: Json) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

function isDigestOrNull(value: Json | undefined): boolean {
  return value === null || isDigestText(value);
}

function isDigestText(value: Json | undefined): boolean {
  return typeof value === "string" && isDigest(value);
}

function isText(value: Json | undefined): value is string {
  return typeof value === "string" && value !== "";
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
