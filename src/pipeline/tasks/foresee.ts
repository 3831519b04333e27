// What would come of the work that is due, as far as it can be known before anybody does it? Whoever only looks asks, and
// goes on as if it were done: nothing is run, and what is made is made in memory.

import type { Output } from "../../model/output.ts";
import { failed, type Result } from "../../model/result.ts";
import { groundOf } from "../product/compose.ts";
import type { Run } from "../run/run.ts";
import { draftOf } from "./attempt.ts";
import { inspectScope } from "./inspect.ts";
import { draftInstead, type Order, refused } from "./judge-task.ts";
import { keepDraft } from "./keep-draft.ts";
import { rebaseOutputs } from "./rebase-outputs.ts";
import { renderedChanges } from "./rendered.ts";
import { type Contribution, select } from "./selection.ts";

export interface Foreseen {
  readonly order: Order;
  /** Its result is known, and what comes after is judged by it. */
  readonly isKnown: boolean;
}

/** Of work that nothing stands in the way of. */
export async function foresee(run: Run, order: Order): Promise<Foreseen> {
  const { work } = order.judgement;
  const isGenerated = order.agent.kind === "generator";
  if (work === "adopt" && order.stored !== null) return known(run, order, order.stored);
  if (work === "rebase" && !isGenerated) return foreseeRebase(run, order);
  if (work !== "draft" && work !== "rebase") return { order, isKnown: true };
  if (!isGenerated) return { order, isKnown: false };
  const outputs = await generatedOutputs(run, order);
  if (!outputs.ok) return { order: refused(order, outputs.failure), isKnown: false };
  return known(run, order, { outputs: outputs.value, reads: [] });
}

async function foreseeRebase(run: Run, order: Order): Promise<Foreseen> {
  const outputs = await rebaseOutputs(run, order.site, order.node);
  if (!outputs.ok) return { order: refused(order, outputs.failure), isKnown: false };
  const before = run.book.entry(order.task.id);
  if (outputs.value !== null && before !== null)
    return known(run, order, { ...before, outputs: outputs.value });
  return { order: await draftInstead(run, order, order.judgement.reasons), isKnown: false };
}

function known(run: Run, order: Order, contribution: Contribution): Foreseen {
  select(run, order, contribution);
  return { order, isKnown: true };
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
