// Why did a project's setup fail, and where is all that it printed?

import type { Failure } from "../model/failure.ts";
import { circumstanceText } from "./circumstance-text.ts";
import { cutToBytes, quoted } from "./plain.ts";
import { type FailureText, sentence } from "./wording.ts";

type SetupFailure = Extract<Failure, { readonly reason: "setup-failed" }>;

/** A script of many lines is known by its beginning. */
const COMMAND_BYTES = 160;

export function setupFailureText({
  command,
  evidence = [],
  log,
  circumstances = [],
}: SetupFailure): FailureText {
  const [cause, ...others] = evidence;
  const why = cause === undefined ? "." : `: ${sentence(cause)}`;
  return {
    message: `The project's setup ${quoted(cutToBytes(command, COMMAND_BYTES))} failed${why}`,
    detail: [...others, ...circumstances.map(circumstanceText)],
    fix: `Make the command succeed in a fresh copy of the project, or correct \`setup\` in projects.yaml.${log === undefined ? "" : ` Its full output is in ${log}.`}`,
  };
}
