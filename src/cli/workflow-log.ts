// Is this a run of GitHub Actions, whose log obeys commands? Then nothing that the process writes is one, whoever's text it
// is, but for those that are given here.

import { defused } from "../report/workflow-command.ts";

// As the streams themselves, one per process.
let write: ((text: string) => void) | null = null;

/** Before anything is written. Elsewhere it does nothing. */
export function openWorkflowLog(env: Readonly<Record<string, string | undefined>>): void {
  if (env.GITHUB_ACTIONS !== "true" || write !== null) return;
  write = process.stderr.write.bind(process.stderr);
  for (const stream of [process.stdout, process.stderr]) {
    const unguarded = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: unknown, ...rest: unknown[]) =>
      unguarded(typeof chunk === "string" ? defused(chunk) : chunk, ...rest);
  }
}

export function isWorkflowLog(): boolean {
  return write !== null;
}

/** Each of them one line, made by report/workflow-command.ts. */
export function giveCommands(commands: readonly string[]): void {
  if (commands.length > 0) write?.(`${commands.join("\n")}\n`);
}
