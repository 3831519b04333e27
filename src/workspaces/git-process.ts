// How is a git started that answers a question? By Node itself: a build starts some sixty of them, and what a library does
// for each start costs twice what the start itself does. It knows no repository and judges no answer.

import { spawn } from "node:child_process";

export interface GitStart {
  /** All that it gets on its stdin; where that is nothing, its stdin ends at once. */
  readonly input: Uint8Array | string;
  readonly cwd: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface GitEnd {
  /** Null where a signal ended it, or where it could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  /** What it wrote there; where it wrote nothing and gave no code, why. */
  readonly stderr: string;
}

/** Never rejects. */
export function startGit(args: readonly string[], { input, cwd, env }: GitStart): Promise<GitEnd> {
  const child = spawn("git", args, {
    cwd,
    env,
    stdio: [input.length === 0 ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const said = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout?.on("data", (chunk: Buffer) => said.stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => said.stderr.push(chunk));
  // A git that ends before it has read all of it says why by itself.
  child.stdin?.on("error", () => {});
  child.stdin?.end(input);
  return new Promise((resolve) => {
    let refused = "";
    child.once("error", (error) => {
      refused = error.message;
      if (child.pid === undefined) settle(null, null);
    });
    child.once("close", settle);
    function settle(code: number | null, signal: NodeJS.Signals | null): void {
      const stderr = Buffer.concat(said.stderr).toString("utf8");
      resolve({
        code: child.pid === undefined ? null : code,
        signal,
        stdout: Buffer.concat(said.stdout),
        stderr: stderr === "" ? refused : stderr,
      });
    }
  });
}
