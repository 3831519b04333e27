// Which question of an agent, a planner or an author is open, and where does its answer go? Into the spec, so that it
// holds for whoever comes next, and so that what was asked becomes stale and goes on with the next build.

import { join } from "node:path";
import { type Graph, link } from "../../engine/graph.ts";
import { featureOf, type TaskId } from "../../model/address.ts";
import type { Feature, Statement } from "../../model/feature.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { readFileCapped } from "../../platform/files.ts";
import { writeDurably } from "../../store/durable.ts";
import { NOTHING_REMEMBERED, readSources } from "../reading/read.ts";
import type { Sources } from "../reading/sources.ts";
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

export interface Place {
  readonly root: string;
  readonly packageRoot: string;
}

/** Of a task, or of a feature, in the order of its files. Fails with `usage` where the target is none. */
export async function openQuestions(
  { root, packageRoot }: Place,
  target: string,
): Promise<Result<readonly OpenQuestion[]>> {
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const graph = link(sources.features);
  if (!target.includes(":")) {
    const feature = graph.features.get(target);
    return feature === undefined ? noTarget(target) : success(marksOf(feature));
  }
  const task = target as TaskId;
  if (!graph.indexOf.has(task)) return noTarget(target);
  const status = statusOf(root, task);
  if (!status.ok) return status;
  const asked = status.value?.question ?? null;
  if (asked === null) return success([]);
  const source = taskSource({ sources, graph }, task);
  if (!source.ok) return source;
  const file = `specs/${featureOf(task)}/${source.value.name}`;
  return success([{ target, text: asked, file, asker: { kind: "agent", task } }]);
}

/** Asked for by whoever keeps builds out meanwhile: they write the same files. */
export async function answerQuestion(
  { root, packageRoot }: Place,
  question: OpenQuestion,
  answer: string,
): Promise<Result<void>> {
  const reading = await readSources(root, packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const { sources } = reading.value;
  const { asker } = question;
  return asker.kind === "author"
    ? replaceMark(root, question, { mark: asker.mark, answer })
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
): Promise<Result<void>> {
  const text = answer.replace(/\s+/g, " ").trim();
  if (text === "") return nothingSaid();
  const written = await writeConstraint(run, task, `Asked: ${question} Answered: ${text}`);
  if (!written.ok) return written;
  await closeQuestion(run.sources.root, task);
  return success(undefined);
}

async function replaceMark(
  root: string,
  { file }: OpenQuestion,
  { mark, answer }: { readonly mark: number; readonly answer: string },
): Promise<Result<void>> {
  const path = join(root, file);
  const source = readFileCapped(path, SOURCE_LIMIT);
  if (!source.ok) return source;
  const { answerClarification } = await import("../../spec/edit/answer-clarification.ts");
  const before = Buffer.from(source.value).toString("utf8");
  const after = answerClarification(before, file, mark, answer);
  return after.ok ? writeDurably(path, after.value) : after;
}

function noTarget(target: string): Result<never> {
  return failed({
    reason: "usage",
    message: `there is no feature or task ${JSON.stringify(target)}`,
    fix: "Name a feature, or a task such as `feature:T01`; `factory status` shows which of them wait.",
  });
}

function nothingSaid(): Result<never> {
  const fix = "Write the answer as a sentence.";
  return failed({ reason: "usage", message: "an answer must say something", fix });
}
