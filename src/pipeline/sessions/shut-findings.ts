// Which agents does no build ask yet, since their model refused for longer than a build waits? For those who only look.

import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Workspace } from "../../model/workspace.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { ShutModels } from "../../store/shut-models.ts";
import { limitPlace } from "./call-key.ts";

/** `now` in ms since the epoch. */
export function shutFindings(root: string, { agents }: Workspace, now: number): readonly Diagnostic[] {
  const shut = ShutModels.open(join(root, ".factory", "store"));
  if (!shut.ok) return diagnosticOf(shut.failure, null);
  return agents.flatMap((agent) => {
    const found = agent.kind === "hosted" ? shut.value.at(limitPlace(agent)) : null;
    if (found === null || found.until <= now) return [];
    const failure = { ...found.refusal, agent: agent.id, askedAgainAt: found.until };
    return diagnosticOf(failure, null).map((one): Diagnostic => ({ ...one, severity: "warning" }));
  });
}
