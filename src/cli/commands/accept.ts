// `factory accept TARGET [PATH…]`: keep a person's edit. The files are theirs from now on, and the branch is brought up
// to date with that.

import { acceptEdits } from "../../pipeline/commands/settle-edits.ts";
import { buildOptions, tellOutcome } from "../build-targets.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const options = buildOptions(invocation, [invocation.argument(0) ?? ""]);
  return tellOutcome(invocation, await acceptEdits(invocation, { options, paths: invocation.rest(1) }));
}
