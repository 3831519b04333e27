// Where does a report go that a host of code reads? Into the file that a flag names, beside what is printed.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Diagnostic } from "../model/diagnostic.ts";
import type { Json } from "../model/digest.ts";
import type { Result } from "../model/result.ts";
import type { Outcome } from "../pipeline/run/recorder.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { ownRedactor, redactValue } from "../platform/redact.ts";
import { failureBlock } from "../report/failure-block.ts";
import { diagnosticOf } from "../report/failure-diagnostic.ts";
import { jsonText } from "../report/json.ts";
import { junitReport, refusedReport } from "../report/junit-xml.ts";
import { sarifDocument } from "../report/sarif.ts";
import { folderInRepository } from "../workspaces/find-repository.ts";
import { EXIT, type ExitCode, exitOf } from "./exit-code.ts";
import type { Invocation } from "./invocation.ts";
import { VERSION } from "./package-version.ts";

/**
 * Writes the findings to the file of `--sarif`, where it is given. `code` is what the command came to, and what this gives
 * back, unless all was well and the file could not be written.
 */
export function writeSarif(
  invocation: Invocation,
  found: Result<readonly Diagnostic[]>,
  code: ExitCode,
): ExitCode {
  const file = invocation.text("sarif");
  if (file === null) return code;
  const document = sarifDocument(found.ok ? found.value : diagnosticOf(found.failure, null), {
    version: VERSION,
    folder: folderInRepository(invocation.root),
    complete: found.ok,
  });
  return writeReport(invocation, { file, text: jsonText(hidden(document)), code });
}

/** As `writeSarif`: what a build came to, to the file of `--junit`. */
export function writeJUnit(
  invocation: Invocation,
  outcome: Result<Pick<Outcome, "result" | "failures">>,
  code: ExitCode,
): ExitCode {
  const file = invocation.text("junit");
  if (file === null) return code;
  const text = outcome.ok
    ? junitReport(hidden(outcome.value.result), hidden(outcome.value.failures))
    : refusedReport(hidden(diagnosticOf(outcome.failure, null)));
  return writeReport(invocation, { file, text, code });
}

/** Before anything is escaped, or a secret with a `&` in it would pass. */
function hidden<T>(value: T): T {
  return redactValue(value as Json, ownRedactor()) as T;
}

interface Report {
  readonly file: string;
  readonly text: string;
  readonly code: ExitCode;
}

/** The path is from the folder in which the command was called, or that `-C` names. */
/** `code` is what the command came to, and what this gives back, unless all was well and the file could not be written. */
export function writeReport(invocation: Invocation, { file, text, code }: Report): ExitCode {
  const path = resolve(invocation.directory, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return code;
  } catch (error) {
    const { failure } = fileFailure(path, "write", error) as Extract<Result<never>, { ok: false }>;
    invocation.warn(...failureBlock(failure, null, invocation.look.color));
    return code === EXIT.done ? exitOf(failure) : code;
  }
}
