// How do other machines judge a tree by gates? The stage becomes an order, its tree goes through the shared store, and a worker
// answers. What a worker cannot do, or nobody does in time, this machine does itself: a build is never worse off than without a
// fleet. A worker's word is believed for its own stage, and by `verify` no further than a mistake costs nothing:
//
//   all passed ──► believed; a product is judged here
//   failed ──► judged here again, before anybody pays for it      (without `verify`: only where the failure is in doubt)

import type { FleetReply, OrderSender } from "../../fleet/order-sender.ts";
import type { GateRun } from "../../gates/gate.ts";
import { lockfilesAmong } from "../../gates/toolchain.ts";
import { type Digest, digestOf } from "../../model/digest.ts";
import type { EventBody } from "../../model/event.ts";
import type { FleetDeclaration } from "../../model/fleet-declaration.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree } from "../../model/tree.ts";
import { monotonic } from "../../platform/clock.ts";
import { tellStep } from "../../platform/step-times.ts";
import type { FleetNews } from "../../report/fleet-text.ts";
import { isDoubtful } from "../gating/seen-passes.ts";
import type { RepositoryState } from "../projects/repository-state.ts";
import type { FleetWarnings } from "./fleet-warnings.ts";
import type { FleetWatch } from "./fleet-watch.ts";
import type { SendFault, SentTree, SentTrees } from "./sent-trees.ts";
import type { SlotStages } from "./slot-stages.ts";
import type { GateStage, StageFindings, Stages } from "./stage.ts";
import { type StageAnswer, type StageOrder, stageAnswerIn } from "./stage-order.ts";
import { canTravel, orderedTree } from "./travel.ts";

export interface FleetStagesOrder {
  readonly declaration: FleetDeclaration;
  readonly warnings: FleetWarnings;
  readonly here: SlotStages;
  readonly sender: OrderSender;
  readonly watch: FleetWatch;
  readonly trees: SentTrees;
  /** Whether a stage could begin here at once. */
  readonly isIdle: () => boolean;
  /** Longest way from a subject to the end, in tasks. */
  readonly heightOf: (subject: string) => number;
  readonly emit: (event: EventBody) => void;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/** So many stages may wait in the fleet, beside those that this machine has room for. */
const SENT_AT_ONCE = 128;
/** After a fault of the fleet, until it is asked again. */
const REST_MS = 15_000;
/** Longest setup, and what a stage needs beside its gates, in ms. */
const BESIDE_GATES_MS = 35 * 60 * 1000;
/** How often a stage is asked for, where its worker finds no lists, then no files that people wrote, then none of the draft's. */
const ASKED_FOR_FILES = 4;

type Judged = Extract<StageAnswer, { kind: "judged" }> & { readonly worker: string };

export class FleetStages implements Stages {
  readonly #order: FleetStagesOrder;
  #restsUntil = 0;

  constructor(order: FleetStagesOrder) {
    this.#order = order;
  }

  get atOnce(): number {
    return this.#order.here.atOnce + SENT_AT_ONCE;
  }

  async judge(stage: GateStage): Promise<Result<StageFindings>> {
    const { here, declaration, signal } = this.#order;
    const travels = await this.#travels(stage);
    if (!travels.ok) return travels;
    if (!travels.value) return here.judge(stage);
    const judged = await this.#elsewhere(stage);
    if (signal.aborted) return failed({ reason: "cancelled" });
    if (judged === null) return here.judge(stage);
    const { runs, worker } = judged;
    const last = runs.at(-1) as GateRun;
    const { doubt } = stage.checks[runs.length - 1] as GateStage["checks"][number];
    if (last.result.passed || !(declaration.verify || isDoubtful(doubt, last))) {
      this.#tellRuns(stage, runs, worker);
      return success({ runs: runs as StageFindings["runs"], flaky: [], isSeen: !declaration.verify });
    }
    const again = await here.judge(stage);
    if (again.ok && again.value.runs.every(({ result }) => result.passed))
      this.#order.warnings.tell({
        news: "disagrees",
        worker,
        gate: last.result.gate,
        evidence: last.result.evidence,
      });
    return again;
  }

  async close(): Promise<void> {
    this.#order.watch.close();
    await this.#order.sender.close();
  }

  /** Whether another machine can be trusted with it and sees in it what this one does. */
  async #travels({ state, tree, checks, isProduct }: GateStage): Promise<Result<boolean>> {
    const isBusy = monotonic() < this.#restsUntil || (isProduct && this.#order.declaration.verify);
    const needsUs = state.project.services.length > 0 || checks.some(({ gate }) => gate.exclusive);
    return isBusy || needsUs ? success(false) : canTravel(state, tree);
  }

  /** Null where no worker did it. */
  async #elsewhere(stage: GateStage): Promise<Judged | null> {
    const { state } = stage;
    const { home } = state;
    const tree = state.treeInRepository(stage.tree);
    const sent = await this.#order.trees.send(home, tree);
    if (!sent.ok) return this.#unsent(sent.failure);
    const order = orderOf(stage, sent.value);
    for (let asked = 0; asked < ASKED_FOR_FILES; asked++) {
      const reply = await this.#ask(stage, order, laneOf(home, tree));
      if (reply.kind !== "done") return this.#undone(reply);
      const answer = stageAnswerIn(reply.body, order);
      const { worker } = reply;
      if (answer === null) return this.#order.warnings.tell({ news: "refused", worker });
      if (answer.kind === "judged") return { ...answer, worker };
      if (answer.kind === "unable")
        return this.#order.warnings.tell({ news: "unable", worker, detail: answer.why });
      if (!answer.files.every((digest) => this.#order.trees.isOurs(digest)))
        return this.#order.warnings.tell({ news: "refused", worker });
      const more = await this.#order.trees.sendMissing(answer.files);
      if (!more.ok) return this.#unsent(more.failure);
    }
    return this.#order.warnings.tell({ news: "store", detail: "keeps no file that is put there" });
  }

  #ask(stage: GateStage, order: StageOrder, lane: string): Promise<FleetReply> {
    const { sender, emit, clock, isIdle, signal, heightOf } = this.#order;
    const { subject } = stage;
    const since = clock();
    const gatesMs = order.gates.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0);
    return sender.ask({
      ...{ lane, body: JSON.stringify(order), label: subject, urgency: heightOf(subject) },
      longestMs: gatesMs + BESIDE_GATES_MS,
      isIdle,
      onTaken: (worker) => {
        tellStep({ emit, clock }, "slot", subject, since);
        emit({ type: "gates-started", subject, worker });
      },
      signal,
    });
  }

  #undone(reply: Exclude<FleetReply, { kind: "done" }>): null {
    if (reply.kind === "lost") return this.#rest({ news: "left", detail: reply.detail });
    return reply.kind === "taken-back" && reply.alone ? this.#rest({ news: "alone" }) : null;
  }

  #unsent(fault: SendFault): null {
    // What this machine cannot read it says itself, where it judges.
    return "store" in fault ? this.#rest({ news: "store", detail: fault.store }) : null;
  }

  #rest(news: FleetNews): null {
    this.#restsUntil = monotonic() + REST_MS;
    return this.#order.warnings.tell(news);
  }

  #tellRuns({ subject }: GateStage, runs: readonly GateRun[], worker: string): void {
    for (const { result } of runs) this.#order.emit({ type: "gate-ended", subject, result, worker });
  }
}

function orderOf({ state, subject, checks }: GateStage, sent: SentTree): StageOrder {
  return {
    ...{ stage: 1, ...orderedTree(state, sent), toolchain: state.toolchain, subject },
    gates: checks.map(({ gate, tests }) => ({
      ...{ id: gate.id, run: gate.run, timeoutMs: gate.timeoutMs, report: gate.report },
      ...{ env: gate.env, network: gate.network ?? null, tests },
    })),
  };
}

/** Stages that ask for the same install, as far as it can be told. */
function laneOf(home: RepositoryState, tree: Tree): string {
  const locked = lockfilesAmong([...tree.keys()]).map((path) => [path, tree.get(path)?.oid ?? null]);
  const install: Digest = digestOf("install-lane/1", [home.id, home.setup, [...home.env], locked]);
  return `install-${install.slice(0, 16)}`;
}
