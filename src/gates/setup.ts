// Does a project's setup succeed in this folder? It runs in place, since what it installs remembers its path. It does not
// know what the folder is for, nor when a setup has to run.

import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import { failed, type Result, success } from "../model/result.ts";
import { childEnvironment } from "../platform/environment.ts";
import { runProcess } from "../platform/process.ts";

export interface SetupOrder {
  readonly command: string;
  /** Absolute. */
  readonly dir: string;
  /** Variables beyond the built-in allow-list. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly log: string;
}

const TIMEOUT_MS = 30 * 60 * 1000;
const OUTPUT_BYTES = 64 * 1024;
const TAIL_CHARACTERS = 4096;

/** Never rejects. Failures: `setup-failed`, `cancelled`. */
export async function runSetup({ command, dir, env, signal, log }: SetupOrder): Promise<Result<null>> {
  const end = await runProcess({
    command,
    cwd: dir,
    // Install hooks that look for a repository must not find, and configure, the one around us.
    env: childEnvironment({ GIT_CEILING_DIRECTORIES: dirname(dir), ...env }, []),
    timeoutMs: TIMEOUT_MS,
    outputLimit: OUTPUT_BYTES,
    log,
    signal,
    marker: `setup-${randomUUID()}`,
  });
  if (end.end === "cancelled") return failed({ reason: "cancelled" });
  if (end.end === "exited" && end.code === 0) return success(null);
  const late = end.end === "timeout" ? `\n[timed out after ${TIMEOUT_MS / 60_000} minutes]` : "";
  return failed({ reason: "setup-failed", command, output: end.output.slice(-TAIL_CHARACTERS) + late });
}
