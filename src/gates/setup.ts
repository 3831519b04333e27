// Does a project's setup succeed in this folder? It runs in place, since what it installs remembers its path. It does not
// know what the folder is for, nor when a setup has to run.

import { randomUUID } from "node:crypto";
import { basename, dirname } from "node:path";
import type { Network } from "../model/network.ts";
import { failed, type Result, success } from "../model/result.ts";
import { childEnvironment } from "../platform/child-environment.ts";
import { namedPlaces } from "../platform/named-places.ts";
import { type ProcessEnd, runProcess } from "../platform/process.ts";
import { withinTree, withoutMachine } from "./machine-paths.ts";
import { tellingLines } from "./setup-evidence.ts";

export interface SetupOrder {
  readonly command: string;
  /** Absolute. */
  readonly dir: string;
  /** Variables beyond the built-in allow-list. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables of the shell that the command may see. */
  readonly allowed: readonly string[];
  /** Folders outside the tree that its repository reads, absolute. */
  readonly borrows: readonly string[];
  readonly network: Network;
  readonly signal: AbortSignal;
  /** In the folder `.factory/logs` of the workspace. */
  readonly log: string;
}

const TIMEOUT_MS = 30 * 60 * 1000;
/** All that it printed may tell why it failed; the log has the rest. */
const OUTPUT_BYTES = 1024 * 1024;

/** Never rejects. Failures: `setup-failed`, `cancelled`. */
export async function runSetup({
  command,
  dir,
  env,
  allowed,
  borrows,
  network,
  signal,
  log,
}: SetupOrder): Promise<Result<null>> {
  // Install hooks that look for a repository must not find, and configure, the one around us.
  const given = childEnvironment({ GIT_CEILING_DIRECTORIES: dirname(dir), ...env }, allowed);
  const named = namedPlaces(given, allowed, command);
  const end = await runProcess({
    command,
    cwd: dir,
    env: given,
    reach: { stage: "setup", writes: [dir], reads: borrows, named, network },
    secrets: allowed,
    own: [dir],
    timeoutMs: TIMEOUT_MS,
    outputLimit: OUTPUT_BYTES,
    log,
    signal,
    marker: `setup-${randomUUID()}`,
  });
  if (end.end === "cancelled") return failed({ reason: "cancelled" });
  if (end.end === "exited" && end.code === 0) return success(null);
  return failed({
    reason: "setup-failed",
    command,
    evidence: [
      ...howItEnded(end),
      ...tellingLines(withoutMachine(withinTree({ dir, root: "", scratch: dir }, end.output))),
    ],
    log: `.factory/logs/${basename(log)}`,
  });
}

/** What the output cannot say. */
function howItEnded(end: ProcessEnd): string[] {
  if (end.exceeded !== null) return [end.exceeded];
  if (end.end === "timeout") return [`timed out after ${TIMEOUT_MS / 60_000} minutes`];
  if (end.signal !== null) return [`killed by ${end.signal}`];
  return end.output.trim() === "" ? [`exit code ${end.code}, without output`] : [];
}
