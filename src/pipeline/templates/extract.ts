// How does a built feature become a template of the workspace? What was built is extracted, what was extracted is proved, and
// only then is it written: all files at once, or none.

import { routeTask } from "../../engine/route.ts";
import type { Failure } from "../../model/failure.ts";
import { loadRenderer } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { isWhole, type Task } from "../../model/task.ts";
import type { Workspace } from "../../model/workspace.ts";
import {
  type ExtractedFeature,
  extractFeature,
  type GivenValue,
} from "../../spec/extract/extract-feature.ts";
import type { TaskChange } from "../../spec/extract/extract-yaml.ts";
import { templateFiles } from "../../spec/extract/extracted-template.ts";
import type { Evaluation } from "../line/evaluate.ts";
import { originalOf } from "./original.ts";
import { differences } from "./prove.ts";

export interface Extracted {
  /** By path below the template's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** How often each value was extracted, in all documents together. */
  readonly lifted: readonly { readonly name: string; readonly times: number }[];
  /** Words that hold a value and stay as they are, by file of the feature. */
  readonly kept: readonly { readonly file: string; readonly words: readonly string[] }[];
  /** Code that a person edited: the template has it as it was built. */
  readonly edited: readonly string[];
  /** Code whose path is the same in every instance. */
  readonly fixedPaths: readonly string[];
}

export interface Wanted {
  readonly feature: string;
  readonly name: string;
  readonly values: readonly GivenValue[];
}

export async function extract(evaluation: Evaluation, wanted: Wanted): Promise<Result<Extracted>> {
  const { name, values } = wanted;
  const { workspace } = evaluation.run.sources;
  const original = await originalOf(evaluation, wanted.feature);
  if (!original.ok) return original;
  const own = evaluation.taskStates.filter(({ task }) => task.feature === wanted.feature);
  const tasks = own.map(({ task }) => task);
  const whole = tasks.find(isWhole);
  if (whole !== undefined) return failed(isMadeOfOthers(whole));
  const edits = own.flatMap(({ judgement }) =>
    judgement.reasons.filter(({ code }) => code === "output-edited"),
  );
  const changes = changesOf(tasks, name, workspace);
  if (!changes.ok) return changes;
  const renderer = await loadRenderer();
  const changeOf = (local: string) =>
    changes.value.get(local) ?? { generator: `${name}/${local}`, agent: null };
  const read = extractFeature(original.value, { values, template: name, changeOf }, renderer);
  if (!read.ok) return read;
  const extracted = read.value;
  const unused = values.filter((value) => !isFound(extracted, value.name));
  if (unused.length > 0) return failed(nowhere(unused, wanted.feature));
  const files = templateFiles(original.value, extracted, { name, values });
  const { windowBytes } = workspace.limits;
  const claim = { original: original.value, extracted, name, values, files, windowBytes };
  const differing = await differences(claim, renderer);
  if (!differing.ok) return differing;
  if (differing.value.length > 0) {
    return failed({
      reason: "usage",
      message: `the template would not reproduce ${wanted.feature}, so it is not written`,
      detail: differing.value,
      fix: "Leave out the value that these places share.",
    });
  }
  return success({
    files,
    lifted: countsOf(extracted),
    kept: keptOf(extracted),
    edited: edits.map(({ subject }) => subject),
    fixedPaths: extracted.code.filter(({ path, to }) => to.source === path).map(({ path }) => path),
  });
}

/** Instances are the generator's: where the routing would send their tasks to anybody else, they name it. */
function changesOf(
  tasks: readonly Task[],
  name: string,
  workspace: Workspace,
): Result<ReadonlyMap<string, TaskChange>> {
  const generator = workspace.agents.find(({ kind }) => kind === "generator");
  if (generator === undefined) {
    return failed({
      reason: "usage",
      message: "the workspace has no generator, which builds what is made from a template",
      fix: "Add `local: {kind: generator}` to `agents:` in projects.yaml.",
    });
  }
  const changes = tasks.map((task) => {
    const isRouted = task.agent === null && routeTask(task, workspace).kind === "generator";
    const local = task.id.slice(task.feature.length + 1);
    return [local, { generator: `${name}/${local}`, agent: isRouted ? null : generator.id }] as const;
  });
  return success(new Map(changes));
}

function documentsOf(extracted: ExtractedFeature) {
  return [
    { file: "feature.md", document: extracted.feature },
    ...(extracted.plan === null ? [] : [{ file: "PLAN.md", document: extracted.plan }]),
    ...(extracted.backlog === null ? [] : [{ file: "BACKLOG.yaml", document: extracted.backlog }]),
    ...extracted.code.flatMap(({ path, to, content }) => [
      { file: path, document: to },
      { file: path, document: content },
    ]),
  ];
}

/** In the head of feature.md every value stands, whether it was found or not. */
function isFound(extracted: ExtractedFeature, name: string): boolean {
  return documentsOf(extracted).some(({ document }) => document.found.has(`params.${name}`));
}

function nowhere(unused: readonly GivenValue[], feature: string) {
  return {
    reason: "usage",
    message: `these values appear nowhere in ${feature}, neither in its documents nor in its code`,
    detail: unused.map(({ name, value }) => `${name}: ${value}`),
    fix: "Spell each as it is written there, or leave it out; whole words count, in any case and number.",
  } as const;
}

function countsOf(extracted: ExtractedFeature): Extracted["lifted"] {
  const counts = new Map<string, number>();
  for (const { document } of documentsOf(extracted)) {
    for (const [name, times] of document.found) counts.set(name, (counts.get(name) ?? 0) + times);
  }
  return [...counts].map(([name, times]) => ({ name: name.replace(/^params\./, ""), times }));
}

function keptOf(extracted: ExtractedFeature): Extracted["kept"] {
  return documentsOf(extracted).flatMap(({ file, document }) =>
    document.kept.length === 0 ? [] : [{ file, words: document.kept }],
  );
}

/** A template has one part for each task, and nothing would be rendered for this one. */
function isMadeOfOthers({ id }: Task): Failure {
  return {
    reason: "usage",
    message: `${id} is made of other tasks, and no template can be lifted from such a feature`,
    fix: "Write its tasks one beside the other in BACKLOG.yaml, or lift another feature.",
  };
}
