// What does `factory init --json` say? What it made, what it proposes for the code that is there, and what each gate said.

import type { Json } from "../model/digest.ts";
import type { TriedProposal } from "../pipeline/upkeep/try-proposal.ts";
import { diagnosticOf } from "../report/failure-diagnostic.ts";
import { diagnosticsDocument } from "../report/json.ts";
import type { Proposal, ProposedGate } from "../spec/survey/proposal.ts";
import type { Proposed } from "./init-proposal.ts";
import type { Step } from "./make-workspace.ts";

export interface Initialized {
  readonly root: string;
  readonly files: readonly Step[];
  /** Id of the project that projects.yaml declares now; null for none. */
  readonly project: string | null;
  /** Null where nothing was proposed. */
  readonly found: Proposed | null;
  /** Null where nothing was run. */
  readonly tried: TriedProposal | null;
  /** Sentences that a person should know. */
  readonly notes: readonly string[];
}

export function initDocument({ root, files, project, found, tried, notes }: Initialized): Json {
  const failure = tried?.failure ?? null;
  return {
    ...diagnosticsDocument(failure === null ? [] : diagnosticOf(failure, found?.id ?? null)),
    root,
    project,
    files: files.map(({ path, done }) => ({ path, done })),
    proposal: found === null ? null : proposalObject(found, tried),
    notes: [...notes],
  };
}

function proposalObject({ proposal: first, packages }: Proposed, tried: TriedProposal | null): Json {
  const { kind, setup, keep, gates }: Proposal = tried?.proposal ?? first;
  const isTried = tried !== null && tried.failure === null;
  const dropped = tried?.dropped ?? [];
  return {
    kind,
    setup,
    keep: [...keep],
    gates: [
      ...gates.map((gate) => gateObject(gate, isTried ? "holds" : "untried", null)),
      ...dropped.map(({ gate, evidence }) => gateObject(gate, "fails", evidence)),
    ],
    packages: packages.map(({ root }) => root),
  };
}

function gateObject({ id, run, report, source }: ProposedGate, said: string, evidence: string | null): Json {
  return { id, run, report, source, said, evidence };
}
