// `factory completion SHELL`: print the script by which a shell completes our command lines.

import { COMPLETION_SCRIPTS, type SHELLS } from "../completion-scripts.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  // The declaration lets no other word through.
  const shell = invocation.argument(0) as (typeof SHELLS)[number];
  const script = COMPLETION_SCRIPTS[shell];
  if (invocation.json) invocation.printJson({ schema: 1, shell, script });
  else invocation.print([script.trimEnd()]);
  return EXIT.done;
}
