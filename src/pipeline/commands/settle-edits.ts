// How are the edits of people settled that a build must not take away? Kept, said in the spec, or given up: found in the
// same way for all three.

import type { BuildOptions } from "../../model/build-options.ts";
import { type Result, success } from "../../model/result.ts";
import { type Evaluation, evaluate } from "../line/evaluate.ts";
import type { Outcome } from "../run/recorder.ts";
import { type EditedFile, editsOf, release, writeConstraints, yieldEdits } from "../settling/edits.ts";
import { buildAfter } from "./build-after.ts";
import type { Caller, Place } from "./caller.ts";
import { asBuild, quietEnvironment } from "./locked-build.ts";

/** Which edits: those of the targets, or of them these paths alone. */
export interface WhichEdits {
  readonly options: BuildOptions;
  readonly paths: readonly string[];
}

/** The files are people's from now on, and the branch is brought up to date with that. */
export function acceptEdits(caller: Caller, which: WhichEdits): Promise<Result<Outcome>> {
  return buildAfter(caller, which.options, async () => {
    const found = await findEdits(caller, which);
    if (!found.ok) return found;
    const { evaluation, edits } = found.value;
    for (const { path, task } of edits)
      caller.say(`${path} belongs to people now: ${task} no longer writes it`);
    return release(evaluation, edits);
  });
}

/** The product wins; git's history keeps the edit. */
export function discardEdits(caller: Caller, which: WhichEdits): Promise<Result<Outcome>> {
  return buildAfter(caller, which.options, async () => {
    const found = await findEdits(caller, which);
    if (!found.ok) return found;
    const { evaluation, edits } = found.value;
    for (const { path, task } of edits) caller.say(`${path} gets the version of ${task}`);
    return yieldEdits(evaluation, edits);
  });
}

/** Writes the edits, or `message`, as constraints into the specs: as `task: text`. The next build regenerates what follows. */
export function absorbEdits(
  caller: Caller,
  which: WhichEdits,
  message: string | null,
): Promise<Result<readonly string[]>> {
  return asBuild(caller, async () => {
    const found = await findEdits(caller, which);
    if (!found.ok) return found;
    const { evaluation, edits } = found.value;
    const written = await writeConstraints(evaluation, edits, message);
    if (!written.ok) return written;
    const yielded = await yieldEdits(evaluation, edits);
    if (!yielded.ok) return yielded;
    caller.say(...written.value.map((line) => `constraint for ${line}`));
    for (const { path, task } of edits.filter((edit) => isRendered(evaluation, edit)))
      caller.say(
        `note: the generator renders ${task} from its template and ignores constraints. Unless the template says ` +
          `the same, the next build removes the edit of ${path} (git's history keeps it)`,
      );
    return written;
  });
}

function isRendered({ taskStates }: Evaluation, { task }: EditedFile): boolean {
  return taskStates.find((one) => one.task.id === task)?.job?.agent.kind === "generator";
}

interface Edits {
  readonly evaluation: Evaluation;
  readonly edits: readonly EditedFile[];
}

async function findEdits(place: Place, { options, paths }: WhichEdits): Promise<Result<Edits>> {
  const evaluation = await evaluate(quietEnvironment(place), options, "again");
  if (!evaluation.ok) return evaluation;
  const edits = editsOf(evaluation.value, paths);
  return edits.ok ? success({ evaluation: evaluation.value, edits: edits.value }) : edits;
}
