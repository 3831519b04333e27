// Can a project's gates be trusted? Before its first task, and whenever its gates or toolchain change: each gate passes on
// the untouched tree, and each gate with a canary fails on it. Asked once per build, and again of a draft that changes
// what a gate runs from.

import { canaryKey } from "../../engine/verification.ts";
import type { GateRun } from "../../gates/gate.ts";
import { changedParts } from "../../gates/gate-files.ts";
import { type SelfTestRun, selfTestGates } from "../../gates/self-test.ts";
import type { Difference } from "../../model/difference.ts";
import type { Digest } from "../../model/digest.ts";
import type { EventBody } from "../../model/event.ts";
import type { Failure } from "../../model/failure.ts";
import type { GateResult } from "../../model/inspection.ts";
import type { Gate } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Tree, TreeEntry } from "../../model/tree.ts";
import { tellStep } from "../../platform/step-times.ts";
import type { PassedChecks } from "../../store/passed-checks.ts";
import { withMissingContents } from "../projects/missing-contents.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { Sources } from "../reading/sources.ts";
import type { Slots } from "../slots/slots.ts";
import { runInPlace } from "./gate-in-place.ts";
import type { GatePlaces } from "./gate-places.ts";
import { instrumentOf, lookedAt } from "./looked-at.ts";
import type { Services } from "./running-services.ts";
import type { SeenPasses } from "./seen-passes.ts";
import { differencesBetween } from "./untouched.ts";

interface SelfTestMeans {
  readonly sources: Sources;
  readonly emit: (event: EventBody) => void;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly slots: Slots;
  readonly passes: SeenPasses;
  readonly gatePlaces: GatePlaces;
  readonly services: Services;
}

export class GateSelfTest {
  readonly #run: SelfTestMeans;
  readonly #passedChecks: PassedChecks;
  readonly #checks = new Map<string, Promise<Result<void>>>();
  /** Projects of which `check` has ended. */
  readonly #checked = new Set<string>();

  constructor(run: SelfTestMeans, passedChecks: PassedChecks) {
    this.#run = run;
    this.#passedChecks = passedChecks;
  }

  /** Fails with `gate-broken` where a gate cannot be trusted, or `setup-failed`. */
  check(state: ProjectState): Promise<Result<void>> {
    const { id } = state.project;
    return once(this.#checks, id, () => this.#check(state).finally(() => this.#checked.add(id)));
  }

  /** Whether `check` has its answer already; else it may take as long as a setup and all gates. */
  async isChecked(state: ProjectState): Promise<boolean> {
    if (this.#checked.has(state.project.id)) return true;
    if (needsServices(state)) return false;
    const untried = await this.#untried(state);
    return untried.ok && untried.value.length === 0;
  }

  /**
   * Tries the canaries of gates that a tree runs from other files than people's own, on that tree. The result of a gate
   * that can no longer fail; null where all can.
   */
  async retry(state: ProjectState, { tree, gates, subject }: Suspect): Promise<Result<GateResult | null>> {
    for (const gate of gates) {
      const before = await instrumentOf(state, gate, state.human);
      if (!before.ok) return before;
      const now = await instrumentOf(state, gate, tree);
      if (!now.ok) return now;
      const parts = changedParts(before.value, now.value);
      if (parts.length === 0) continue;
      // What the gate only runs from no more is as it was: what no longer leads there is what changed.
      const changed = parts.filter((path) => state.human.get(path)?.oid !== tree.get(path)?.oid);
      const paths = changed.length > 0 ? changed : parts;
      const key = canaryKey(gate, state.toolchain, now.value);
      if (this.#passedChecks.has("canary", key)) continue;
      const { id, canary } = gate;
      this.#run.emit({ type: "instrument-changed", subject, gate: id, paths, tried: canary !== null });
      if (canary === null) continue;
      const { gatePlaces, signal } = this.#run;
      const trial = { gate, files: canary, signal };
      const about = { tree, subject, differences: new Map() };
      const tried = await gatePlaces.hold(() =>
        this.#told(state, trial, () => this.#try(state, trial, about)),
      );
      if (!tried.ok) return tried;
      if (this.#run.signal.aborted) return failed({ reason: "cancelled" });
      const { result } = tried.value;
      if (result.passed) {
        const evidence = `the draft changes ${paths.join(", ")}, and the gate no longer fails on its canary`;
        return success({ ...result, passed: false, evidence });
      }
      await this.#passedChecks.set("canary", key);
    }
    return success(null);
  }

  /** Gates that nobody has tried as they are on people's own tree. */
  async #untried(state: ProjectState): Promise<Result<readonly Tried[]>> {
    const untried: Tried[] = [];
    for (const gate of state.project.gates) {
      const instrument = await instrumentOf(state, gate, state.human);
      if (!instrument.ok) return instrument;
      const key = canaryKey(gate, state.toolchain, instrument.value);
      if (!this.#passedChecks.has("canary", key)) untried.push({ gate, key });
    }
    return success(untried);
  }

  async #check(state: ProjectState): Promise<Result<void>> {
    const { id } = state.project;
    // Nobody is paid for what could not be judged: where a service cannot be had, no draft is begun.
    if (needsServices(state)) {
      const lease = { kind: "gate", tree: state.human, subject: `${id}/` } as const;
      const had = await this.#run.slots.use(state, lease, ({ number }) =>
        this.#run.services.ready(state, number),
      );
      if (!had.ok) return had;
    }
    const untried = await this.#untried(state);
    if (!untried.ok) return untried;
    if (untried.value.length === 0) return success(undefined);
    this.#run.emit({ type: "canary-started", project: id });
    const started = this.#run.clock();
    const checked = await this.#checkAll(state, untried.value);
    this.#run.emit({
      type: "canary-ended",
      project: id,
      passed: checked.ok,
      ms: this.#run.clock() - started,
    });
    return checked;
  }

  /** What a gate has shown is remembered, whatever becomes of the others. */
  async #checkAll(state: ProjectState, all: readonly Tried[]): Promise<Result<void>> {
    const gates = all.map(({ gate }) => gate);
    const shown = new Map<Gate, number>();
    // A tree that cannot be laid out is no word of the gate's about it.
    let trouble: Failure | null = null;
    const differences = new Map<string, readonly Difference[]>();
    const run = async (trial: SelfTestRun): Promise<GateRun> => {
      const about = { tree: state.human, subject: `${state.project.id}/`, differences };
      const tried = await this.#told(state, trial, () => this.#try(state, trial, about));
      const { gate, files } = trial;
      if (!tried.ok) {
        trouble ??= tried.failure;
        return untried(gate, tried.failure);
      }
      const isAsExpected = !trial.signal.aborted && tried.value.result.passed === (files === null);
      if (isAsExpected) shown.set(gate, (shown.get(gate) ?? 0) + 1);
      return tried.value;
    };
    const { gatePlaces, signal } = this.#run;
    const since = this.#run.clock();
    const hold = <T>(work: () => Promise<T>) =>
      gatePlaces.hold(() => {
        tellStep(this.#run, "slot", `${state.project.id}/`, since);
        return work();
      });
    const checked = await selfTestGates({ gates, run, hold, signal });
    for (const { gate, key } of all) {
      const isWhole = shown.get(gate) === (gate.canary === null ? 1 : 2);
      if (isWhole) await this.#passedChecks.set("canary", key);
    }
    if (trouble !== null) return failed(trouble);
    if (checked.ok) return success(undefined);
    const failure = await withMissingContents(state, checked.failure);
    if (failure.reason !== "gate-broken" || failure.how !== "fails-untouched") return failed(failure);
    return failed({ ...failure, differences: differences.get(failure.gate) ?? [] });
  }

  async #told(
    state: ProjectState,
    { gate, files, signal }: SelfTestRun,
    work: () => Promise<Result<GateRun>>,
  ): Promise<Result<GateRun>> {
    const on = files === null ? ("untouched" as const) : ("canary" as const);
    const about = { project: state.project.id, gate: gate.id, on };
    this.#run.emit({ type: "trial-started", ...about });
    const started = this.#run.clock();
    const tried = await work();
    const asExpected =
      signal.aborted || !tried.ok ? null : tried.value.result.passed === (on === "untouched");
    const ms = this.#run.clock() - started;
    const gateMs = tried.ok ? tried.value.result.ms : 0;
    this.#run.emit({ type: "trial-ended", ...about, asExpected, ms, gateMs });
    return tried;
  }

  async #try(
    state: ProjectState,
    { gate, files, signal }: SelfTestRun,
    { tree: below, subject, differences }: About,
  ): Promise<Result<GateRun>> {
    const tree = new Map<string, TreeEntry>(below);
    if (files !== null) {
      const written = await state.repository.write(Object.values(files).map((text) => Buffer.from(text)));
      if (!written.ok) return written;
      for (const [index, path] of Object.keys(files).entries()) {
        tree.set(path, { mode: "100644", oid: written.value[index] as TreeEntry["oid"] });
      }
    }
    const { slots, passes } = this.#run;
    const flushed = await state.contents.flush();
    if (!flushed.ok) return flushed;
    const oid = await state.writeTree(tree);
    if (!oid.ok) return oid;
    const ran = await slots.use(state, { kind: "gate", tree, subject }, async (slot) => {
      const { scratch, env } = slot;
      const { root } = state.project;
      const { borrows, dir } = slot.worktree;
      const order = { gate, tests: [], dir, root, scratch, borrows, env, subject, signal };
      const tried = await runInPlace(this.#run, state, order, slot.number);
      // Looked at while the copy is still there.
      if (files === null && tried.ok && !tried.value.result.passed && !signal.aborted)
        differences.set(gate.id, await differencesBetween(state, dir));
      return tried;
    });
    if (!ran.ok || !ran.value.result.passed) return ran;
    const seen = await lookedAt(state, gate, { tree, oid: oid.value });
    if (!seen.ok) return seen;
    await passes.remember({ state, gate, tests: [], lookedAt: seen.value }, ran.value);
    return ran;
  }
}

function needsServices({ project: { gates, services } }: ProjectState): boolean {
  return gates.length > 0 && services.length > 0;
}

/** A tree that may change what gates run from. */
interface Suspect {
  readonly tree: Tree;
  readonly gates: readonly Gate[];
  /** Task or `project/`. */
  readonly subject: string;
}

interface Tried {
  readonly gate: Gate;
  /** Under which a success is remembered. */
  readonly key: Digest;
}

/** What a trial takes place on. */
interface About {
  readonly tree: Tree;
  /** Task or `project/`. */
  readonly subject: string;
  /** Where what differs from a person's checkout is put down, by gate. */
  readonly differences: Map<string, readonly Difference[]>;
}

function untried(gate: Gate, { reason }: Failure): GateRun {
  return {
    result: { gate: gate.id, passed: false, ms: 0, evidence: reason, output: "", end: "killed" },
    cases: null,
  };
}

function once<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
