// How does a program of the user's write a draft? It is started in the worktree with the window in a file, and what
// changed there when it exits is the draft. It does not know what the program is, nor whether the draft is any good.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CommandDeclaration } from "../model/agent.ts";
import { NO_USAGE } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import { childEnvironment } from "../platform/environment.ts";
import { type ProcessEnd, runProcess } from "../platform/process.ts";
import { readReport } from "../platform/process-report.ts";
import { fillIn } from "../platform/process-shell.ts";
import type { Agent, Assignment, Ended, Work } from "./agent.ts";
import { RESULT_BYTES, readResult } from "./command-result.ts";

/** The window under a name that a person, or a program that was told nothing, finds at once. */
const CONTEXT_FILE = "TASK_CONTEXT.md";
const OUTPUT_BYTES = 64 * 1024;
const TAIL_CHARACTERS = 4096;

export function commandAgent(declaration: CommandDeclaration): Agent {
  return {
    declaration,
    needsWorktree: true,
    draft: (assignment) => draft(declaration, assignment),
    reply: async () => ({ result: failed(noReply(declaration)), usage: NO_USAGE }),
  };
}

async function draft(declaration: CommandDeclaration, assignment: Assignment): Promise<Ended<Work>> {
  const { dir, scratch, signal } = assignment;
  const text = [assignment.system, assignment.text].filter((part) => part !== "").join("\n\n");
  const unpaid = (result: Result<never>) => ({ result, usage: NO_USAGE });
  assert(dir !== null, "a command agent is given a worktree");
  if (declaration.run === null) return unpaid(failed(presetMissing(declaration)));
  if (signal.aborted) return unpaid(failed({ reason: "cancelled" }));
  const window = join(scratch, "window.md");
  const result = join(scratch, "result.json");
  const context = join(dir, CONTEXT_FILE);
  try {
    await mkdir(scratch, { recursive: true });
    await rm(result, { recursive: true, force: true });
    await writeFile(window, text, { mode: 0o600 });
    const laid = await layContext(context, text);
    try {
      const end = await run(declaration, declaration.run, { assignment, dir, window, result });
      const failure = failureOf(end, declaration);
      const told = await workOf(result, end);
      return failure ? { ...told, result: failed(failure) } : told;
    } finally {
      // The program may have made anything of it; it was never the project's.
      if (laid) await rm(context, { recursive: true, force: true });
    }
  } catch (error) {
    const { code = "UNKNOWN", message, path = scratch } = error as NodeJS.ErrnoException;
    return unpaid(failed({ reason: "io", path, operation: "start an agent", code, message }));
  }
}

/** False where the project has a file of that name itself: it stays, and FACTORY_WINDOW leads to the window. */
async function layContext(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

interface Desk {
  readonly assignment: Assignment;
  readonly dir: string;
  readonly window: string;
  readonly result: string;
}

function run(declaration: CommandDeclaration, command: string, desk: Desk): Promise<ProcessEnd> {
  const { assignment, dir, window, result } = desk;
  const given = {
    FACTORY_TASK: assignment.task.id,
    FACTORY_WINDOW: window,
    FACTORY_RESULT: result,
    // A program that loses the worktree's repository must not go on in the one around us.
    GIT_CEILING_DIRECTORIES: dirname(dir),
  };
  return runProcess({
    command: fillIn(command, { window }),
    cwd: dir,
    env: childEnvironment(given, declaration.env),
    timeoutMs: declaration.timeoutMs,
    outputLimit: OUTPUT_BYTES,
    log: assignment.log,
    signal: assignment.signal,
    marker: `agent-${assignment.task.id}-${assignment.attempt}-${randomUUID()}`,
  });
}

function failureOf(end: ProcessEnd, declaration: CommandDeclaration) {
  const output = end.output.slice(-TAIL_CHARACTERS);
  const program = declaration.run?.trim().split(/\s+/)[0] ?? "";
  switch (end.end) {
    case "cancelled":
      return { reason: "cancelled" } as const;
    case "timeout":
      return { reason: "agent-timeout", ms: end.ms, output } as const;
    case "not-found":
      return { reason: "agent-missing", program } as const;
    case "not-started":
      return { reason: "agent-unavailable", agent: declaration.id, detail: end.output } as const;
    case "exited":
      if (end.code === 0) return null;
      // What the shell says of a program that it cannot find.
      if (end.code === 127) return { reason: "agent-missing", program } as const;
      return { reason: "agent-exit", code: end.code, signal: end.signal, output } as const;
  }
}

/** What it cost is told also where it failed: a report that was written before the end counts. */
async function workOf(path: string, end: ProcessEnd): Promise<Ended<Work>> {
  const { usage, question, notes, complaints } = readResult(await readReport(path, RESULT_BYTES));
  const unlogged = end.logError === null ? [] : [`the log could not be written: ${end.logError}`];
  const remarks = [...(notes === null ? [] : [notes]), ...complaints, ...unlogged];
  const work = { changes: null, reads: [], question, notes: remarks.length > 0 ? remarks.join("\n") : null };
  return { result: success(work), usage };
}

function noReply({ id }: CommandDeclaration) {
  const detail = "a command agent writes code, and no documents";
  return { reason: "agent-unavailable", agent: id, detail } as const;
}

function presetMissing({ id, preset }: CommandDeclaration) {
  const detail = `preset ${preset} cannot be called by this version; declare the call with run`;
  return { reason: "agent-unavailable", agent: id, detail } as const;
}
