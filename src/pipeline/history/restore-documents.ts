// How does a feature's folder become what it was at an earlier version? Byte for byte, and nothing is lost by it: what no
// commit has is not written over without a person's word, and then a copy is kept. The lock is another matter.

import { join } from "node:path";
import { digestOf, digestOfBytes } from "../../model/digest.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { SpecVersion } from "../../model/spec-version.ts";
import type { Oid } from "../../model/tree.ts";
import { readFileCapped } from "../../platform/files.ts";
import { removeDurably, writeDurably } from "../../store/durable.ts";
import { LOCK_NAME } from "../../store/locks.ts";
import { blobOid, readBlobs } from "../../workspaces/objects.ts";
import type { Archive, FeatureHistory } from "../past/feature-history.ts";

const LIMIT = 64 * 1024 * 1024;
const DOCUMENTS = ["feature.md", "BACKLOG.yaml", "PLAN.md"];

export interface DocumentChange {
  /** In the feature's folder. */
  readonly path: string;
  readonly change: "added" | "changed" | "removed";
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** No commit has what it holds now. */
  readonly precious: boolean;
}

/**
 * What has to change. Files that no commit ever had stay where they are, unless a version's own file takes their place
 * or they would have a say in what the feature means.
 */
export async function changesTo(
  root: string,
  { feature, folder, archive, versions }: FeatureHistory,
  version: SpecVersion,
): Promise<Result<readonly DocumentChange[]>> {
  const files = archive.filesAt.get(version.last);
  if (archive.git === null) return noRepository();
  if (files === undefined) return notCommitted(feature, version, versions.length);
  const wanted = [...files].filter(([path, { mode }]) => path !== LOCK_NAME && mode.startsWith("100"));
  const contents = await readBlobs(
    archive.git,
    wanted.map(([, { oid }]) => oid),
  );
  if (!contents.ok) return contents;
  const known = knownBlobs(archive);
  const after = new Map(wanted.map(([path], index) => [path, contents.value[index] as Uint8Array]));
  const latest = [...archive.filesAt.values()].at(-1);
  const own = [...(latest ?? [])].filter(([, { mode }]) => mode.startsWith("100")).map(([path]) => path);
  const changes: DocumentChange[] = [];
  for (const path of new Set([...after.keys(), ...DOCUMENTS, ...own])) {
    if (path === LOCK_NAME) continue;
    const read = readFileCapped(join(root, folder, path), LIMIT);
    if (!read.ok && !isAbsent(read.failure)) return read;
    const before = read.ok ? read.value : null;
    const text = after.get(path) ?? null;
    if (same(before, text)) continue;
    const change = before === null ? "added" : text === null ? "removed" : "changed";
    const precious = before !== null && !isKnown(before, known, archive.objectFormat);
    changes.push({ path, change, before, after: text, precious });
  }
  return success(changes);
}

/** Folder of the copies, from the root; null where there was nothing to keep. */
export async function keepCopies(
  root: string,
  feature: string,
  changes: readonly DocumentChange[],
): Promise<Result<string | null>> {
  const kept = changes.filter(({ precious }) => precious);
  if (kept.length === 0) return success(null);
  const digests = kept.map(({ path, before }) => [path, digestOfBytes(before ?? "")]);
  const folder = `.factory/replaced/${feature}/${digestOf("replaced/1", digests).slice(0, 12)}`;
  for (const { path, before } of kept) {
    const written = await writeDurably(join(root, folder, path), before ?? "");
    if (!written.ok) return written;
  }
  return success(folder);
}

/** A crash in between leaves files that all are in git, so the same command again goes on. */
export async function writeChanges(
  root: string,
  folder: string,
  changes: readonly DocumentChange[],
): Promise<Result<void>> {
  for (const { path, after } of changes) {
    const full = join(root, folder, path);
    const done = after === null ? await removeDurably(full) : await writeDurably(full, after);
    if (!done.ok) return done;
  }
  return success(undefined);
}

/** Whether any commit of the folder's history has these bytes, whatever the file was called. */
export function isCommitted(bytes: Uint8Array, archive: Archive): boolean {
  return isKnown(bytes, knownBlobs(archive), archive.objectFormat);
}

function knownBlobs({ filesAt }: Archive): ReadonlySet<Oid> {
  return new Set([...filesAt.values()].flatMap((files) => [...files.values()].map(({ oid }) => oid)));
}

/** Also where git turned the line ends of a checkout into those of the system. */
function isKnown(bytes: Uint8Array, known: ReadonlySet<Oid>, format: "sha1" | "sha256"): boolean {
  if (known.has(blobOid(bytes, format))) return true;
  const text = Buffer.from(bytes).toString("latin1");
  return (
    text.includes("\r\n") && known.has(blobOid(Buffer.from(text.replaceAll("\r\n", "\n"), "latin1"), format))
  );
}

function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === b || (a !== null && b !== null && Buffer.compare(a, b) === 0);
}

function isAbsent(failure: { readonly reason: string; readonly code?: unknown }): boolean {
  return failure.reason === "io" && (failure.code === "ENOENT" || failure.code === "ENOTDIR");
}

function noRepository(): Result<never> {
  const message = "the workspace is not in a git repository, so there is no earlier version to go back to";
  return failed({ reason: "usage", message, fix: "Run `git init` and commit the specs." });
}

function notCommitted(feature: string, { number }: SpecVersion, last: number): Result<never> {
  return failed({
    reason: "usage",
    message: `${feature}@${number} is what the working copy says, and no commit has it`,
    fix:
      last > 1
        ? `Name a version before it: \`factory log ${feature}\` shows them.`
        : "Commit the specs once.",
  });
}
