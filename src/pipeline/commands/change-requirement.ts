// How does somebody who has no editor at hand change a requirement? Its line of the spec is written anew while no build
// runs, and what is wrong with the feature then is told.

import { join } from "node:path";
import { dirname } from "node:path/posix";
import { link } from "../../engine/graph.ts";
import type { BuildOptions } from "../../model/build-options.ts";
import type { ChangedRequirement } from "../../model/decision.ts";
import { folderOf } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { editRequirement, type RequirementEdit } from "../../spec/edit/edit-requirement.ts";
import { writeDurably } from "../../store/durable.ts";
import { type Evaluation, evaluate } from "../line/evaluate.ts";
import { readWhole } from "../reading/read-whole.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import { featureFiles } from "../run/task-source.ts";
import type { Caller, Place } from "./caller.ts";
import { quietEnvironment, withLock } from "./locked-build.ts";

export interface NewText {
  readonly feature: string;
  readonly requirement: string;
  readonly text: string;
}

export function changeRequirement(
  caller: Caller,
  { feature, requirement, text }: NewText,
): Promise<Result<ChangedRequirement>> {
  return withLock(caller, async ({ root }) => {
    const edit = await editOf(caller, { feature, requirement, text });
    if (!edit.ok) return edit;
    const { file, source, line, before, after } = edit.value;
    const written = await writeDurably(join(root, file), source);
    if (!written.ok) return written;
    const again = await readWhole(caller);
    if (!again.ok) return again;
    const diagnostics = again.value.sources.diagnostics.filter((one) =>
      one.file?.startsWith(`${dirname(file)}/`),
    );
    return success({ feature, requirement, file, line, before, after, diagnostics });
  });
}

/** What a build would make of the requirement in other words. Writes nothing; fails as `changeRequirement` does. */
export async function tryRequirement(
  place: Place,
  asked: NewText,
  options: BuildOptions,
): Promise<Result<Evaluation>> {
  const edit = await editOf(place, asked);
  if (!edit.ok) return edit;
  const thought = new Map([[edit.value.file, Buffer.from(edit.value.source)]]);
  return evaluate({ ...quietEnvironment(place), thought }, options);
}

async function editOf(
  place: Place,
  { feature, requirement, text }: NewText,
): Promise<Result<RequirementEdit & { readonly file: string }>> {
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const { features } = reading.value.sources;
  const known = features.find(({ id }) => id === feature);
  if (known === undefined) {
    const targets = knownTargets(link(features), []);
    return failed(unknownTarget("feature", feature, { ...targets, tasks: [] }));
  }
  const files = featureFiles(place.root, folderOf(known));
  if (!files.ok) return files;
  const { path: file, bytes } = files.value.feature;
  const edit = editRequirement(Buffer.from(bytes).toString("utf8"), file, requirement, text);
  return edit.ok ? success({ ...edit.value, file }) : edit;
}
