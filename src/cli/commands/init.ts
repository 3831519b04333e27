// `factory init [PROJECT]`: make a workspace here. What exists already is kept as it is; in a repository that has code, its
// project is proposed from what lies there, and a project that is named begins as a scaffold.

import { join } from "node:path";
import type { Failure } from "../../model/failure.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { isThere } from "../../platform/files.ts";
import { NAME } from "../../spec/schema/schema-words.ts";
import { proposalText } from "../../spec/survey/project-entry.ts";
import { EXIT, type ExitCode, exitOf } from "../exit-code.ts";
import {
  type Consent,
  consentTo,
  type Proposed,
  packagesText,
  proposed,
  trialText,
  tried,
} from "../init-proposal.ts";
import type { Invocation } from "../invocation.ts";
import { makeRoleFiles, presetsNamed } from "../make-role-files.ts";
import { makeRepository, makeWorkspace, usesPreset } from "../make-workspace.ts";
import { askOn, isAttended } from "../param-answers.ts";
import { SCAFFOLDS, type ScaffoldName, USUAL_SCAFFOLD } from "../scaffold-entries.ts";

/** Only a name: the file that it makes is to be written over. */
const FIRST_FEATURE = "my-feature";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { directory, packageRoot } = invocation;
  const project = invocation.argument(0);
  const presets = presetsNamed(invocation.list("with"));
  if (!presets.ok) return invocation.refuse(presets.failure);
  const misplaced = misplacedIn(invocation, project);
  if (misplaced !== null) return invocation.refuse(misplaced);
  const there = isThere(join(directory, "projects.yaml"));
  if (!there.ok) return invocation.refuse(there.failure);
  const isSurveyed = project === null && !there.value;
  // Its files are listed by git.
  const early = isSurveyed ? await makeRepository(directory) : success(null);
  if (!early.ok) return invocation.refuse(early.failure);
  let found: Proposed | null = null;
  let consent: Consent = "leave";
  if (isSurveyed) {
    const surveyed = await proposed(directory);
    if (!surveyed.ok) return invocation.refuse(surveyed.failure);
    found = surveyed.value.found;
    if (surveyed.value.said !== null) invocation.say(surveyed.value.said);
    if (found !== null) consent = await consentTo(invocation, found);
  }
  const chosen =
    project !== null && !there.value ? await chosenScaffold(invocation) : success(flagged(invocation));
  if (!chosen.ok) return invocation.refuse(chosen.failure);
  const scaffold = chosen.value;
  const programs = presets.value;
  const entry =
    found === null || consent === "leave"
      ? null
      : { entry: proposalText(found.id, found.proposal, [], found.packages), programs };
  const made = await makeWorkspace({ root: directory, packageRoot, project, scaffold, proposed: entry });
  if (!made.ok) return invocation.refuse(made.failure);
  const late = await makeRepository(directory);
  if (!late.ok) return invocation.refuse(late.failure);
  const roles = await makeRoleFiles(directory, packageRoot, presets.value);
  if (!roles.ok) return invocation.refuse(roles.failure);
  const git = early.value ?? late.value;
  const files = [...made.value, ...(git === null ? [] : [git]), ...roles.value];
  if (invocation.json) {
    const named = files.map(({ path, done }) => ({ path, done }));
    const id = project ?? (entry === null ? null : (found?.id ?? null));
    invocation.printJson({ schema: 1, root: directory, project: id, files: named });
  } else {
    invocation.print(files.map(({ path, done }) => `${done.padEnd(8)}  ${path}`));
  }
  const undeclared = presets.value.filter((preset) => !usesPreset(directory, preset));
  if (undeclared.length > 0) {
    const lines = undeclared.map((preset) => `  ${preset}: {kind: command, preset: ${preset}}`);
    invocation.say("", "add to `agents:` in projects.yaml, and route roles to it:", ...lines);
  }
  if (found !== null && entry !== null) return settleProposal(invocation, found, { consent, programs });
  const before = project === null ? ["describe a project in projects.yaml, then"] : [];
  invocation.say("", "next:", ...before.map((line) => `  ${line}`));
  invocation.say("  factory new data-model products --yes", "  factory build");
  return EXIT.done;
}

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
  const { ask, close } = askOn(process.stdin, process.stderr, true);
  try {
    for (;;) {
      const line = await ask(
        `What does the project begin as? (${SCAFFOLDS.join("|")}) [${USUAL_SCAFFOLD}]: `,
      );
      if (line === null) return failed({ reason: "cancelled" });
      const typed = line.trim().toLowerCase() || USUAL_SCAFFOLD;
      const found = SCAFFOLDS.find((scaffold) => scaffold === typed);
      if (found !== undefined) return success(found);
    }
  } finally {
    close();
  }
}

/** Tries what was written where a person agreed, and says what to do next. */
async function settleProposal(
  invocation: Invocation,
  found: Proposed,
  { consent, programs }: { readonly consent: Consent; readonly programs: readonly string[] },
): Promise<ExitCode> {
  const { proposal, hasCommit } = found;
  let code: ExitCode = EXIT.done;
  if (consent === "try" && hasCommit) {
    const outcome = await tried(invocation, found, programs);
    if (!outcome.ok) return invocation.refuse(outcome.failure);
    invocation.say(...trialText(outcome.value, invocation));
    if (outcome.value.failure !== null) code = exitOf(outcome.value.failure);
  } else if (consent === "try") {
    invocation.say("nothing is committed yet: the first build tries its gates");
  } else {
    invocation.say("its gates were not run: the first build tries them before it asks any agent");
  }
  invocation.say(...packagesText(found));
  invocation.say(...proposal.advice.map((sentence) => `note: ${sentence}`));
  if (programs.length === 0)
    invocation.say(
      "note: no agent writes its code yet: add one to `agents:` and `routing:` in projects.yaml.",
    );
  invocation.say("", "next:", `  factory new ${FIRST_FEATURE}`);
  return code;
}
