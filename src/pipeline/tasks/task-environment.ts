// In which environment is a task judged? What its failures can come of beside its draft: gates, setup, toolchain, and the
// files of people from which these run. A failure is only worth remembering where the environment is the same.

import { environmentKey } from "../../engine/verification.ts";
import type { Digest } from "../../model/digest.ts";
import type { Project } from "../../model/project.ts";
import type { Tree } from "../../model/tree.ts";
import type { Assignment } from "./assignment.ts";

/** Files by which tools are told what to do; a person who mends one has mended the gate. */
const CONFIGURATION =
  /^(?:package\.json|pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|pytest\.ini|conftest\.py|Makefile|justfile|Cargo\.toml|go\.mod|\.npmrc|[^/]*tsconfig[^/]*\.json|[^/]+\.config\.[a-z]+|\.[a-z]+rc(?:\.[a-z]+)?)$/;

/** In a folder above the project: tools look there as well. */
const ABOVE = /^(?:\.\.\/)+/;

export function environmentOf({ gates, state }: Pick<Assignment, "gates" | "state">): Digest {
  state.gateAndSetupFiles ??= gateAndSetupFiles(state.project, state.human);
  return environmentKey(gates, state.toolchain, state.gateAndSetupFiles);
}

/** Only what people keep: a draft cannot make its own failures forgotten. */
function gateAndSetupFiles({ setup, gates }: Project, human: Tree): [path: string, oid: string][] {
  const words = [setup ?? "", ...gates.map(({ run }) => run)].flatMap((command) =>
    command.split(/[\s"'=;&|()<>]+/),
  );
  const named = new Set(words.map((word) => word.replace(/^\.\//, "")));
  return [...human]
    .filter(([path]) => named.has(path) || CONFIGURATION.test(path.replace(ABOVE, "")))
    .map(([path, { oid }]): [string, string] => [path, oid])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
