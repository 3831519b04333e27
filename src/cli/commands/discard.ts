// `factory discard TARGET [PATH…]`: let the product win over a person's edit. git's history keeps the edit.

import { discardEdits } from "../../pipeline/commands/settle-edits.ts";
import { buildOptions, tellOutcome } from "../build-targets.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const options = buildOptions(invocation, [invocation.argument(0) ?? ""]);
  return tellOutcome(invocation, await discardEdits(invocation, { options, paths: invocation.rest(1) }));
}
