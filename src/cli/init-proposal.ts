// What does `init` propose for a repository that has code, and which of its gates hold? Nothing of the repository is run
// unless a person said so, on the terminal or by `--yes`.

import { basename } from "node:path";
import type { Event } from "../model/event.ts";
import type { Failure } from "../model/failure.ts";
import { jsonObject, jsonTrouble } from "../model/json-object.ts";
import { failed, type Result, success } from "../model/result.ts";
import { withLock } from "../pipeline/commands/locked-build.ts";
import { surveyFolder } from "../pipeline/upkeep/survey-folder.ts";
import { type TriedProposal, tryEach, tryGates } from "../pipeline/upkeep/try-proposal.ts";
import { now } from "../platform/clock.ts";
import { eventLine } from "../report/build-text.ts";
import { failureBlock } from "../report/failure-block.ts";
import { failureText } from "../report/failure-text.ts";
import { NAME } from "../spec/schema/schema-words.ts";
import type { Listing } from "../spec/survey/listing.ts";
import { proposalText } from "../spec/survey/project-entry.ts";
import { GATELESS_PROJECT, type Proposal } from "../spec/survey/proposal.ts";
import { proposeProject } from "../spec/survey/propose-project.ts";
import { type ProposedPackage, proposePackages } from "../spec/survey/workspace-packages.ts";
import { buildOptions } from "./build-targets.ts";
import { type Choice, choose } from "./choose.ts";
import type { Invocation } from "./invocation.ts";
import { writeDeclarations } from "./make-workspace.ts";
import { isAttended } from "./param-answers.ts";

/** What to do with a proposal. */
export type Consent = "try" | "write" | "leave";

export interface Proposed {
  readonly id: string;
  readonly proposal: Proposal;
  /** That could be projects of their own; empty where the repository is no workspace of such. */
  readonly packages: readonly ProposedPackage[];
  /** Without one there is nothing to try a gate on. */
  readonly hasCommit: boolean;
}

/** Null where there is nothing to propose: `said` tells why where there is code. */
export async function proposed(
  root: string,
): Promise<Result<{ found: Proposed | null; said: string | null }>> {
  const surveyed = await surveyFolder(root);
  if (!surveyed.ok) return surveyed;
  if (surveyed.value === null) return success({ found: null, said: null });
  if ("partOf" in surveyed.value) {
    const { partOf } = surveyed.value;
    const said = `${partOf} is a folder of a repository: run \`factory init\` at its root, and give the project \`root: ${partOf}\``;
    return success({ found: null, said });
  }
  const { listing, hasCommit } = surveyed.value;
  const proposal = proposeProject(listing, jsonObject);
  const packages = proposePackages(listing, jsonObject);
  const unread = unreadManifests(listing);
  if (proposal !== null) {
    const told = { ...proposal, advice: [...unread, ...proposal.advice] };
    return success({ found: { id: idFor(root), proposal: told, packages, hasCommit }, said: null });
  }
  const nothing = "nothing here says how this code is tested";
  // What nobody has committed may be notes beside a workspace that is only begun.
  if (unread.length > 0 || !hasCommit) {
    const isEmpty = listing.paths.length === 0;
    const said = unread[0] ?? (isEmpty ? null : `${nothing}: declare its gates in projects.yaml`);
    return success({ found: null, said });
  }
  return success({
    found: { id: idFor(root), proposal: GATELESS_PROJECT, packages, hasCommit },
    said: nothing,
  });
}

/** Of each that should be JSON: why nothing is known of what it says. */
function unreadManifests({ texts }: Listing): readonly string[] {
  return [...texts].flatMap(([path, text]) => {
    const trouble = /(^|\/)(package|composer)\.json$/.test(path) ? jsonTrouble(text) : null;
    if (trouble === null) return [];
    return [
      `${path} cannot be read, so nothing is known of its scripts and dependencies: ${trouble}. Mend it, and run \`factory init\` again.`,
    ];
  });
}

function idFor(root: string): string {
  const id = basename(root).replace(/[^\w.-]+/g, "-");
  return NAME.test(id) ? id : "app";
}

/** `cancelled` where a person gave up. */
export async function consentTo(invocation: Invocation, { proposal }: Proposed): Promise<Result<Consent>> {
  const commands = [
    ...(proposal.setup === null ? [] : [`  ${"setup".padEnd(7)} ${proposal.setup}`]),
    ...proposal.gates.map(({ id, run }) => `  ${id.padEnd(7)} ${run}`),
  ];
  invocation.say(`this is a project of ${proposal.kind}:`, ...commands, "");
  if (invocation.flag("yes")) return success("try");
  if (invocation.json || !isAttended()) return success("write");
  const chosen = await choose("Write this to projects.yaml?", CONSENTS, invocation.look);
  return chosen === null ? failed({ reason: "cancelled" }) : success(chosen);
}

const CONSENTS: readonly Choice<Consent>[] = [
  { value: "try", word: "yes", meaning: "write it, and run each command once" },
  { value: "write", word: "write", meaning: "write it, and run nothing" },
  { value: "leave", word: "no", meaning: "declare no project" },
];

/** Tries setup and gates, and leaves in projects.yaml what holds. */
export function tried(
  invocation: Invocation,
  { id, proposal, packages }: Proposed,
  programs: readonly string[],
): Promise<Result<TriedProposal>> {
  const { root, packageRoot } = invocation;
  return withLock(invocation, async (place) => {
    const tell = (event: Event) => {
      if (event.type !== "trial-started" && event.type !== "trial-ended") return;
      const line = eventLine(event, invocation.look.color);
      if (line !== null) invocation.say(line);
    };
    const environment = { ...place, clock: now, tell };
    const trial = async (candidate: Proposal) => {
      const written = await writeDeclarations(root, packageRoot, {
        entry: proposalText(id, candidate, [], packages),
        programs,
      });
      return written.ok ? tryGates(environment, id, buildOptions(invocation, [])) : written;
    };
    const outcome = await tryEach(proposal, trial, (failure, instead) => {
      const next = instead === null ? [] : [`→ it is tried as a project of ${instead.kind}`];
      invocation.say(failureText(failure).message, ...next);
    });
    const leftOut = outcome.dropped.map(({ gate, evidence }) => ({ gate, why: evidence }));
    const entry = proposalText(id, outcome.proposal, leftOut, packages);
    const written = await writeDeclarations(root, packageRoot, { entry, programs });
    return written.ok ? success(outcome) : written;
  });
}

/** The difference between one project and one for each package; sentences. */
export function packagesText({ packages }: Proposed): readonly string[] {
  if (packages.length === 0) return [];
  const roots = packages.slice(0, SHOWN_PACKAGES).map(({ root }) => root);
  const more = packages.length > SHOWN_PACKAGES ? ` and ${packages.length - SHOWN_PACKAGES} more` : "";
  return [
    `${packages.length} packages have tests of their own: ${roots.join(", ")}${more}.`,
    "one project for all runs every test for every task; with a project for each package, a task runs the tests of its own package, and all of them run before a merge. projects.yaml shows the second as a comment.",
  ];
}

const SHOWN_PACKAGES = 5;

/** What a person should know of a trial; lines. */
export function trialText(
  { proposal, dropped, failure }: TriedProposal,
  invocation: Invocation,
): readonly string[] {
  const broken = dropped.map(
    ({ gate, evidence }) => `left out: gate ${gate.id} fails on the code as it is (${evidence})`,
  );
  if (failure !== null) return [...broken, ...untriedText(failure, invocation)];
  if (proposal.gates.length > 0) return broken;
  if (dropped.length === 0) return [gatelessText(WRITE)];
  return [...broken, gatelessText("mend one that stands in projects.yaml as a comment, or write one")];
}

/** Of a proposal whose gates nobody tried; a line. */
export function untriedProposalText({ proposal, hasCommit }: Proposed, consent: Consent): string {
  if (proposal.gates.length === 0) return gatelessText(WRITE);
  return consent === "try" && !hasCommit
    ? "nothing is committed yet: the first build tries its gates"
    : "its gates were not run: the first build tries them before it asks any agent";
}

function gatelessText(mend: string): string {
  return `no gate would judge what an agent writes: ${mend} (\`factory help gates-and-services\`)`;
}

const WRITE = "write one, a command that fails where something is wrong";

function untriedText(failure: Failure, { look }: Invocation): readonly string[] {
  return [
    ...failureBlock(failure, null, look.color),
    "the gates stand in projects.yaml as they are proposed",
  ];
}
