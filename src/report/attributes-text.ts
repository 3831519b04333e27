// Why can a file not be stored as the project's .gitattributes ask, and what can be done about it?

import type { Failure } from "../model/failure.ts";
import { quoted } from "./plain.ts";
import type { FailureText } from "./wording.ts";

type AttributesFailure = Extract<Failure, { reason: "filtered-path" | "not-encoded" | "filter-failed" }>;

export function attributesText(failure: AttributesFailure): FailureText {
  switch (failure.reason) {
    case "filtered-path":
      return {
        message: `${quoted(failure.path)} is under git's filter ${quoted(failure.filter)} (.gitattributes of the project), and the factory does not run filters on what an agent wrote.`,
        detail: [],
        fix: `Take the file out of the task's \`files_hint\` and add it to the project yourself, or let .gitattributes give it no \`filter\`.`,
      };
    case "filter-failed":
      return {
        message: `git's filter ${quoted(failure.filter)} could not check out ${failure.paths.slice(0, 3).map(quoted).join(", ")}${failure.paths.length > 3 ? " and others" : ""}, so the project cannot be checked out as people see it.`,
        detail: failure.detail.split("\n").slice(-5),
        fix: "Make `git checkout` of these files work in the project, such as with `git lfs install` and `git lfs pull`, then build again.",
      };
    case "not-encoded":
      return {
        message: `${quoted(failure.path)} is not in ${quoted(failure.encoding)}, which the project's .gitattributes give as its \`working-tree-encoding\`.`,
        detail: [],
        fix: "Say in the task which encoding the file has, or correct .gitattributes, then run `factory build` again.",
      };
  }
}

/** What to do where a gate does not see what people may see of the project; null where it sees all of it. */
export function lackingText(lacks: Extract<Failure, { reason: "gate-broken" }>["lacks"]): string | null {
  const { submodules = [], filters = [] } = lacks ?? {};
  const missing = [
    ...submodules.map(
      (path) => `submodule ${quoted(path)} is not here (\`git submodule update --init --recursive\`)`,
    ),
    ...filters.map((name) => `git has no filter ${quoted(name)}, so its files appear in their stored form`),
  ];
  return missing.length === 0
    ? null
    : `Provide what may be missing, then build again: ${missing.join("; ")}.`;
}
