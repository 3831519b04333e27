// `factory accept TARGET [PATH…]`: keep a person's edit. The files are theirs from now on, and the branch is brought up
// to date with that.

import { release } from "../../pipeline/settling/edits.ts";
import { buildTargets } from "../build-targets.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { findEdits } from "../settle-edits.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  return buildTargets(invocation, [invocation.argument(0) ?? ""], async () => {
    const found = await findEdits(invocation);
    if (!found.ok) return found;
    const { evaluation, edits } = found.value;
    for (const { path, task } of edits)
      invocation.say(`${path} belongs to people now: ${task} no longer writes it`);
    return release(evaluation, edits);
  });
}
