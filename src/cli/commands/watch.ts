// `factory watch [TARGET…]`, or `factory build --watch`: build, stay, and build again after every edit.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Failure } from "../../model/failure.ts";
import { onInterrupt } from "../../platform/living-families.ts";
import { watch } from "../../watch/watch.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { isAttended } from "../param-answers.ts";
import { openWatchActions } from "../watch-actions.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const wrong = misuse(invocation);
  if (wrong !== null) return invocation.refuse(wrong);
  const interrupt = new AbortController();
  // A build under way hears the signal itself, ends in order, and ends at once at the second.
  const away = onInterrupt(() => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort();
  });
  try {
    await watch(openWatchActions(invocation, interrupt.signal));
  } finally {
    away();
  }
  return EXIT.interrupted;
}

function misuse(invocation: Invocation): Failure | null {
  const usage = (message: string, fix: string): Failure => ({ reason: "usage", message, fix });
  if (invocation.words.name === "build" && !invocation.flag("watch"))
    return usage(
      "--confirm is for watching",
      "Add `--watch`, or see what a build would do with `--dry-run`.",
    );
  if (invocation.flag("dryRun"))
    return usage("--watch builds, but --dry-run does not", "Leave one of them out.");
  if (invocation.text("junit") !== null)
    return usage("--junit reports one build, but --watch makes many", "Leave one of them out.");
  if (invocation.declined("wait"))
    return usage("watching waits while another build holds the workspace", "Leave `--no-wait` out.");
  if (invocation.flag("confirm") && !isAttended())
    return usage(
      "--confirm asks on a terminal, and there is none",
      "Set a limit with `--budget-per-hour USD` instead.",
    );
  if (!existsSync(join(invocation.root, "projects.yaml")))
    return usage(
      `there is no projects.yaml in ${invocation.root}`,
      "Run `factory init` here, or name the workspace with -C DIR.",
    );
  return null;
}
