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

/** Whether there is nothing at the path: the one failure of a look that may stand for emptiness. */
export function isAbsent(failure: Failure): boolean {
  return failure.reason === "io" && failure.code === "ENOENT";
}
