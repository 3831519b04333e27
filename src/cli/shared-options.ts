// Which options do several commands have, and how are their values read?

import { InvalidArgumentError } from "commander";
import type { OptionDeclaration } from "./declaration.ts";

/** Those of every command. */
export const GLOBAL_OPTIONS: readonly OptionDeclaration[] = [
  { flags: "-C, --directory <dir>", help: "run as if started in <dir>" },
  { flags: "--json", help: "print one JSON document on stdout" },
  { flags: "-q, --quiet", help: "print only what went wrong" },
  { flags: "--no-color", help: "print no colors (same as NO_COLOR)" },
];

export const NO_WAIT: OptionDeclaration = {
  flags: "--no-wait",
  help: "exit 7 at once if another build holds the workspace",
};

export const BUILD_OPTIONS: readonly OptionDeclaration[] = [
  { flags: "-j, --jobs <n>", help: "run this many agents at once", parse: positiveInteger },
  { flags: "-n, --dry-run", help: "show what it would do, and do nothing" },
  { flags: "-f, --force", help: "regenerate the targets even if they are fresh" },
  { flags: "-k, --keep-going", help: "continue with tasks that do not depend on a failed one (the default)" },
  { flags: "-b, --branch <name>", help: "build into this branch of every project" },
  { flags: "--fail-fast", help: "start nothing new after the first failure" },
  { flags: "--budget <usd>", help: "stop before spending more than this", parse: amount },
  {
    flags: "--budget-per-hour <usd>",
    help: "stop before spending more than this within an hour",
    parse: amount,
  },
  { flags: "--fleet <url>", help: "let the workers at this Redis run gates; needs `store` in projects.yaml" },
  { flags: "--locked", help: "call no model; fail if one is needed" },
  { flags: "--offline", help: "use no network; fail if it is needed" },
  NO_WAIT,
  { flags: "-y, --yes", help: "do not ask for confirmation" },
];

export const SARIF: OptionDeclaration = {
  flags: "--sarif <file>",
  help: "also write the findings to this file, as SARIF 2.1.0 for a host of code",
};

export const CONFIRM: OptionDeclaration = {
  flags: "--confirm",
  help: "while watching, ask before paid work",
};

export const JUNIT: OptionDeclaration = {
  flags: "--junit <file>",
  help: "also write the result to this file, as JUnit XML: a test for every task",
};

export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError("It has to be a whole number from 1.");
  return number;
}

export function amount(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError("It has to be an amount in USD.");
  return number;
}
