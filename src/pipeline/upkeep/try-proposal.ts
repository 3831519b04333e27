// Which gates of a proposal hold on the code as it is? Each is tried as a build tries it before its first draft: it passes
// on the untouched tree and fails on its canary. What passed is remembered, so the first build tries nothing again.

import type { BuildOptions } from "../../model/build-options.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result } from "../../model/result.ts";
import type { Proposal, ProposedGate } from "../../spec/survey/proposal.ts";
import { openRun } from "../line/open-run.ts";
import { isFailure } from "../projects/project-state.ts";
import { NO_PREVIOUS_BUILD } from "../reading/build-index.ts";
import { NOTHING_REMEMBERED, readSources } from "../reading/read.ts";
import type { BuildEnvironment } from "../run/build-environment.ts";
import { endStages } from "../run/end-stages.ts";
import { Recorder, refuseUnsound } from "../run/recorder.ts";

/** What trials left of a proposal. */
export interface TriedProposal {
  /** Gates that hold, each with at most one canary. */
  readonly proposal: Proposal;
  readonly dropped: readonly DroppedGate[];
  /** Why there was no trial to the end, such as a setup that fails; null where each gate had its say. */
  readonly failure: Failure | null;
}

export interface DroppedGate {
  readonly gate: ProposedGate;
  /** What it said of the code as it is. */
  readonly evidence: string;
}

/** Writes the proposal down and tries all its gates; fails with the first that does not hold. */
type Trial = (proposal: Proposal) => Promise<Result<void>>;

/** Where a setup fails, what may do instead is tried; where nothing does, the first stands with its failure. */
export async function tryEach(
  first: Proposal,
  trial: Trial,
  onFailed: (failure: Failure, instead: Proposal | null) => void,
): Promise<TriedProposal> {
  const outcome = await tryProposal(first, trial);
  let { instead } = first;
  let why = outcome.failure;
  while (why?.reason === "setup-failed" && instead !== undefined) {
    onFailed(why, instead);
    const other = await tryProposal(instead, trial);
    if (other.failure === null && other.proposal.gates.length > 0) return other;
    why = other.failure;
    instead = instead.instead;
  }
  // The first one's is told as that of the whole.
  if (why !== null && why !== outcome.failure) onFailed(why, null);
  return outcome;
}

async function tryProposal(first: Proposal, trial: Trial): Promise<TriedProposal> {
  const dropped: DroppedGate[] = [];
  const failedOnce = new Set<string>();
  let proposal = first;
  for (;;) {
    const tried = await trial(proposal);
    if (tried.ok) return { proposal: withOneCanary(proposal), dropped, failure: null };
    const { failure } = tried;
    const gate = failure.reason === "gate-broken" ? named(proposal, failure.gate) : null;
    if (failure.reason !== "gate-broken" || gate === null) {
      return { proposal: withOneCanary(proposal), dropped, failure };
    }
    if (failure.how === "fails-untouched") {
      // By itself it may hold: tests that measure time fail beside others.
      if (!failedOnce.has(gate.id)) {
        failedOnce.add(gate.id);
        continue;
      }
      dropped.push({ gate, evidence: failure.result.evidence });
      proposal = { ...proposal, gates: proposal.gates.filter((one) => one !== gate) };
    } else {
      const rest = { ...gate, canaries: gate.canaries.slice(1) };
      proposal = { ...proposal, gates: proposal.gates.map((one) => (one === gate ? rest : one)) };
    }
  }
}

function named(proposal: Proposal, id: string): ProposedGate | null {
  return proposal.gates.find((gate) => gate.id === id) ?? null;
}

function withOneCanary(proposal: Proposal): Proposal {
  return {
    ...proposal,
    gates: proposal.gates.map((one) => ({ ...one, canaries: one.canaries.slice(0, 1) })),
  };
}

/** The setup and every gate of a project as `projects.yaml` declares it. Fails with `gate-broken` or `setup-failed`. */
export async function tryGates(
  environment: BuildEnvironment,
  project: string,
  options: BuildOptions,
): Promise<Result<void>> {
  const reading = await readSources(environment.root, environment.packageRoot, NOTHING_REMEMBERED);
  if (!reading.ok) return reading;
  const sound = refuseUnsound(reading.value.sources);
  if (!sound.ok) return sound;
  const recorder = new Recorder(environment);
  const previous = NO_PREVIOUS_BUILD;
  const opened = await openRun(environment, { reading: reading.value, previous, options, recorder });
  if (!opened.ok) return opened;
  const { run } = opened.value;
  try {
    const state = await run.projects.open(project);
    return isFailure(state) ? failed(state) : await run.gateSelfTest.check(state);
  } finally {
    await endStages(run);
    await run.sessions.close();
  }
}
