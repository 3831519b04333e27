// `factory revert FEATURE@N`: the spec as it was at that version, and its code from the store, without a call.

import { asBuild } from "../../pipeline/commands/locked-build.ts";
import { changesTo } from "../../pipeline/history/restore-documents.ts";
import { revert } from "../../pipeline/history/revert-feature.ts";
import { historyOf } from "../../pipeline/past/feature-history.ts";
import { summary } from "../../report/build-text.ts";
import { revertDocument, revertText } from "../../report/revert-text.ts";
import { findVersion, versionAddress } from "../../spec/compare/versions.ts";
import { EXIT, type ExitCode, worstExit } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { feature, version: wanted } = versionAddress(invocation.argument(0) ?? "");
  if (wanted === null) {
    const message = `${JSON.stringify(feature)} names no version to go back to`;
    const fix = `Write \`factory revert ${feature}@N\`; \`factory log ${feature}\` shows the numbers.`;
    return invocation.refuse({ reason: "usage", message, fix });
  }
  const history = await historyOf(invocation.root, feature);
  if (!history.ok) return invocation.refuse(history.failure);
  const version = findVersion(feature, history.value.versions, wanted);
  if (!version.ok) return invocation.refuse(version.failure);
  const target = { feature, folder: history.value.folder, version: version.value };

  if (invocation.flag("dryRun")) {
    const changes = await changesTo(invocation.root, history.value, version.value);
    if (!changes.ok) return invocation.refuse(changes.failure);
    const told = { ...target, changes: changes.value, copies: null, isDone: false };
    const rest = { unrestored: [], stale: [], build: null };
    if (invocation.json) invocation.printJson(revertDocument({ ...told, ...rest }));
    else invocation.print(revertText({ ...told, ...rest }, invocation.look.color));
    return EXIT.done;
  }

  const order = {
    history: history.value,
    version: version.value,
    replace: invocation.flag("yes"),
    build: !invocation.declined("build"),
  };
  const reverted = await asBuild(invocation, (environment) => revert(environment, order));
  if (!reverted.ok) return invocation.refuse(reverted.failure);
  const { outcome, ...rest } = reverted.value;
  const told = { ...target, ...rest, build: outcome?.result ?? null, isDone: true };
  if (invocation.json) invocation.printJson(revertDocument(told));
  else invocation.print(revertText(told, invocation.look.color));
  if (outcome === null) return EXIT.done;
  // Which code would need a call is told already, with what to do about it here.
  const others = outcome.result.diagnostics.filter(({ code }) => code !== "model-needed");
  invocation.showFindings(others, "warn");
  invocation.say(summary(outcome.result));
  return worstExit(outcome.failures);
}
