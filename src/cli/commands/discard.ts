// `factory discard TARGET [PATH…]`: let the product win over a person's edit. git's history keeps the edit.

import { yieldEdits } from "../../pipeline/settling/edits.ts";
import { buildTargets } from "../build-targets.ts";
import type { ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { findEdits } from "../settle-edits.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  return buildTargets(invocation, [invocation.argument(0) ?? ""], async () => {
    const found = await findEdits(invocation);
    if (!found.ok) return found;
    const { evaluation, edits } = found.value;
    for (const { path, task } of edits) invocation.say(`${path} gets the version of ${task}`);
    return yieldEdits(evaluation, edits);
  });
}
