// Which command does a gate run? Its own, with the path of the report and the test files that it is to run. It does not know
// what the command does.

import type { Gate } from "../model/project.ts";
import { fillIn } from "../platform/process-shell.ts";

/** The reporter that the runner of Node is asked for, if it is asked for one alone. */
const ONLY_REPORTER = /^(?:(?!--test-reporter).)*--test-reporter[= ]junit\b(?:(?!--test-reporter[= ]).)*$/s;
const DESTINATION = /(--test-reporter-destination[= ]"?'?\{\{\s*report\s*\}\}"?'?)/;

/**
 * The runner of Node writes into its report that a file failed, and why only into what a second reporter prints: where
 * a command asks for the report alone, a module that cannot be found would be told nowhere. Without `tests`, a command
 * that takes them runs all.
 */
export function gateCommand(gate: Gate, report: string, tests: readonly string[]): string {
  const run = ONLY_REPORTER.test(gate.run)
    ? gate.run.replace(DESTINATION, "$1 --test-reporter=spec --test-reporter-destination=stdout")
    : gate.run;
  return fillIn(run, { report, tests });
}

/** Whether the command can be told which test files to run. */
export function takesTests({ run }: Gate): boolean {
  return /\{\{\s*tests\s*\}\}/.test(run);
}
