// How does a test run a program? A process with an environment built from scratch, so that no setting
// and no key of the machine reaches it. Knows nothing of the factory.

import { type ChildProcess, spawn } from "node:child_process";
import { delimiter } from "node:path";

export interface Run {
  readonly command: string;
  /** Null where a signal ended the process. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly child: ChildProcess;
  /** Settles when the process has gone and its output is complete; never rejects. */
  readonly done: Promise<Run>;
}

export interface Surroundings {
  readonly cwd: string;
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
}

export function start(file: string, args: readonly string[], where: Surroundings): Program {
  const child = spawn(file, args, {
    cwd: where.cwd,
    env: environment(where),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const done = new Promise<Run>((resolve) => {
    const settle = (code: number | null, signal: string | null, extra = "") =>
      resolve({
        command: [file, ...args].join(" "),
        code,
        signal,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8") + extra,
      });
    child.once("error", (error) => settle(null, null, String(error)));
    child.once("close", (code, signal) => settle(code, signal));
  });
  return { child, done };
}

/** Only what a process needs to run at all. Folders that npm adds to PATH would hide a missing dependency. */
export function environment(where: Surroundings): Record<string, string> {
  const path = (process.env.PATH ?? "").split(delimiter).filter((dir) => !dir.includes("node_modules"));
  return {
    PATH: path.join(delimiter),
    HOME: where.home,
    TMPDIR: where.home,
    LANG: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    // Scripts of tests leave their traces beside the workspace; those of the sandbox ask for it.
    FACTORY_SANDBOX: process.env.FACTORY_SANDBOX ?? "off",
    ...where.env,
  };
}
