// What would come of the work that is due, as far as it can be known before anybody does it? Whoever only looks asks, and
// goes on as if it were done: nothing is run, and what is made is made in memory.

import type { Output } from "../../model/output.ts";
import { failed, type Result } from "../../model/result.ts";
import { groundOf } from "../product/compose.ts";
import type { Run } from "../run/run.ts";
import { draftOf } from "./attempt.ts";
import { inspectScope } from "./inspect.ts";
import { draftInstead, type Judged, type Order, refused } from "./judge-task.ts";
import { keepDraft } from "./keep-draft.ts";
import { rebaseOutputs } from "./rebase-outputs.ts";
import { renderedChanges } from "./rendered.ts";
import { type Contribution, select } from "./selection.ts";

/** `isKnown` where the result is, so that what comes after is judged by it. */
export interface Foreseen extends Judged {
  readonly isKnown: boolean;
}

export async function foresee(run: Run, judged: Judged): Promise<Foreseen> {
  const { judgement, order } = judged;
  const open = { ...judged, isKnown: false };
  if (order === null || judgement.verdict === "blocked" || judgement.obstacle !== null) return open;
  switch (judgement.work) {
    case "adopt":
      return order.stored === null ? open : known(run, order, order.stored);
    case "draft":
      return order.agent.kind === "generator" ? foreseeGenerated(run, order) : open;
    case "rebase":
      return order.agent.kind === "generator" ? foreseeGenerated(run, order) : foreseeRebased(run, order);
    default:
      return { ...judged, isKnown: true };
  }
}

async function foreseeGenerated(run: Run, order: Order): Promise<Foreseen> {
  const outputs = await generatedOutputs(run, order);
  if (!outputs.ok) return unknown(refused(order, outputs.failure));
  return known(run, order, { outputs: outputs.value, reads: [] });
}

async function foreseeRebased(run: Run, order: Order): Promise<Foreseen> {
  const outputs = await rebaseOutputs(run, order.site, order.node);
  if (!outputs.ok) return unknown(refused(order, outputs.failure));
  const before = run.book.entry(order.task.id);
  if (outputs.value === null || before === null)
    return unknown(await draftInstead(run, order, order.judgement.reasons));
  return known(run, order, { ...before, outputs: outputs.value });
}

function known(run: Run, order: Order, contribution: Contribution): Foreseen {
  select(run, order, contribution);
  return { judgement: order.judgement, order, isKnown: true };
}

function unknown(order: Order): Foreseen {
  return { judgement: order.judgement, order, isKnown: false };
}

/** As a build would take them from the generator, or what it would refuse them for. */
async function generatedOutputs(run: Run, order: Order): Promise<Result<readonly Output[]>> {
  const ground = await groundOf(run, order.site, order.node);
  if (!ground.ok) return ground;
  const changes = await renderedChanges(order);
  if (!changes.ok) return changes;
  const work = { changes: changes.value, reads: [], question: null, notes: null };
  const handedIn = { agent: order.agent.id, work, worktree: null };
  const draft = await draftOf(order, ground.value.tree, handedIn);
  if (!draft.ok) return draft;
  const released = run.book.entry(order.task.id)?.released ?? [];
  const own = draft.value.changes.filter(({ path }) => !released.includes(path));
  const scope = await inspectScope(run, order, own, []);
  if (!scope.ok) return scope;
  if (!scope.value.passed) return failed({ reason: "gates-failed", results: [scope.value] });
  return keepDraft(run, order, own);
}
