// What did a process leave in the file it was told to write? It may have left anything: nothing, a pipe, a link to a
// device, a terabyte. It does not know the format.

import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

export type LeftBehind =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly why: string };

/** Reads a regular file of at most `limit` bytes as UTF-8; follows no link and waits for no pipe. Never rejects. */
export async function readReport(path: string, limit: number): Promise<LeftBehind> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) return { kind: "refused", why: "is not a regular file" };
    if (stat.size > limit) return { kind: "refused", why: `is larger than ${limit} bytes` };
    return { kind: "text", text: new TextDecoder().decode(await file.readFile()) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return { kind: "missing" };
    return { kind: "refused", why: code === "ELOOP" ? "is a symbolic link" : `cannot be read: ${message}` };
  } finally {
    await file?.close();
  }
}
