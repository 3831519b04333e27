// Which question of an agent, a planner or an author is open, and where does its answer go? Into the spec, so that it
// holds for whoever comes next, and so that what was asked becomes stale and goes on with the next build.

import { join } from "node:path";
import { type Graph, link } from "../../engine/graph.ts";
import type { TaskId } from "../../model/address.ts";
import type { Feature, Statement } from "../../model/feature.ts";
import { globMatcher } from "../../model/glob.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Task } from "../../model/task.ts";
import { kindBehind, readFileCapped } from "../../platform/files.ts";
import { filesNamed } from "../../spec/answers/named-files.ts";
import { findings } from "../../spec/validate/validate.ts";
import { writeDurably } from "../../store/durable.ts";
import { projectFolder, projectPath } from "../projects/project-place.ts";
import { type Place, readWhole } from "../reading/read-whole.ts";
import type { Sources } from "../reading/sources.ts";
import { knownTargets, unknownTarget } from "../reading/unknown-target.ts";
import { taskSource, writeConstraint } from "../run/task-source.ts";
import { closeQuestion, statusOf } from "./task-files.ts";

const SOURCE_LIMIT = 1024 * 1024;

export interface OpenQuestion {
  /** A task that an agent asked about, or a feature with an open mark. */
  readonly target: string;
  readonly text: string;
  /** Where the answer goes, from the root of the workspace. */
  readonly file: string;
  readonly asker: Asker;
}

/** `mark`: which one of its file, from 0. */
type Asker =
  | { readonly kind: "agent"; readonly task: TaskId }
  | { readonly kind: "author"; readonly mark: number };

/** Of a task, or of a feature, in the order of its files. Fails with `usage` where the target is none. */
export async function openQuestions(place: Place, target: string): Promise<Result<readonly OpenQuestion[]>> {
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const graph = link(sources.features);
  if (!target.includes(":")) {
    const feature = graph.features.get(target);
    return feature === undefined ? noTarget(target, graph) : success(marksOf(feature));
  }
  const task = target as TaskId;
  if (!graph.indexOf.has(task)) return noTarget(target, graph);
  const status = statusOf(place.root, task);
  if (!status.ok) return status;
  const asked = status.value?.question ?? null;
  if (asked === null) return success([]);
  const source = taskSource({ sources, graph }, task);
  if (!source.ok) return source;
  const { file } = source.value;
  return success([{ target, text: asked, file, asker: { kind: "agent", task } }]);
}

/** What an answer changed beside the text that it went into. */
export interface Answered {
  /** Files that the task may write now: a person said so, and nobody has to agree to it again. */
  readonly files: readonly string[];
}

/** Asked for by whoever keeps builds out meanwhile: they write the same files. */
export async function answerQuestion(
  place: Place,
  question: OpenQuestion,
  answer: string,
): Promise<Result<Answered>> {
  const reading = await readWhole(place);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const { asker } = question;
  return asker.kind === "author"
    ? replaceMark(place.root, question, { mark: asker.mark, answer })
    : tellTask({ sources, graph: link(sources.features) }, asker.task, question.text, answer);
}

function marksOf({ id, clarifications }: Feature): OpenQuestion[] {
  const seen = new Map<string, number>();
  return clarifications.map(({ text, place: { file } }: Statement) => {
    const mark = seen.get(file) ?? 0;
    seen.set(file, mark + 1);
    return { target: id, text, file, asker: { kind: "author", mark } };
  });
}

async function tellTask(
  run: { readonly sources: Sources; readonly graph: Graph },
  task: TaskId,
  question: string,
  answer: string,
): Promise<Result<Answered>> {
  const text = answer.replace(/\s+/g, " ").trim();
  if (text === "") return nothingSaid();
  const files = newFiles(run, task, { answer: text, question });
  const written = await writeConstraint(run, task, `Asked: ${question} Answered: ${text}`, files);
  if (!written.ok) return written;
  await closeQuestion(run.sources.root, task);
  return success({ files });
}

/** The files that the answer names and the task may not write yet, but for those that would set two tasks against each other. */
function newFiles(
  { sources, graph }: { readonly sources: Sources; readonly graph: Graph },
  id: TaskId,
  { answer, question }: { readonly answer: string; readonly question: string },
): readonly string[] {
  const task = graph.tasks[graph.indexOf.get(id) ?? -1];
  const project = sources.workspace.projects.find((one) => one.id === task?.project);
  if (task === undefined || project === undefined) return [];
  const folder = projectFolder(sources.root, project);
  const isFile = (path: string) => {
    const kind = kindBehind(join(folder, path));
    return kind.ok && kind.value === "file";
  };
  const covers = task.filesHint.map(globMatcher);
  const isNew = (path: string) => !task.filesHint.includes(path) && !covers.some((matches) => matches(path));
  const files: string[] = [];
  // Whoever stands at the workspace's root may well name them from there.
  const outer = `${projectPath(project).replace(/^(?:\.\/)+|\/+$/g, "")}/`;
  const named = filesNamed(answer, question, isFile).map((path) =>
    path.startsWith(outer) ? path.slice(outer.length) : path,
  );
  for (const path of named.filter(isNew)) {
    const wider = { ...task, filesHint: [...task.filesHint, ...files, path] };
    if (!clashes(sources, wider)) files.push(path);
  }
  return files;
}

/** Whether an error would be found that is none today: what people wrote is sound, and stays so. */
function clashes({ workspace, features, templates, prompts }: Sources, wider: Task): boolean {
  const errorsIn = (all: readonly Feature[]) =>
    findings(workspace, all, templates, undefined, prompts.keys()).filter(
      ({ severity }) => severity === "error",
    ).length;
  const after = features.map((feature) =>
    feature.id === wider.feature
      ? { ...feature, tasks: feature.tasks.map((task) => (task.id === wider.id ? wider : task)) }
      : feature,
  );
  return errorsIn(after) > errorsIn(features);
}

async function replaceMark(
  root: string,
  { file }: OpenQuestion,
  { mark, answer }: { readonly mark: number; readonly answer: string },
): Promise<Result<Answered>> {
  const path = join(root, file);
  const source = readFileCapped(path, SOURCE_LIMIT);
  if (!source.ok) return source;
  const { answerClarification } = await import("../../spec/edit/answer-clarification.ts");
  const before = Buffer.from(source.value).toString("utf8");
  const after = answerClarification(before, file, mark, answer);
  const written = after.ok ? await writeDurably(path, after.value) : after;
  return written.ok ? success({ files: [] }) : written;
}

/** A project has no questions. */
function noTarget(target: string, graph: Graph): Result<never> {
  return failed(unknownTarget("feature or task", target, knownTargets(graph, [])));
}

function nothingSaid(): Result<never> {
  const fix = "Write the answer as a sentence.";
  return failed({ reason: "usage", message: "an answer must say something", fix });
}
