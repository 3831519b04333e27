// `factory build [TARGET…]`: bring everything, or the targets, up to date.

import { join } from "node:path";
import type { BuildResult } from "../../model/build-result.ts";
import { success } from "../../model/result.ts";
import { freshResult, nothingToDo, taskSummariesOf } from "../../pipeline/reading/build-index.ts";
import { listIfThere } from "../../platform/files.ts";
import { summary } from "../../report/build-text.ts";
import { buildDocument } from "../../report/json.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const targets = invocation.rest(0);
  if (invocation.flag("watch") || invocation.flag("confirm"))
    return (await import("./watch.ts")).run(invocation);
  if (invocation.flag("dryRun")) {
    const { dryRun } = await import("../dry-run.ts");
    return dryRun(invocation, targets);
  }
  const isAsked = invocation.flag("force") || invocation.flag("timings");
  if (targets.length === 0 && !isAsked && !isHaunted(invocation.root)) {
    const idle = tellNothingToDo(invocation);
    if (idle !== null) return writeIdleReport(invocation, idle);
  }
  const { buildTargets } = await import("../build-targets.ts");
  return buildTargets(invocation, targets);
}

/** A build was killed, even if at its very end, or is under way: what it left is ended behind the lock. */
function isHaunted(root: string): boolean {
  const marks = listIfThere(join(root, ".factory", "processes"));
  return !marks.ok || marks.value.length > 0;
}

/** The shortest way through the product: one file read, and one stat per source. */
function tellNothingToDo(invocation: Invocation): BuildResult | null {
  const head = nothingToDo(invocation.root, invocation.writer);
  if (head === null) return null;
  const isRead = invocation.json || invocation.text("junit") !== null;
  const taskSummaries = isRead ? taskSummariesOf(head) : [];
  if (taskSummaries === null) return null;
  const tasks = taskSummaries.map(freshResult);
  const result = { ok: true, projects: head.value.projects, tasks, diagnostics: [], ms: 0 };
  if (invocation.json) invocation.printJson(buildDocument(result));
  invocation.say(summary(result));
  return result;
}

async function writeIdleReport(invocation: Invocation, result: BuildResult): Promise<ExitCode> {
  if (invocation.text("junit") === null) return EXIT.done;
  const { writeJUnit } = await import("../report-file.ts");
  return writeJUnit(invocation, success({ result, failures: [] }), EXIT.done);
}
