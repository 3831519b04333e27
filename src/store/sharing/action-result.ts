// What stands under a key of a shared store? The documents that were kept under it, by digest, newest first. It has the form
// that caches of Bazel take there: an ActionResult of the Remote Execution API, written as JSON. Such a server then holds the
// documents for as long as it holds the key. What a document says is not known here.

import { type Digest, isDigest } from "../../model/digest.ts";

export interface NamedDocument {
  readonly digest: Digest;
  readonly bytes: number;
}

/** More than these were never of use: a key's results differ by what their agents read. */
const MOST = 10;

/** With this one before all others. */
export function withNewest(
  newest: NamedDocument,
  others: readonly NamedDocument[],
): readonly NamedDocument[] {
  return [newest, ...others.filter(({ digest }) => digest !== newest.digest)].slice(0, MOST);
}

export function actionResultOf(documents: readonly NamedDocument[]): Uint8Array {
  const outputFiles = documents.map(({ digest, bytes }) => ({
    path: digest,
    digest: { hash: digest, sizeBytes: String(bytes) },
  }));
  return Buffer.from(`${JSON.stringify({ outputFiles })}\n`);
}

/** Null where it is no such message. What others put beside our fields is left alone. */
export function documentsIn(bytes: Uint8Array): readonly NamedDocument[] | null {
  let message: unknown;
  try {
    message = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
  const files = (message as { readonly outputFiles?: unknown } | null)?.outputFiles;
  if (!Array.isArray(files)) return null;
  const found: NamedDocument[] = [];
  for (const file of files) {
    const { hash, sizeBytes } = (file?.digest ?? {}) as {
      readonly hash?: unknown;
      readonly sizeBytes?: unknown;
    };
    if (typeof hash !== "string" || !isDigest(hash)) return null;
    found.push({ digest: hash, bytes: Number(sizeBytes ?? 0) });
  }
  return found.slice(0, MOST);
}
