// How is a tree told to a machine that has no git of the project? As a list of paths with modes and digests, or as what differs
// from another list. Files and lists lie in the shared store below `derived/`, under their digests.

import { type Digest, digestOfBytes, isDigest } from "../../model/digest.ts";
import type { TreeEntry } from "../../model/tree.ts";

export interface FileList {
  /** List that this one changes; null: all files are here. */
  readonly base: Digest | null;
  /** By path; null: not there any more. */
  readonly files: Readonly<Record<string, readonly [mode: TreeEntry["mode"], digest: Digest] | null>>;
}

const FORMAT = 1;
const MODES: ReadonlySet<unknown> = new Set(["100644", "100755", "120000"]);

/** Where content lies in the store. */
export function storedAt(digest: Digest): string {
  return `derived/cas/${digest}`;
}

/** Where a finished draft lies whose answer may be lost on its way. */
export function draftStoredAt(name: Digest): string {
  return `derived/drafts/${name}`;
}

export function fileListBytes({ base, files }: FileList): {
  readonly digest: Digest;
  readonly bytes: Buffer;
} {
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)));
  const bytes = Buffer.from(JSON.stringify({ files: FORMAT, base, paths: sorted }));
  return { digest: digestOfBytes(bytes), bytes };
}

/** Null for what is no list, and for one that names a path which is no file's in a tree. */
export function fileListIn(bytes: Uint8Array): FileList | null {
  try {
    const said = JSON.parse(Buffer.from(bytes).toString("utf8")) as {
      readonly files?: unknown;
      readonly base?: unknown;
      readonly paths?: unknown;
    } | null;
    const { base = null, paths } = said ?? {};
    const isBase = base === null || (typeof base === "string" && isDigest(base));
    if (said?.files !== FORMAT || !isBase || typeof paths !== "object" || paths === null) return null;
    if (!Object.entries(paths).every(([path, entry]) => isPath(path) && isEntry(entry))) return null;
    return { base, files: paths as FileList["files"] };
  } catch {
    return null;
  }
}

function isPath(path: string): boolean {
  const segments = path.split("/");
  return !/[\0\n]/.test(path) && segments.every((one) => !/^(?:|\.|\.\.|\.git)$/i.test(one));
}

function isEntry(entry: unknown): boolean {
  if (entry === null) return true;
  if (!Array.isArray(entry) || entry.length !== 2) return false;
  return MODES.has(entry[0]) && typeof entry[1] === "string" && isDigest(entry[1]);
}
