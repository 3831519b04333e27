// Is a task to write a file of another repository? What lies in a submodule is that repository's, so no draft of this one
// can hold it. Asked before anybody is paid.

import { globBase, isGlob } from "../../model/glob.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Assignment } from "./assignment.ts";

/** `submodule-path` where a path that the task names, or the folder of all that a pattern means, lies in a submodule. */
export function hintedSubmodule({ state, task }: Assignment): Result<null> {
  const modules = [...state.human].flatMap(([path, { mode }]) => (mode === "160000" ? [path] : []));
  for (const hint of task.filesHint) {
    const place = isGlob(hint) ? globBase(hint) : hint;
    const submodule = modules.find((module) => place === module || place.startsWith(`${module}/`));
    if (submodule !== undefined) return failed({ reason: "submodule-path", path: hint, submodule });
  }
  return success(null);
}
