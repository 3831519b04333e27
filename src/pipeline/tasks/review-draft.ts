// What does somebody say of a draft who sees the change, the criteria and the gates' results, and nothing else? The gates
// have passed before: a review can only ask for more.

import type { Ended } from "../../agents/agent.ts";
import { proofForReviewer, proofSegment } from "../../context/acceptance.ts";
import type { Refused } from "../../context/refused.ts";
import { type FileDiff, type ReviewMaterial, reviewerWindow } from "../../context/reviewer-window.ts";
import { windowTexts } from "../../context/window-text.ts";
import { routeRole } from "../../engine/route.ts";
import type { GateResult } from "../../model/inspection.ts";
import { addUsage, NO_USAGE, type Output } from "../../model/output.ts";
import { proofOf } from "../../model/proof.ts";
import { type Result, success } from "../../model/result.ts";
import type { Phase } from "../../model/role.ts";
import { lineDiff } from "../../report/line-diff.ts";
import { parseReview, type Review } from "../../spec/answers/review.ts";
import { groundOf } from "../product/compose.ts";
import type { Run } from "../run/run.ts";
import { promptOf } from "../sessions/prompt.ts";
import { inquire } from "../sessions/session.ts";
import type { Order } from "./judge-task.ts";

export interface Draft {
  readonly outputs: readonly Output[];
  readonly results: readonly GateResult[];
}

export interface Round {
  readonly attempt: number;
  readonly phase: Phase;
  readonly salt: string;
}

/** How often a reviewer is asked again whose answer cannot be used: the draft is paid for and has passed its gates. */
const REPAIRS = 1;

export async function reviewDraft(
  run: Run,
  order: Order,
  draft: Draft,
  round: Round,
): Promise<Ended<Review>> {
  const prompt = await promptOf(run.sources, "reviewer", order.site.project);
  if (!prompt.ok) return { result: prompt, usage: NO_USAGE };
  const files = await diffsOf(run, order, draft.outputs);
  if (!files.ok) return { result: files, usage: NO_USAGE };
  const { task, site } = order;
  const proof = proofForReviewer(proofSegment(task, site.project, proofOf(task, run.sources.workspace)));
  const material = { prompt: prompt.value, task, proof, files: files.value, gates: draft.results };
  let usage = NO_USAGE;
  let refused: Refused | null = null;
  for (let repair = 0; ; repair++) {
    const asked = await ask(run, order, { ...material, refused }, round);
    usage = addUsage(usage, asked.usage);
    if (!asked.result.ok) return { result: asked.result, usage };
    const review = parseReview(asked.result.value);
    if (review.ok || repair === REPAIRS || review.failure.reason !== "agent-answer")
      return { result: review, usage };
    refused = { answer: asked.result.value, findings: [review.failure.detail] };
  }
}

async function ask(
  run: Run,
  order: Order,
  material: ReviewMaterial,
  { attempt, phase, salt }: Round,
): Promise<Ended<string>> {
  const { workspace } = run.sources;
  const window = reviewerWindow(material, workspace.limits.mapBytes);
  if (!window.ok) return { result: window, usage: NO_USAGE };
  return inquire(run.desk, routeRole("reviewer", workspace), {
    errand: {
      role: "reviewer",
      phase,
      subject: order.task.id,
      project: order.site.project.id,
      attempt,
      salt,
      window: window.value,
    },
    ...windowTexts(window.value),
    looks: null,
  });
}

async function diffsOf(run: Run, order: Order, outputs: readonly Output[]): Promise<Result<FileDiff[]>> {
  const ground = await groundOf(run, order.site, order.node);
  if (!ground.ok) return ground;
  const files: FileDiff[] = [];
  for (const { path, digest } of outputs) {
    const entry = ground.value.tree.get(path);
    const before = entry === undefined ? success(null) : await order.site.contentOf(entry.oid);
    if (!before.ok) return before;
    const after = digest === null ? success(null) : await run.blobs.get(digest);
    if (!after.ok) return after;
    files.push({ path, diff: diffOf(textOf(before.value), textOf(after.value)) });
  }
  return success(files);
}

const CONTEXT = 3;

function diffOf(before: string | null, after: string | null): string {
  if (before?.includes("\0") || after?.includes("\0")) return "(binary file)";
  if (before === null) return ["(new file)", ...signed("+", after)].join("\n");
  if (after === null) return ["(deleted)", ...signed("-", before)].join("\n");
  const all = lineDiff(before, after);
  const lines: string[] = [];
  let last = -1;
  for (const [index, { sign, text }] of all.entries()) {
    const near = all
      .slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
      .some((line) => line.sign !== " ");
    if (!near) continue;
    if (last >= 0 && index > last + 1) lines.push("@@");
    lines.push(`${sign}${text}`);
    last = index;
  }
  return lines.join("\n");
}

function signed(sign: "+" | "-", text: string | null): string[] {
  return (text ?? "")
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${sign}${line}`);
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("utf8");
}
