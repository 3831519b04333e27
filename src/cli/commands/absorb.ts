// `factory absorb TARGET [PATH…]`: turn a person's edit into a constraint of the spec. What follows from it, the next
// build regenerates; until then the branch keeps the edit.

import { absorbEdits } from "../../pipeline/commands/settle-edits.ts";
import { absorbedDocument } from "../../report/settled-json.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const options = buildOptions(invocation, [invocation.argument(0) ?? ""]);
  const which = { options, paths: invocation.rest(1) };
  const absorbed = await absorbEdits(invocation, which, invocation.text("message"));
  if (!absorbed.ok) return invocation.refuse(absorbed.failure);
  if (invocation.json) invocation.printJson(absorbedDocument(absorbed.value));
  invocation.say("run `factory build` to regenerate what the constraint changes");
  return EXIT.done;
}
