// How does a program write a draft, or answer with a text? It is started in a folder with the window in a
// file; what changed there when it exits is the draft, what it said at last is the answer. It does not know what the
// program is (presets/ do), nor whether the draft is any good.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CommandDeclaration } from "../model/agent-declaration.ts";
import type { Failure } from "../model/failure.ts";
import { NO_USAGE, type Usage } from "../model/output.ts";
import type { Reach } from "../model/reach.ts";
import { failed, type Result, success } from "../model/result.ts";
import { namedPlaces } from "../platform/named-places.ts";
import { runProcess } from "../platform/process.ts";
import { plainText } from "../platform/process-output.ts";
import { readReport } from "../platform/process-report.ts";
import { isSandboxOpen } from "../platform/sandbox.ts";
import type { DraftedWork, Inquiry, SessionResult } from "./agent-port.ts";
import { failureOf, type ProgramOutcome } from "./command-end.ts";
import {
  type Program,
  type ProgramAssignment,
  type ProgramRequest,
  programOf,
  unavailable,
} from "./command-program.ts";
import { type CommandResult, RESULT_BYTES, readResult } from "./command-result.ts";
import { NO_OUTPUT, type ProgramOutput } from "./presets/preset.ts";
import { ProgramWatch } from "./program-watch.ts";

/** The window under a name that a person, or a program that was told nothing, finds at once. */
const CONTEXT_FILE = "TASK_CONTEXT.md";
const OUTPUT_BYTES = 64 * 1024;
const ANSWER_CHARACTERS = 1024 * 1024;

export async function draftByProgram(
  declaration: CommandDeclaration,
  assignment: ProgramAssignment,
): Promise<SessionResult<DraftedWork>> {
  const { dir, task } = assignment;
  assert(dir !== null, "a command agent is given a worktree");
  const request = requestOf(declaration, assignment, { purpose: "draft", subject: task.id, dir });
  return await inScratch(request, async () => {
    const context = join(dir, CONTEXT_FILE);
    const laid = await layContext(context, request.text);
    try {
      return await worked(request, ({ outcome, report }) => success(workOf(outcome, report)));
    } finally {
      // The program may have made anything of it; it was never the project's.
      if (laid) await rm(context, { recursive: true, force: true });
    }
  });
}

export async function replyByProgram(
  declaration: CommandDeclaration,
  inquiry: Inquiry,
): Promise<SessionResult<string>> {
  const { role, scratch, subject } = inquiry;
  const dir = inquiry.dir ?? join(scratch, "empty");
  const request = requestOf(declaration, inquiry, { purpose: "reply", subject, dir });
  return await inScratch(request, async () => {
    await mkdir(dir, { recursive: true });
    return await worked(request, ({ outcome, report }) => {
      const text = plainText(report.text ?? outcome.reported?.text ?? outcome.stdout).trim();
      if (text.length > ANSWER_CHARACTERS) {
        const detail = `it is longer than ${ANSWER_CHARACTERS} characters`;
        return failed({ reason: "agent-answer", role, detail });
      }
      if (text === "") return failed({ reason: "agent-answer", role, detail: "it is empty" });
      return success(text);
    });
  });
}

function requestOf(
  declaration: CommandDeclaration,
  session: ProgramAssignment | Inquiry,
  about: Pick<ProgramRequest, "purpose" | "subject" | "dir">,
): ProgramRequest {
  return {
    ...about,
    declaration,
    session,
    text: [session.system, session.text].filter((part) => part !== "").join("\n\n"),
    window: join(session.scratch, "window.md"),
    result: join(session.scratch, "result.json"),
  };
}

async function inScratch<T>(
  { result, session, text, window }: ProgramRequest,
  act: () => Promise<SessionResult<T>>,
): Promise<SessionResult<T>> {
  if (session.signal.aborted) return { result: failed({ reason: "cancelled" }), usage: NO_USAGE };
  try {
    await mkdir(session.scratch, { recursive: true });
    await rm(result, { recursive: true, force: true });
    await writeFile(window, text, { mode: 0o600 });
    return await act();
  } catch (error) {
    const { code = "UNKNOWN", message, path = session.scratch } = error as NodeJS.ErrnoException;
    const operation = "start an agent";
    return { result: failed({ reason: "io", path, operation, code, message }), usage: NO_USAGE };
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

interface ReportedOutcome {
  readonly outcome: ProgramOutcome;
  readonly report: CommandResult;
}

/** What it cost is told also where it failed: a report that was written before the end counts. */
async function worked<T>(
  request: ProgramRequest,
  read: (reported: ReportedOutcome) => Result<T>,
): Promise<SessionResult<T>> {
  const program = await programOf(request);
  if (!program.ok) return { result: program, usage: NO_USAGE };
  const { declaration } = request;
  if (declaration.sandbox === "require" && !isSandboxOpen()) {
    const detail = "its sandbox is required, and this machine has none (see `factory doctor`)";
    return { result: failed(unavailable(declaration, detail)), usage: NO_USAGE };
  }
  const { session } = request;
  if ("begin" in session && session.begin !== undefined && !(await session.begin()))
    return { result: failed({ reason: "cancelled" }), usage: NO_USAGE };
  const outcome = await run(request, program.value);
  const written = await readReport(request.result, RESULT_BYTES);
  const report = readResult(written);
  const failure = failureOf(request, program.value, outcome);
  // What never began has asked nobody.
  if (failure?.reason === "agent-missing" && written.kind === "missing")
    return { result: failed(failure), usage: NO_USAGE };
  const model = outcome.reported?.models[0];
  return {
    result: failure === null ? read({ outcome, report }) : failed(failure),
    usage: outcome.reported === null ? report.usage : usageOf(outcome.reported),
    ...(model === undefined ? {} : { model }),
  };
}

async function run(request: ProgramRequest, program: Program): Promise<ProgramOutcome> {
  const { declaration, dir, purpose, session, subject } = request;
  const { preset } = program;
  let output = NO_OUTPUT;
  let stdout = "";
  let stopped: Failure | null = null;
  const stop = new AbortController();
  const watch = new ProgramWatch(preset?.countsTurns ? null : declaration.maxTurns, session.redact);
  const hear = (line: string) => {
    if (preset !== null) {
      const event = eventOf(line);
      const before = output.calls;
      output = preset.read(output, event);
      if (output.calls > before) session.spending(usageOf(output), output.models[0] ?? null);
      stopped ??= watch.seen(preset.turnEvents(event));
      if (stopped !== null) stop.abort();
    } else if (stdout.length <= ANSWER_CHARACTERS) stdout += `${line}\n`;
  };
  const end = await runProcess({
    ...program.start,
    cwd: dir,
    env: program.env,
    secrets: declaration.env,
    own: purpose === "draft" ? [dir, session.scratch] : [session.scratch],
    ...(declaration.sandbox === "off" ? {} : { reach: reachOf(request, program) }),
    timeoutMs: declaration.timeoutMs,
    idleMs: declaration.silenceMs,
    outputLimit: OUTPUT_BYTES,
    log: session.log,
    signal: AbortSignal.any([session.signal, stop.signal]),
    marker: `agent-${subject}-${randomUUID()}`,
    ...(program.input === null ? {} : { input: program.input }),
    ...(preset !== null || purpose === "reply" ? { onLine: hear } : {}),
  });
  return { end, reported: preset === null ? null : output, stopped, stdout };
}

/** A draft is written in its folder; whoever answers with a text only reads there. */
function reachOf(
  { declaration, dir, purpose, session }: ProgramRequest,
  { env, own, start }: Program,
): Reach {
  const { scratch, borrows } = session;
  return {
    stage: "agent",
    writes: [...(purpose === "draft" ? [dir] : []), scratch, ...own.logins],
    reads: [...(purpose === "draft" ? [] : [dir]), ...borrows, ...own.reads],
    named: namedPlaces(env, declaration.env, "command" in start ? start.command : ""),
    network: declaration.network ?? true,
    insists: declaration.sandbox !== undefined,
  };
}

/** Null for a line that is no event: some programs greet. */
function eventOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A program that told nothing may still have called its model: that is one call of unknown price, not none. */
function usageOf({ calls, tokens, usd, error }: ProgramOutput): Usage {
  if (calls === 0 && error === null) return { calls: 1, tokens, usd: null };
  return { calls, tokens, usd: calls === 0 ? 0 : usd };
}

function workOf(
  { end, reported: output }: ProgramOutcome,
  { complaints, notes, question }: CommandResult,
): DraftedWork {
  const unlogged = end.logError === null ? [] : [`the log could not be written: ${end.logError}`];
  const refused = output === null ? [] : output.refused.map((tool) => `it was refused ${tool}`);
  // What a report says is meant for us; else the program's last message is its closing word.
  const words = notes ?? (output?.text.trim() || null);
  const remarks = [...(words === null ? [] : [words]), ...complaints, ...refused, ...unlogged];
  return { changes: null, reads: [], question, notes: remarks.length > 0 ? remarks.join("\n") : null };
}
