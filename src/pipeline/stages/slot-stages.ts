// How does this machine judge a tree by gates? One after the other in a slot of their own, in which no agent ever was.

import type { GateRun } from "../../gates/gate.ts";
import type { EventBody } from "../../model/event.ts";
import type { FlakyGate } from "../../model/inspection.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { tellStep } from "../../platform/step-times.ts";
import { editedFile } from "../../workspaces/collect-draft.ts";
import { runInPlace } from "../gating/gate-in-place.ts";
import type { GatePlaces } from "../gating/gate-places.ts";
import type { Services } from "../gating/running-services.ts";
import { isDoubtful } from "../gating/seen-passes.ts";
import type { Slot } from "../slots/lease.ts";
import type { Slots } from "../slots/slots.ts";
import type { GateCheck, GateStage, StageFindings, Stages } from "./stage.ts";

export interface SlotStagesOrder {
  readonly slots: Slots;
  readonly gatePlaces: GatePlaces;
  readonly services: Services;
  /** Room among the gates. */
  readonly atOnce: number;
  readonly emit: (event: EventBody) => void;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

export class SlotStages implements Stages {
  readonly #order: SlotStagesOrder;

  constructor(order: SlotStagesOrder) {
    this.#order = order;
  }

  get atOnce(): number {
    return this.#order.atOnce;
  }

  judge(stage: GateStage): Promise<Result<StageFindings>> {
    const { slots, gatePlaces, emit, clock } = this.#order;
    const { state, tree, subject } = stage;
    const since = clock();
    return gatePlaces.hold(() => {
      tellStep({ emit, clock }, "slot", subject, since);
      emit({ type: "gates-started", subject });
      return slots.use(state, { kind: "gate", tree, subject }, (slot) => this.#inTurn(slot, stage));
    });
  }

  async close(): Promise<void> {}

  async #inTurn(slot: Slot, stage: GateStage): Promise<Result<StageFindings>> {
    const runs: GateRun[] = [];
    const flaky: FlakyGate[] = [];
    for (const check of stage.checks) {
      const judged = await this.#judged(slot, stage, { check, flaky });
      if (!judged.ok) return judged;
      runs.push(judged.value);
      if (!judged.value.result.passed) break;
    }
    return success({ runs: runs as [GateRun, ...GateRun[]], flaky, isSeen: true });
  }

  /** A failure that may be the gate's own is looked at twice, before anybody pays for it. */
  async #judged(
    slot: Slot,
    stage: GateStage,
    { check, flaky }: { readonly check: GateCheck; readonly flaky: FlakyGate[] },
  ): Promise<Result<GateRun>> {
    const first = await this.#once(slot, stage, check);
    if (!first.ok || first.value.result.passed || !isDoubtful(check.doubt, first.value)) return first;
    const second = await this.#once(slot, stage, check);
    if (!second.ok || !second.value.result.passed) return second;
    const { gate } = check;
    const { evidence } = first.value.result;
    flaky.push({ gate: gate.id, evidence });
    this.#order.emit({ type: "gate-flaky", subject: stage.subject, gate: gate.id, evidence });
    return second;
  }

  /** A gate that changes the files that it inspects has failed: gates never edit. */
  async #once(
    { worktree, scratch, env, number }: Slot,
    { state, subject }: GateStage,
    { gate, tests }: GateCheck,
  ): Promise<Result<GateRun>> {
    const { emit, signal } = this.#order;
    emit({ type: "gate-started", subject, gate: gate.id });
    const { root } = state.project;
    const { borrows, dir } = worktree;
    const order = { gate, tests, dir, root, scratch, borrows, env, subject, signal };
    const tried = await runInPlace(this.#order, state, order, number);
    if (!tried.ok) return tried;
    const ran = tried.value;
    if (signal.aborted) return failed({ reason: "cancelled" });
    const edited = ran.result.passed ? await editedFile(worktree) : success(null);
    if (!edited.ok) return edited;
    const { value: path } = edited;
    const changed = path === null ? "" : state.seen(path);
    const evidence = `the gate changed ${changed}: gates only inspect`;
    const result = path === null ? ran.result : { ...ran.result, passed: false, evidence };
    emit({ type: "gate-ended", subject, result });
    return success({ ...ran, result });
  }
}
