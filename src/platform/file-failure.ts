// How does an exception of the file system become a failure? It knows no operation in particular.

import type { Failure } from "../model/failure.ts";
import { failed, type Result } from "../model/result.ts";

export type IoFailure = Extract<Failure, { reason: "io" }>;

/** The code of a system error, such as `ENOENT`. Anything else is a bug and is thrown on. */
export function systemCode(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  throw error;
}

export function fileFailure(path: string, operation: string, error: unknown): Result<never, IoFailure> {
  const code = systemCode(error);
  return failed({ reason: "io", path, operation, code, message: (error as Error).message });
}

/** What the system calls the deeds that it refuses, in words. */
const DEEDS: Readonly<Record<string, string>> = {
  ...{ open: "open", read: "read", write: "write", fsync: "write", mkdir: "make", mkdtemp: "make" },
  ...{ unlink: "remove", rm: "remove", rmdir: "remove", rename: "rename", link: "link", symlink: "link" },
  ...{ stat: "look at", lstat: "look at", access: "look at", realpath: "look at", readlink: "look at" },
  ...{ scandir: "list", opendir: "list", copyfile: "copy", chmod: "change", utime: "change" },
};

/** A file that the system refused to somebody who did not expect it; null for any other error. */
export function refusedFile(error: unknown): IoFailure | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall, path, message } = error as NodeJS.ErrnoException;
  const deed = DEEDS[syscall ?? ""];
  if (code === undefined || path === undefined || deed === undefined) return null;
  return { reason: "io", path, operation: deed, code, message };
}

/** Whether there is nothing at the path: the one failure of a look that may stand for emptiness. */
export function isAbsent(failure: Failure): boolean {
  return failure.reason === "io" && failure.code === "ENOENT";
}
