// `factory absorb TARGET [PATH…]`: turn a person's edit into a constraint of the spec. What follows from it, the next
// build regenerates; until then the branch keeps the edit.

import { success } from "../../model/result.ts";
import { writeConstraints, yieldEdits } from "../../pipeline/settling/edits.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { asBuild } from "../locked-build.ts";
import { findEdits } from "../settle-edits.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const absorbed = await asBuild(invocation, async () => {
    const found = await findEdits(invocation);
    if (!found.ok) return found;
    const { evaluation, edits } = found.value;
    const written = await writeConstraints(evaluation, edits, invocation.text("message"));
    if (!written.ok) return written;
    const yielded = await yieldEdits(evaluation, edits);
    if (!yielded.ok) return yielded;
    const byGenerator = edits.filter(({ task }) => {
      return (
        evaluation.taskStates.find((taskState) => taskState.task.id === task)?.job?.agent.kind === "generator"
      );
    });
    return success({ constraints: written.value, byGenerator });
  });
  if (!absorbed.ok) return invocation.refuse(absorbed.failure);
  const { constraints, byGenerator } = absorbed.value;
  if (invocation.json) invocation.printJson({ schema: 1, ok: true, constraints: [...constraints] });
  invocation.say(...constraints.map((line) => `constraint for ${line}`));
  for (const { path, task } of byGenerator) {
    invocation.say(
      `note: the generator renders ${task} from its template and ignores constraints. Unless the template says ` +
        `the same, the next build removes the edit of ${path} (git's history keeps it)`,
    );
  }
  invocation.say("run `factory build` to regenerate what the constraint changes");
  return EXIT.done;
}
