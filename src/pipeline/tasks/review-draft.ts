// What does somebody say of a draft who sees the change, the criteria and the gates' results, may look at the files of the
// draft, and is told nothing of its author? The gates have passed before: a review can only ask for more.

import type { SessionResult } from "../../agents/agent-port.ts";
import type { Snapshot } from "../../agents/snapshot.ts";
import { proofSegments, proofsForReviewer } from "../../context/criteria-text.ts";
import type { Refused } from "../../context/refused.ts";
import { reviewerWindow } from "../../context/reviewer-window.ts";
import { diffText, type FileDiff } from "../../context/shown-change.ts";
import { windowTexts } from "../../context/window-text.ts";
import { routeRole } from "../../engine/route.ts";
import type { Digest } from "../../model/digest.ts";
import type { GateResult } from "../../model/inspection.ts";
import { addUsage, NO_USAGE, type Output } from "../../model/output.ts";
import { proofOf } from "../../model/proof.ts";
import { type Result, success } from "../../model/result.ts";
import type { Unseen } from "../../model/review.ts";
import type { Phase } from "../../model/role.ts";
import type { Tree, TreeEntry } from "../../model/tree.ts";
import type { Window } from "../../model/window.ts";
import { parseReview, type Review } from "../../spec/answers/parse-review.ts";
import { type FilePair, fileHunks } from "../../workspaces/file-diffs.ts";
import { lay } from "../product/compose.ts";
import { groundOf } from "../product/ground.ts";
import { TreeSnapshot } from "../projects/tree-snapshot.ts";
import { rulesFor } from "../reading/project-rules.ts";
import type { Run } from "../run/run.ts";
import { askAgent } from "../sessions/agent-session.ts";
import { promptOf } from "../sessions/prompt.ts";
import type { TaskJob } from "./judge-task.ts";
import type { MovedFile } from "./merge-moved-outputs.ts";

export interface Draft {
  readonly outputs: readonly Output[];
  /** In which it was merged over what others changed. */
  readonly overlap: readonly MovedFile[];
  readonly results: readonly GateResult[];
  /** What its agent said at the end. */
  readonly said: string | null;
}

export interface Round {
  readonly attempt: number;
  readonly phase: Phase;
  readonly salt: string;
}

/** How often a reviewer is asked again whose answer cannot be used: the draft is paid for and has passed its gates. */
const REPAIRS = 1;

/** How often a reviewer may look at the draft's files before it has to decide. */
const LOOKS = 24;

/** What came of it, and the whole change for a person to look at. */
export interface ReviewOutcome extends Review {
  readonly unseen: readonly Unseen[];
  readonly diff: string;
}

export async function reviewDraft(
  run: Run,
  job: TaskJob,
  draft: Draft,
  round: Round,
): Promise<SessionResult<ReviewOutcome>> {
  const { task, state } = job;
  const prompt = await promptOf(run.sources, "reviewer", state.project);
  if (!prompt.ok) return { result: prompt, usage: NO_USAGE };
  const changed = await changeOf(run, job, draft.outputs);
  if (!changed.ok) return { result: changed, usage: NO_USAGE };
  const upstream = await upstreamOf(job, draft.overlap);
  if (!upstream.ok) return { result: upstream, usage: NO_USAGE };
  const { files, tree } = changed.value;
  const proof = proofOf(task, run.sources.workspace);
  const proofs = proofsForReviewer(proofSegments(task, state.project, proof));
  const rules = rulesFor(run.sources, state.project);
  const material = {
    prompt: prompt.value,
    task,
    proofs,
    rules,
    files,
    upstream: upstream.value,
    said: draft.said,
    gates: draft.results,
  };
  const snapshot = new SeenSnapshot(new TreeSnapshot(state, tree));
  let usage = NO_USAGE;
  let refused: Refused | null = null;
  for (let repair = 0; ; repair++) {
    const shown = reviewerWindow({ ...material, refused }, run.sources.workspace.limits.mapBytes);
    if (!shown.ok) return { result: shown, usage };
    const { window, unseen } = shown.value;
    const asked = await ask(run, job, { window, snapshot }, round);
    usage = addUsage(usage, asked.usage);
    if (!asked.result.ok) return { result: asked.result, usage };
    const review = parseReview(asked.result.value);
    if (review.ok) {
      const told = { unseen: unseen.filter(({ path }) => !snapshot.seen.has(path)), diff: diffText(files) };
      return { result: success({ ...review.value, ...told }), usage };
    }
    if (repair === REPAIRS || review.failure.reason !== "agent-answer") return { result: review, usage };
    refused = { answer: asked.result.value, findings: [review.failure.detail] };
  }
}

async function ask(
  run: Run,
  job: TaskJob,
  { window, snapshot }: { readonly window: Window; readonly snapshot: Snapshot },
  { attempt, phase, salt }: Round,
): Promise<SessionResult<string>> {
  const { id: subject } = job.task;
  const project = job.state.project.id;
  return askAgent(run.sessions, routeRole("reviewer", run.sources.workspace), {
    order: { role: "reviewer", phase, subject, project, attempt, salt, window },
    ...windowTexts(window),
    access: { snapshot, dir: null, most: LOOKS },
  });
}

/** The draft's files, and which of them somebody looked at. */
class SeenSnapshot implements Snapshot {
  readonly seen = new Set<string>();
  readonly #files: Snapshot;

  constructor(files: Snapshot) {
    this.#files = files;
  }

  read(path: string): ReturnType<Snapshot["read"]> {
    this.seen.add(path);
    return this.#files.read(path);
  }

  list(folder: string): ReturnType<Snapshot["list"]> {
    return this.#files.list(folder);
  }

  search(text: string): ReturnType<Snapshot["search"]> {
    return this.#files.search(text);
  }
}

/** Of the window that the change may take before it is shown with less around it. */
const ROOMY = 0.5;
/** A file of at most so many bytes is shown whole. */
const SMALL = 4096;
const WIDE = 10;
const NARROW = 3;

interface Changed {
  readonly files: readonly FileDiff[];
  /** The files of the task with the draft laid on them. */
  readonly tree: Tree;
}

/** What a draft with these outputs changes, as git tells it. */
export async function changeOf(run: Run, job: TaskJob, outputs: readonly Output[]): Promise<Result<Changed>> {
  const { state } = job;
  const ground = await groundOf(run, state, job.node);
  if (!ground.ok) return ground;
  const located = await state.contents.locate(outputs);
  if (!located.ok) return located;
  const flushed = await state.contents.flush();
  if (!flushed.ok) return flushed;
  const tree = new Map(ground.value.tree);
  const pairs: FilePair[] = [];
  for (const output of outputs) {
    const before = ground.value.tree.get(output.path) ?? null;
    lay(tree, state, output);
    const after = tree.get(output.path) ?? null;
    const size = await largest(job, [before, after]);
    if (!size.ok) return size;
    pairs.push({ before, after, context: size.value <= SMALL ? SMALL : WIDE });
  }
  const told = await hunksOf(job, outputs, pairs);
  if (!told.ok) return told;
  const isRoomy = bytesOf(told.value) <= run.sources.workspace.limits.mapBytes * ROOMY;
  const narrow = pairs.map((pair) => ({ ...pair, context: NARROW }));
  const files = isRoomy ? told : await hunksOf(job, outputs, narrow);
  return files.ok ? success({ files: files.value, tree }) : files;
}

/** Whole bytes of both sides are in the store: the merge has read them. */
async function upstreamOf(job: TaskJob, overlap: readonly MovedFile[]): Promise<Result<FileDiff[]>> {
  const { contents } = job.state;
  const sides = overlap.flatMap(({ path, mode, before, now }) =>
    [before, now].map((digest): Output => ({ path, mode, digest, base: null })),
  );
  const located = await contents.locate(sides);
  if (!located.ok) return located;
  const flushed = await contents.flush();
  if (!flushed.ok) return flushed;
  const entry = (mode: MovedFile["mode"], digest: Digest): TreeEntry => ({
    mode,
    oid: contents.oidOf(digest),
  });
  const pairs = overlap.map(({ mode, before, now }): FilePair => {
    return { before: entry(mode, before), after: entry(mode, now), context: NARROW };
  });
  return hunksOf(job, overlap, pairs);
}

async function hunksOf(
  { state }: TaskJob,
  outputs: readonly Pick<Output, "path">[],
  pairs: readonly FilePair[],
): Promise<Result<FileDiff[]>> {
  const told = await state.repository.withIndex((git) => fileHunks(git, pairs));
  if (!told.ok) return told;
  return success(told.value.map((file, index) => ({ path: outputs[index]?.path ?? "", ...file })));
}

/** A submodule has no bytes here. */
async function largest({ state }: TaskJob, entries: readonly (TreeEntry | null)[]): Promise<Result<number>> {
  const files = entries.filter((entry) => entry !== null && entry.mode !== "160000") as TreeEntry[];
  const read = await state.contents.ofAll(files.map(({ oid }) => oid));
  if (!read.ok) return read;
  return success(Math.max(0, ...read.value.map(({ byteLength }) => byteLength)));
}

function bytesOf(files: readonly FileDiff[]): number {
  return files.reduce((sum, { hunks }) => sum + Buffer.byteLength(hunks.join("\n")), 0);
}
