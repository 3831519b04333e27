// What did the engine itself see pass? A gate that passed on a tree in this build need not run on it again, and one whose
// failure has nothing to do with what changed is not believed at once.

import { passKey } from "../../engine/verification.ts";
import { type GateRun, isGateRun } from "../../gates/gate.ts";
import { takesTests } from "../../gates/gate-command.ts";
import type { TestCase } from "../../gates/test-case.ts";
import { type Digest, digestOf } from "../../model/digest.ts";
import type { Gate } from "../../model/project.ts";
import type { GateTrials } from "../../store/gate-trials.ts";
import type { PassedChecks } from "../../store/passed-checks.ts";
import type { ProjectState } from "../projects/project-state.ts";

export interface Seen {
  readonly state: ProjectState;
  readonly gate: Gate;
  /** As in GateOrder. */
  readonly tests: readonly string[];
  /** Of the tree that the gate judges (`gate-inputs.ts`). */
  readonly lookedAt: string;
}

export class SeenPasses {
  readonly #passedChecks: PassedChecks;
  /** Passing runs, and which tests passed last, whatever they looked at: both as this machine has seen them itself. */
  readonly #trials: GateTrials;
  /** Of this build. */
  readonly #runs = new Map<Digest, GateRun>();

  constructor(passedChecks: PassedChecks, trials: GateTrials) {
    this.#passedChecks = passedChecks;
    this.#trials = trials;
  }

  /**
   * The run in which the gate passed on what it looks at; null where there was none. One of an earlier build counts where
   * the gate says what that is: nothing else decides then.
   */
  async known(seen: Seen): Promise<GateRun | null> {
    const key = keyOf(seen);
    return this.#runs.get(key) ?? (seen.gate.inputs === null ? null : this.#trials.get(key, isGateRun));
  }

  async remember(seen: Seen, run: GateRun): Promise<void> {
    const key = keyOf(seen);
    this.#runs.set(key, run);
    await this.#passedChecks.set("pass", key);
    if (seen.gate.inputs !== null) await this.#trials.keep(key, run);
    if (run.cases === null) return;
    const passed = run.cases.filter(({ outcome }) => outcome === "passed").map(nameOf);
    await this.#trials.keep(testsOf(seen), passed);
  }

  /** `changed` is null where nobody pays for a failure. */
  async doubtOf(seen: Seen, changed: readonly string[] | null): Promise<Doubt> {
    const passedTests = (await this.#trials.get(testsOf(seen), areTexts)) ?? [];
    return { passedOnIt: this.#passedChecks.has("pass", keyOf(seen)), passedTests, changed };
  }
}

/** Why a failure of a gate may be its own. */
export interface Doubt {
  /** Whether the gate passed on this very tree. */
  readonly passedOnIt: boolean;
  /** Tests that passed before the change. */
  readonly passedTests: readonly string[];
  /** Paths that are under judgement; null where nobody pays for a failure. */
  readonly changed: readonly string[] | null;
}

/**
 * Whether a failure may be the gate's own: it passed on this very tree, or what failed has nothing to do with the changed
 * files and passed without them.
 */
export function isDoubtful({ passedOnIt, passedTests, changed }: Doubt, { cases, result }: GateRun): boolean {
  if (passedOnIt) return true;
  // To run out of time once more costs more than an attempt.
  if (changed === null || result.end === "timeout") return false;
  const failed = cases?.filter(({ outcome }) => outcome === "failed") ?? [];
  if (failed.length === 0) return !changed.some((path) => result.output.includes(path));
  const passed = new Set(passedTests);
  return failed.every((test) => passed.has(nameOf(test)) && !changed.some((path) => liesIn(test, path)));
}

function keyOf({ state, gate, tests, lookedAt }: Seen): Digest {
  return passKey(lookedAt, gate, takesTests(gate) ? tests : [], state.toolchain);
}

function testsOf({ state, gate }: Seen): Digest {
  return digestOf("passed-tests/1", [state.project.id, gate.id, gate.run]);
}

function areTexts(said: unknown): said is readonly string[] {
  return Array.isArray(said) && said.every((one) => typeof one === "string");
}

function nameOf({ classname, name }: TestCase): string {
  return `${classname} > ${name}`;
}

/** Reports name files by path, or as modules with dots. */
function liesIn({ file, classname }: TestCase, path: string): boolean {
  const stem = path.replace(/\.[^./]+$/, "");
  const places = [file ?? "", classname].map((place) => place.replaceAll("\\", "/"));
  return places.some((place) => place.includes(path) || place.replaceAll(".", "/").includes(stem));
}
