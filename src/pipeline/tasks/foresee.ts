// What would come of a draft, as far as it can be known before anybody drafts? Reading commands ask, and nothing is run.

import { verificationKey } from "../../engine/verification.ts";
import type { Failure } from "../../model/failure.ts";
import type { Output } from "../../model/output.ts";
import { groundOf } from "../product/compose.ts";
import type { Site } from "../projects/site.ts";
import type { Run } from "../run/run.ts";
import { replacedHandwriting } from "./handwritten.ts";
import { type Order, verificationOf } from "./judge-task.ts";
import { obstacleInProject } from "./obstacle-to-draft.ts";
import { rendered } from "./rendered.ts";

export interface Foreseen {
  /** Its result is known, and what comes after is judged by it. */
  readonly known: boolean;
  /** Why a build would refuse whatever is drafted; null where nothing is seen that would. */
  readonly refused: Failure | null;
}

/** Renders what the generator would write, and goes on as if it had been accepted; of every other agent nothing is known. */
export async function foresee(run: Run, site: Site, order: Order): Promise<Foreseen> {
  const unknown = { known: false, refused: await obstacleInProject(run, order) };
  if (unknown.refused !== null) return unknown;
  const changes = await rendered(run, order);
  if (changes === null || !changes.ok) return unknown;
  const replaced = replacedHandwriting(run, order, changes.value);
  if (replaced !== null) return { known: false, refused: replaced };
  const ground = await groundOf(run, site, order.node);
  if (!ground.ok) return unknown;
  const outputs: Output[] = [];
  for (const change of changes.value) {
    if (change.content === null) continue;
    const digest = await run.blobs.put(change.content, { paid: false });
    const base = await site.digestAt(ground.value.tree, change.path);
    if (!digest.ok || !base.ok) return unknown;
    outputs.push({ path: change.path, mode: change.mode, digest: digest.value, base: base.value });
  }
  select(
    run,
    site,
    order,
    outputs.sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
  return { known: true, refused: null };
}

/** Goes on as if the task had these outputs, and they had been verified. */
export function select(run: Run, site: Site, order: Order, outputs: readonly Output[]): void {
  const before = run.book.entry(order.task.id);
  const entry = {
    project: order.task.project,
    key: order.key,
    outputs,
    reads: [],
    released: before?.released ?? [],
    yielding: before?.yielding ?? [],
  };
  run.book.select(order.task.id, { ...entry, verification: order.key });
  run.book.select(order.task.id, {
    ...entry,
    verification: verificationKey(verificationOf(run, site, order.node)),
  });
}
