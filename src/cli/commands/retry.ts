// `factory retry TARGET…`: forget what failed attempts left, and build the targets again.

import { retryTargets } from "../../pipeline/commands/retry-targets.ts";
import { buildOptions, tellOutcome } from "../build-targets.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  return tellOutcome(
    invocation,
    await retryTargets(invocation, buildOptions(invocation, invocation.rest(0))),
  );
}
