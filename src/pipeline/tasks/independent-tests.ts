// Who says what must hold, before anybody writes the code? A test author in a session of its own, who is shown criteria
// and interfaces and can read no source: the tests prove the spec, not whatever the code happens to do.

import type { SessionResult } from "../../agents/agent-port.ts";
import { proofSegments } from "../../context/criteria-text.ts";
import { testerWindow } from "../../context/tester-window.ts";
import { scopeGate } from "../../gates/scope.ts";
import type { Change } from "../../model/output.ts";
import { NO_USAGE } from "../../model/output.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { isTestPath } from "../../model/test-path.ts";
import type { Tree } from "../../model/tree.ts";
import { groundOf } from "../product/ground.ts";
import { rulesFor } from "../reading/project-rules.ts";
import type { Run } from "../run/run.ts";
import { promptOf } from "../sessions/prompt.ts";
import { interfacesFor } from "./assignment.ts";
import { draftOn } from "./attempt.ts";
import type { TaskJob } from "./judge-task.ts";
import { sensitiveFiles } from "./sensitive-files.ts";

export async function writeTests(
  run: Run,
  job: TaskJob,
  salt: string,
): Promise<SessionResult<readonly Change[]>> {
  const prepared = await authorsOrder(run, job);
  if (!prepared.ok) return { result: prepared, usage: NO_USAGE };
  const ground = await groundOf(run, job.state, job.node);
  if (!ground.ok) return { result: ground, usage: NO_USAGE };
  const one = { role: "tester", attempt: 1, phase: "implementation", salt, given: [] } as const;
  const { result, usage } = await draftOn(run, prepared.value, one, withoutSources(ground.value.tree));
  if (!result.ok) return { result, usage };
  const { changes, work } = result.value;
  if (work.question !== null) return { result: failed({ reason: "question", text: work.question }), usage };
  const sensitive = await sensitiveFiles(prepared.value);
  if (!sensitive.ok) return { result: sensitive, usage };
  const scope = scopeGate(prepared.value.task, changes, [], sensitive.value);
  return {
    result: scope.passed ? success(changes) : failed({ reason: "gates-failed", results: [scope] }),
    usage,
  };
}

async function authorsOrder(run: Run, job: TaskJob): Promise<Result<TaskJob>> {
  const { task, feature, state, testers } = job;
  const [agent, ...fallbacks] = testers;
  if (agent === undefined) throw new Error(`bug: ${task.id} has no author for its tests`);
  const tests = task.filesHint.filter(isTestPath);
  if (tests.length === 0) return failed(noTestFiles(task.id));
  const prompt = await promptOf(run.sources, "tester", state.project);
  if (!prompt.ok) return prompt;
  const sources = task.filesHint.filter((path) => !isTestPath(path));
  const interfaces = await interfacesFor(run, task);
  if (!interfaces.ok) return interfaces;
  const proofs = proofSegments(task, state.project, { by: "tests" });
  const shown = interfaces.value.map((one) => {
    return { ...one, isReadable: one.isReadable && !isSource(one.shown.path) };
  });
  const material = {
    ...{ prompt: prompt.value, task, feature, interfaces: shown, proofs, files: { tests, sources } },
    rules: rulesFor(run.sources, state.project),
  };
  const window = testerWindow(material, run.sources.workspace.limits.windowBytes);
  if (!window.ok) return window;
  return success({
    ...job,
    agent,
    fallbacks,
    gates: [],
    window: window.value,
    task: { ...task, filesHint: tests },
  });
}

/** What lies in the root says how tests are written and run; all below it is code. */
function isSource(path: string): boolean {
  return path.includes("/");
}

function withoutSources(tree: Tree): Tree {
  return new Map([...tree].filter(([path]) => !isSource(path)));
}

function noTestFiles(task: string) {
  return {
    reason: "usage",
    message: `the tests of ${task} have to be independent, but its files_hint names no test file`,
    fix: "Add one to its `scope.files_hint`, such as tests/product.test.ts.",
  } as const;
}
