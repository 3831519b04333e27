// Do gates pass on a tree? They run one after the other in a slot of their own, in which no agent ever was.

import { runGate } from "../../gates/gate.ts";
import type { TestCase } from "../../gates/junit.ts";
import type { GateResult } from "../../model/inspection.ts";
import type { Gate } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { editedFile } from "../../workspaces/harvest.ts";
import type { Site } from "../projects/site.ts";
import type { Run } from "../run.ts";
import type { Slot } from "../slots/slots.ts";

export interface TreeInspection {
  readonly tree: Tree;
  readonly gates: readonly Gate[];
  /** Task or project that the gates speak about. */
  readonly subject: string;
}

export interface TreeFindings {
  readonly results: GateResult[];
  /** Null where no gate reported tests. */
  readonly cases: readonly TestCase[] | null;
}

/** Stops at the first gate that fails. A gate that changes the files that it inspects has failed: gates never edit. */
export async function inspectTree(
  run: Run,
  site: Site,
  { tree, gates, subject }: TreeInspection,
): Promise<Result<TreeFindings>> {
  if (gates.length === 0) return success({ results: [], cases: null });
  return run.gatesAtWork.hold(() => {
    run.emit({ type: "gates-started", subject });
    return run.slots.use(site, { kind: "gate", tree, subject }, (slot) =>
      judgeIn(run, slot, { tree, gates, subject }),
    );
  });
}

async function judgeIn(
  run: Run,
  slot: Slot,
  { gates, subject }: TreeInspection,
): Promise<Result<TreeFindings>> {
  const results: GateResult[] = [];
  let cases: readonly TestCase[] | null = null;
  for (const gate of gates) {
    run.emit({ type: "gate-started", subject, gate: gate.id });
    const { worktree, scratch, env } = slot;
    const { result, cases: found } = await runGate({
      ...{ gate, dir: worktree.dir, scratch, env, subject, signal: run.signal },
    });
    if (run.signal.aborted) return failed({ reason: "cancelled" });
    const edited = result.passed ? await editedFile(worktree) : success(null);
    if (!edited.ok) return edited;
    const final =
      edited.value === null
        ? result
        : { ...result, passed: false, evidence: `the gate changed ${edited.value}: gates only inspect` };
    run.emit({ type: "gate-ended", subject, result: final });
    results.push(final);
    if (found !== null) cases = [...(cases ?? []), ...found];
    if (!final.passed) break;
  }
  return success({ results, cases });
}
