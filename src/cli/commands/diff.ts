// `factory diff [FEATURE…]`: what changed in the specs since a commit, requirement by requirement, and what it reaches.

import { withDependents } from "../../engine/graph.ts";
import type { Feature } from "../../model/feature.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import { quietEnvironment } from "../../pipeline/commands/locked-build.ts";
import { type Evaluation, evaluate } from "../../pipeline/line/evaluate.ts";
import { pastFeatures } from "../../pipeline/past/past-features.ts";
import { readWhole } from "../../pipeline/reading/read-whole.ts";
import { diagnosticLine } from "../../report/build-text.ts";
import { diffText } from "../../report/diff-text.ts";
import { diffDocument } from "../../report/json.ts";
import { compareFeatures } from "../../spec/compare/compare.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import { buildOptions } from "../build-targets.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const words = invocation.rest(0);
  if (words.some((word) => word.includes("@"))) {
    const { diffVersions } = await import("../version-diff.ts");
    return diffVersions(invocation, words);
  }
  const revision = invocation.text("since") ?? "HEAD";
  const evaluation = await evaluate(quietEnvironment(invocation), buildOptions(invocation, []));
  if (!evaluation.ok) return invocation.refuse(evaluation.failure);
  const past = await pastFeatures(invocation.root, revision);
  if (!past.ok) return invocation.refuse(past.failure);
  // As their authors wrote them: the evaluation knows outlines of what it need not look at, and defaults of templates.
  const reading = await readWhole(invocation);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const read = reading.value.features.flatMap(({ feature }) => feature ?? []);
  const current = new Map(read.map((feature) => [feature.id, feature]));
  const known = new Set([...current.keys(), ...past.value.features.keys(), ...past.value.unreadable.keys()]);
  const wanted = invocation.rest(0);
  const unknown = wanted.find((feature) => !known.has(feature));
  if (unknown !== undefined) {
    const message = `there is no feature ${JSON.stringify(unknown)}, neither now nor at ${revision}`;
    return invocation.refuse({ reason: "usage", message, fix: suggestion(unknown, known) });
  }
  const compared = [...known].filter((feature) => wanted.length === 0 || wanted.includes(feature)).sort();
  for (const feature of compared) {
    const finding = past.value.unreadable.get(feature);
    if (finding !== undefined)
      invocation.say(`${feature} cannot be compared: at ${revision}, ${diagnosticLine(finding)}`);
  }
  const diffs = compared
    .filter((feature) => !past.value.unreadable.has(feature))
    .map((feature) => {
      const pair = { before: past.value.features.get(feature) ?? null, after: current.get(feature) ?? null };
      return diffOf(feature, pair, evaluation.value);
    })
    .filter((diff) => diff !== null);
  if (invocation.json) invocation.printJson(diffDocument(diffs));
  else invocation.print(diffText(diffs, invocation.look.color));
  return EXIT.done;
}

interface Pair {
  readonly before: Feature | null;
  readonly after: Feature | null;
}

/** Null where nothing changed that means anything; tasks that are stale for another reason are the status's matter. */
function diffOf(
  feature: string,
  { before, after }: Pair,
  { run, taskStates }: Evaluation,
): FeatureDiff | null {
  const diff = compareFeatures(before, after);
  const { change, settings, sections, requirements, constraints, params, tasks } = diff;
  const lists = [settings, sections, requirements, constraints, params, tasks];
  if (change === null && lists.every((list) => list.length === 0)) return null;
  const stale = taskStates.filter(
    ({ judgement: { verdict } }) => verdict !== "fresh" && verdict !== "modified",
  );
  const { graph } = run;
  const own = stale.flatMap(({ task }) =>
    task.feature === feature ? (graph.indexOf.get(task.id) ?? []) : [],
  );
  const reached = new Set(withDependents(graph, own).map((node) => graph.tasks[node]?.id));
  return { ...diff, staleTasks: stale.map(({ task }) => task.id).filter((id) => reached.has(id)) };
}
