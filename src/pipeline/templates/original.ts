// What was built of a feature, as a template can be made of it? The specs as they are, and of the code what the lock
// names: people's edits of it are theirs and are left out.

import { localIdOf } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import { folderOf } from "../../model/feature.ts";
import type { Output } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { CodeFile, Original } from "../../spec/extract/extract-feature.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import type { Evaluation } from "../line/evaluate.ts";
import type { TaskState } from "../line/walk.ts";
import { isFailure } from "../projects/project-state.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import { featureFiles } from "../run/task-source.ts";

/** Fails with `usage` where something is not built, or is nothing that the generator could make. */
export async function originalOf(evaluation: Evaluation, id: string): Promise<Result<Original>> {
  const { run, taskStates } = evaluation;
  const feature = run.graph.features.get(id);
  if (feature === undefined)
    return failed(unknownTarget("feature", id, { ...knownTargets(run.graph, []), tasks: [] }));
  const own = taskStates.filter(({ task }) => task.feature === id);
  const ready = builtWhole(feature, own);
  if (!ready.ok) return ready;
  const files = featureFiles(run.sources.root, folderOf(feature));
  if (!files.ok) return files;
  const texts = [files.value.feature, files.value.plan, files.value.backlog].map(textOf);
  if (texts.includes(undefined)) return failed(unfit(`a document of ${id} is not UTF-8 text`));
  const tasks: { local: string; files: CodeFile[] }[] = [];
  for (const { task } of own) {
    const code = await codeOf(evaluation, task.id);
    if (!code.ok) return code;
    tasks.push({ local: localIdOf(task.id), files: code.value });
  }
  const [request, plan = null, backlog = null] = texts as (string | null)[];
  return success({
    id,
    folder: folderOf(feature),
    title: feature.title,
    project: feature.projects[0] ?? "",
    feature: request ?? "",
    plan,
    backlog,
    tasks,
  });
}

const BUILT: ReadonlySet<string> = new Set(["fresh", "modified"]);

function builtWhole(feature: Feature, own: readonly TaskState[]): Result<void> {
  const waiting = own.filter(({ judgement }) => !BUILT.has(judgement.verdict));
  if (waiting.length > 0 || own.length === 0) {
    return failed({
      reason: "usage",
      message: `${feature.id} is not built: a template is made from what is built`,
      detail: waiting.map(({ task, judgement }) => `${task.id}  ${judgement.verdict}`),
      fix: `Run \`factory build ${feature.id}\` first.`,
    });
  }
  if (feature.backlog === "implied") {
    return failed({
      reason: "usage",
      message: `${feature.id} has no tasks of its own, which a template could give to the generator`,
      fix: "Write its one task into BACKLOG.yaml, or into the front matter as `tasks:`, and build it.",
    });
  }
  return success(undefined);
}

async function codeOf({ run }: Evaluation, id: TaskState["task"]["id"]): Promise<Result<CodeFile[]>> {
  const entry = run.selected.entry(id);
  const state = await run.projects.open(entry?.project ?? "");
  if (entry === null) throw new Error(`bug: ${id} is fresh, and no lock names it`);
  if (isFailure(state)) return failed(state);
  const own = entry.outputs.filter(({ path }) => !entry.released.includes(path));
  if (own.length === 0) {
    return failed(unfit(`${id} has no files that the generator could make`));
  }
  const files: CodeFile[] = [];
  for (const output of own) {
    const fault = faultOf(output);
    if (fault !== null) return failed(unfit(`${output.path} of ${id} ${fault}`));
    const content = await state.contents.ofOutput(output);
    if (!content.ok) return content;
    if (content.value === null) {
      return failed({ reason: "blob-missing", digest: output.digest ?? "", path: output.path });
    }
    const text = textOf({ path: output.path, bytes: content.value });
    if (typeof text !== "string") return failed(unfit(`${output.path} of ${id} is not text`));
    files.push({ path: output.path, text });
  }
  return success(files);
}

function faultOf({ digest, mode }: Output): string | null {
  if (digest === null) return "is deleted, and the generator deletes nothing";
  if (mode === "120000") return "is a symbolic link, and the generator makes none";
  return mode === "100755" ? "is executable, and the generator makes plain files" : null;
}

function unfit(message: string) {
  const fix = "Make this template by hand: templates/features/NAME/, as the shipped ones are.";
  return { reason: "usage", message, fix } as const;
}

/** Undefined where it is no text that comes back as the same bytes. Null stays null. */
function textOf(file: SourceFile | null): string | null | undefined {
  if (file === null) return null;
  const text = Buffer.from(file.bytes).toString("utf8");
  return text.includes("\0") || !Buffer.from(text).equals(file.bytes) ? undefined : text;
}
