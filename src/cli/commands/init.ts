// `factory init [PROJECT]`: make a workspace here. What exists already is kept as it is; in a repository that has code, its
// project is proposed from what lies there, and a project that is named begins as a scaffold.

import { join } from "node:path";
import { PRESETS } from "../../agents/presets/preset-names.ts";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { layProgramFiles } from "../../pipeline/programs/program-files.ts";
import type { TriedProposal } from "../../pipeline/upkeep/try-proposal.ts";
import { isThere } from "../../platform/files.ts";
import { NAME } from "../../spec/schema/schema-words.ts";
import { proposalText } from "../../spec/survey/project-entry.ts";
import { type Choice, choose } from "../choose.ts";
import { EXIT, type ExitCode, exitOf } from "../exit-code.ts";
import { initDocument } from "../init-document.ts";
import {
  type Consent,
  consentTo,
  type Proposed,
  packagesText,
  proposed,
  trialText,
  tried,
  untriedProposalText,
} from "../init-proposal.ts";
import type { Invocation } from "../invocation.ts";
import { keptNotes, programsNamed } from "../laid-files.ts";
import { makeRoleFiles } from "../make-role-files.ts";
import { makeRepository, makeWorkspace, usesPreset } from "../make-workspace.ts";
import { isAttended } from "../param-answers.ts";
import { SCAFFOLDS, type ScaffoldName, USUAL_SCAFFOLD } from "../scaffold-entries.ts";

/** Only a name: the file that it makes is to be written over. */
const FIRST_FEATURE = "my-feature";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { directory, packageRoot } = invocation;
  const project = invocation.argument(0);
  const named = programsNamed(invocation.list("with"));
  if (!named.ok) return invocation.refuse(named.failure);
  const misplaced = misplacedIn(invocation, project);
  if (misplaced !== null) return invocation.refuse(misplaced);
  const there = isThere(join(directory, "projects.yaml"));
  if (!there.ok) return invocation.refuse(there.failure);
  const isSurveyed = project === null && !there.value;
  // Its files are listed by git.
  const early = isSurveyed ? await makeRepository(directory) : success(null);
  if (!early.ok) return invocation.refuse(early.failure);
  const surveyed = isSurveyed ? await proposed(directory) : success(NOTHING_FOUND);
  if (!surveyed.ok) return invocation.refuse(surveyed.failure);
  const { found, said } = surveyed.value;
  if (said !== null) invocation.say(said);
  const consent = found === null ? success<Consent>("leave") : await consentTo(invocation, found);
  if (!consent.ok) return invocation.refuse(consent.failure);
  const chosen =
    project !== null && !there.value ? await chosenScaffold(invocation) : success(flagged(invocation));
  if (!chosen.ok) return invocation.refuse(chosen.failure);
  const scaffold = chosen.value;
  const programs = named.value.filter((name) => Object.hasOwn(PRESETS, name));
  const isDeclared = found !== null && consent.value !== "leave";
  const entry = isDeclared
    ? { entry: proposalText(found.id, found.proposal, [], found.packages), programs }
    : null;
  const made = await makeWorkspace({ root: directory, packageRoot, project, scaffold, proposed: entry });
  if (!made.ok) return invocation.refuse(made.failure);
  const late = await makeRepository(directory);
  if (!late.ok) return invocation.refuse(late.failure);
  const roles = await makeRoleFiles(directory, packageRoot, programs);
  if (!roles.ok) return invocation.refuse(roles.failure);
  const order = { root: directory, packageRoot, programs: named.value, force: false, dry: false };
  const laid = await layProgramFiles(order);
  if (!laid.ok) return invocation.refuse(laid.failure);
  const git = early.value ?? late.value;
  const files = [...made.value, ...(git === null ? [] : [git]), ...roles.value, ...laid.value];
  if (!invocation.json) invocation.print(files.map(({ path, done }) => `${done.padEnd(8)}  ${path}`));
  const undeclared = programs.filter((preset) => !usesPreset(directory, preset));
  if (undeclared.length > 0) {
    const lines = undeclared.map((preset) => `  ${preset}: {kind: command, preset: ${preset}}`);
    const heading =
      "to have them write code, too, add to `agents:` in projects.yaml and route roles to them:";
    invocation.say("", heading, ...lines);
  }
  const isTried = isDeclared && consent.value === "try" && found.hasCommit;
  const outcome = isTried ? await tried(invocation, found, programs) : success(null);
  if (!outcome.ok) return invocation.refuse(outcome.failure);
  const kept = keptNotes(laid.value);
  invocation.say(...kept);
  const notes = [...kept, ...(isDeclared ? notesOn(found, programs) : [])];
  if (isDeclared) {
    sayTrial(invocation, found, { consent: consent.value, outcome: outcome.value });
    invocation.say(...notesOn(found, programs).map((sentence) => `note: ${sentence}`), "", "next:");
    invocation.say(`  factory new ${FIRST_FEATURE}`);
  } else if (!there.value || named.value.length === 0) {
    const before = project === null ? ["describe a project in projects.yaml, then"] : [];
    invocation.say("", "next:", ...before.map((line) => `  ${line}`));
    invocation.say("  factory new data-model products --yes", "  factory build");
  }
  if (invocation.json)
    invocation.printJson(
      initDocument({
        root: directory,
        files,
        project: project ?? (isDeclared ? found.id : null),
        found,
        tried: outcome.value,
        notes: said === null ? notes : [said, ...notes],
      }),
    );
  const failure = outcome.value?.failure ?? null;
  return failure === null ? EXIT.done : exitOf(failure);
}

const NOTHING_FOUND = { found: null, said: null };

function misplacedIn(invocation: Invocation, project: string | null): Failure | null {
  const { root, directory } = invocation;
  if (root !== directory) {
    const message = `this folder is inside the workspace ${root}`;
    return { reason: "usage", message, fix: "Work there, or make the new one beside it." };
  }
  if (project === null && invocation.text("scaffold") !== null) {
    const message = "--scaffold makes a new project, and no project is named";
    return { reason: "usage", message, fix: "Name it, such as `factory init shop --scaffold python`." };
  }
  if (project === null || NAME.test(project)) return null;
  const message = `a project cannot be called ${JSON.stringify(project)}`;
  const fix = "Use letters, digits, `.`, `_` and `-`, and begin with a letter or digit.";
  return { reason: "usage", message, fix };
}

function flagged(invocation: Invocation): ScaffoldName | null {
  const named = invocation.text("scaffold");
  return SCAFFOLDS.find((scaffold) => scaffold === named) ?? null;
}

/** The scaffold that the command line names, or a person on a terminal; null where nobody is asked. */
async function chosenScaffold(invocation: Invocation): Promise<Result<ScaffoldName | null>> {
  const named = flagged(invocation);
  if (named !== null || invocation.flag("yes") || invocation.json || !isAttended()) return success(named);
  const scaffold = await choose("What does the project begin as?", OFFERED, invocation.look);
  return scaffold === null ? failed({ reason: "cancelled" }) : success(scaffold);
}

const OFFERED: readonly Choice<ScaffoldName>[] = [
  USUAL_SCAFFOLD,
  ...SCAFFOLDS.filter((name) => name !== USUAL_SCAFFOLD),
].map((name) => ({ value: name, word: name, meaning: "" }));

/** What was tried, or why nothing was. */
function sayTrial(
  invocation: Invocation,
  found: Proposed,
  { consent, outcome }: { readonly consent: Consent; readonly outcome: TriedProposal | null },
): void {
  if (outcome !== null) invocation.say(...trialText(outcome, invocation));
  else invocation.say(untriedProposalText(found, consent));
}

/** What a person should know of a proposal, or do for more; sentences. */
function notesOn(found: Proposed, programs: readonly string[]): readonly string[] {
  const agentless = "no agent writes its code yet: add one to `agents:` and `routing:` in projects.yaml.";
  return [...packagesText(found), ...found.proposal.advice, ...(programs.length === 0 ? [agentless] : [])];
}
