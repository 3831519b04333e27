// How did a command agent's program end? Its exit code tells little: some of them exit with 0 after they were refused what
// they needed. It does not know whether what they made is any good.

import type { Failure } from "../model/failure.ts";
import type { ModelErrorCause } from "../model/model-error.ts";
import type { ProcessEnd } from "../platform/process.ts";
import { type Program, type ProgramRequest, unavailable } from "./command-program.ts";
import type { ProgramOutput } from "./presets/preset.ts";

const TAIL_CHARACTERS = 4096;

/** What came back from a program. */
export interface ProgramOutcome {
  readonly end: ProcessEnd;
  /** Null where it has no preset that reads its events. */
  readonly reported: ProgramOutput | null;
  /** Why it was ended by us, from what it told of its turns; null where it was not. */
  readonly stopped: Failure | null;
  /** What a program without a preset said on stdout when it was asked for a text; cut off where that is no answer any more. */
  readonly stdout: string;
}

/** Null where it came to an end of its own, as it should. */
export function failureOf(
  request: ProgramRequest,
  program: Program,
  { end, reported, stopped, stdout }: ProgramOutcome,
): Failure | null {
  const said = end.output.trim() === "" ? (reported?.text ?? stdout) : end.output;
  const output = said.slice(-TAIL_CHARACTERS);
  // Whether it was quick enough to end by itself must not decide.
  if (stopped !== null && !request.session.signal.aborted) return stopped;
  switch (end.end) {
    case "cancelled":
      return { reason: "cancelled" };
    case "timeout":
      return { reason: "agent-timeout", ms: end.ms, output };
    case "exceeded":
      return {
        reason: "agent-exit",
        code: end.code,
        signal: end.signal,
        output: `${output}\n${end.exceeded}`,
      };
    case "not-found":
      return { reason: "agent-missing", program: program.name };
    case "not-started":
      return unavailable(request.declaration, end.output);
    case "exited":
      if (reported !== null) return reportedFailure(request, program, { end, output: reported });
      if (end.code === 0) return null;
      // What the shell says of a program that it cannot find.
      if (end.code === 127) return { reason: "agent-missing", program: program.name };
      return { reason: "agent-exit", code: end.code, signal: end.signal, output };
  }
}

function reportedFailure(
  { declaration, session }: ProgramRequest,
  { name, preset }: Program,
  { end, output: reported }: { readonly end: ProcessEnd; readonly output: ProgramOutput },
): Failure | null {
  const refused = reported.refused.at(-1);
  const unknownRole = preset?.unknownRole?.exec(end.output)?.[0];
  if (unknownRole !== undefined) return unavailable(declaration, `${name} says: ${unknownRole}`);
  if (reported.outOfTurns && declaration.maxTurns !== null) {
    return { reason: "agent-turns", turns: declaration.maxTurns };
  }
  if (reported.error !== null && reported.error.status !== null) {
    return {
      reason: "model-error",
      agent: declaration.id,
      cause: causeOf(reported.error.status),
      status: reported.error.status,
      detail: reported.error.message.slice(0, TAIL_CHARACTERS),
      retryAt: null,
      outcome: "no-answer",
    };
  }
  if (reported.error !== null || end.code !== 0) {
    const output = [reported.error?.message ?? "", end.output].join("\n").trim().slice(-TAIL_CHARACTERS);
    return { reason: "agent-exit", code: end.code, signal: end.signal, output };
  }
  if (!reported.done && refused !== undefined) {
    return unavailable(declaration, `${name} stopped where nobody could give a permission: ${refused}`);
  }
  if (!reported.done) {
    const detail = `${name} stopped before it had come to an end`;
    return { reason: "agent-answer", role: session.role, detail };
  }
  const { model } = declaration;
  if (
    model !== null &&
    reported.models.length > 0 &&
    !reported.models.some((other) => isModel(model, other))
  ) {
    return unavailable(
      declaration,
      `it was to ask ${model}, and ${name} asked ${reported.models.join(", ")}`,
    );
  }
  return null;
}

/** An alias, such as `sonnet`, is part of the name it stands for, or a plain word that only the program understands. */
function isModel(asked: string, told: string): boolean {
  return told.includes(asked.replace(/\[.*\]$/, "")) || /^[a-z]+$/.test(asked);
}

function causeOf(status: number): ModelErrorCause {
  if (status === 401 || status === 403) return "auth";
  if (status === 429) return "rate";
  return status >= 500 ? "overloaded" : "refused";
}
