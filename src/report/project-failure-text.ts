// Why can a project, or its branch, not be worked in, and what can be done about it?

import type { Failure } from "../model/failure.ts";
import { saidByGit } from "./git-failure-text.ts";
import { quoted } from "./plain.ts";
import { type FailureText, sentence } from "./wording.ts";

type ProjectFailure = Extract<
  Failure,
  {
    reason:
      | "project-missing"
      | "project-not-cloned"
      | "branch-detached"
      | "branch-missing"
      | "project-unusable"
      | "branch-elsewhere"
      | "branch-moved";
  }
>;

export function projectFailureText(failure: ProjectFailure): FailureText {
  switch (failure.reason) {
    case "project-missing":
      return {
        message: `There is no project at ${quoted(failure.path)}.`,
        detail: [],
        fix: "Create the git repository there, correct `path` in projects.yaml, or name a `scaffold` to make it from. For a folder of a repository, `path` is the repository and `root` the folder.",
      };
    case "project-not-cloned": {
      const { path, url, why } = failure;
      const { cause = "git said nothing", rest } = saidByGit(failure.detail);
      return why === "offline"
        ? {
            message: `The project at ${quoted(path)} is not here, and an offline build does not clone it from ${quoted(url)}.`,
            detail: [],
            fix: "Run `factory build` without `--offline`, or clone it there yourself.",
          }
        : {
            message: `The project at ${quoted(path)} could not be cloned from ${quoted(url)}: ${sentence(cause)}`,
            detail: rest,
            fix: "Correct `git` in projects.yaml, or clone it there yourself, with your own credentials.",
          };
    }
    case "branch-detached":
      return {
        message: `No branch is checked out in ${quoted(failure.path)}, so there is none to build into.`,
        detail: [],
        fix: "Check out a branch there, or name one with `factory build --branch NAME`.",
      };
    case "branch-missing":
      return {
        message: `The project has no branch ${quoted(failure.branch)}; it has ${failure.branches.map(quoted).join(", ") || "none"}.`,
        detail: [],
        fix: "Create the branch, or name another one: `branch` in projects.yaml, or `factory build --branch NAME`.",
      };
    case "project-unusable":
      return {
        message: `The project at ${quoted(failure.path)} cannot be used: ${sentence(failure.detail)}`,
        detail: [],
        fix:
          failure.remedy === undefined
            ? "Fix it, or point `path` in projects.yaml to another one."
            : `Run \`${failure.remedy}\` in it, then run the command again.`,
      };
    case "branch-elsewhere":
      return {
        message: `Branch ${quoted(failure.branch)} is checked out or being rebased in ${quoted(failure.worktree)}.`,
        detail: [],
        fix: "Finish the rebase there or switch to another branch, then run `factory build` again; nothing is generated twice.",
      };
    case "branch-moved":
      return {
        message: `Branch ${quoted(failure.branch)} got new commits while the product was being merged.`,
        detail: [],
        fix: "Run `factory build` again; what was generated is kept.",
      };
  }
}
