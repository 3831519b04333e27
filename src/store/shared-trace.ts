// Is a document of a shared store a trace that may be used? Its digest says that it came as it was sent; that it fits its key,
// and that nothing in it leads out of a project, is looked at here. Whether its blobs can be had is the reader's affair.

import type { TaskId } from "../model/address.ts";
import { type Digest, isDigest } from "../model/digest.ts";
import { pathFault } from "../model/path.ts";
import type { Trace } from "../model/trace.ts";

type Fields = { readonly [name: string]: unknown };

const FORMAT = 1;
const MODES: readonly unknown[] = ["100644", "100755", "120000"];

/** Null for another task's or another key's, and for one that this version cannot read. */
export function sharedTrace(document: Uint8Array, task: TaskId, key: Digest): Trace | null {
  let content: Fields;
  try {
    content = fieldsOf(JSON.parse(Buffer.from(document).toString("utf8")));
  } catch {
    return null;
  }
  const trace = fieldsOf(content.trace);
  const { manifest, usage } = trace;
  const isOne =
    content.schema === FORMAT &&
    trace.task === task &&
    trace.key === key &&
    typeof trace.agent === "string" &&
    typeof trace.attempts === "number" &&
    isName(trace.verification) &&
    areAll(fieldsOf(manifest).components, isComponent) &&
    areAll(trace.reads, isRead) &&
    areAll(trace.outputs, isOutput) &&
    typeof fieldsOf(usage).calls === "number" &&
    Object.values(fieldsOf(fieldsOf(usage).tokens)).every((count) => typeof count === "number");
  return isOne ? (trace as unknown as Trace) : null;
}

function isComponent({ kind, name, digest }: Fields): boolean {
  return typeof kind === "string" && typeof name === "string" && isName(digest);
}

function isRead({ kind, subject, digest }: Fields): boolean {
  return typeof kind === "string" && typeof subject === "string" && isNameOrNull(digest);
}

function isOutput({ path, mode, digest, base }: Fields): boolean {
  const isPlaced = typeof path === "string" && pathFault(path) === null;
  return isPlaced && MODES.includes(mode) && isNameOrNull(digest) && isNameOrNull(base);
}

function isName(value: unknown): boolean {
  return typeof value === "string" && isDigest(value);
}

function isNameOrNull(value: unknown): boolean {
  return value === null || isName(value);
}

function areAll(value: unknown, isOne: (fields: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => isOne(fieldsOf(one)));
}

/** None where it is no object. */
function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
