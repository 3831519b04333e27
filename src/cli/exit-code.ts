// What does the process tell its caller by its exit code? It does not know how failures are worded.

import type { Failure, TargetFailure } from "../model/failure.ts";
import { isAtProvider } from "../model/model-error.ts";

export const EXIT = {
  /** Done, or up to date. */
  done: 0,
  /** A task or a gate failed. */
  failed: 1,
  /** Wrong usage, or sources that are not sound. */
  invalid: 2,
  /** `check` found work. */
  stale: 3,
  /** The budget is spent. */
  budget: 4,
  /** Something waits for a person. */
  person: 5,
  /** An agent or its provider cannot be reached. */
  unavailable: 6,
  /** Another build holds the workspace. */
  locked: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitOf(failure: Failure): ExitCode {
  switch (failure.reason) {
    case "model-error":
      return isAtProvider(failure.cause) ? EXIT.unavailable : EXIT.failed;
    case "invalid-spec":
    case "usage":
    case "window-too-large":
    case "project-missing":
    case "branch-detached":
    case "branch-missing":
    case "project-unusable":
      return EXIT.invalid;
    case "templates-not-fetched":
    case "store-refused":
    case "fleet-unreachable":
    case "agent-missing":
    case "agent-unavailable":
    case "sandbox-unavailable":
    case "agents-unreachable":
    case "call-unresolved":
    case "project-not-cloned":
      return EXIT.unavailable;
    case "question":
    case "review-undecided":
    case "needs-clarification":
    case "merge-conflict":
    case "dirty-worktree":
    case "branch-elsewhere":
    case "merge-waits":
    case "merge-offered":
    case "offer-taken":
    case "push-refused":
    case "signing-failed":
    case "sources-vanished":
    case "approval-needed":
    case "change-waits":
    case "plan-conflict":
      return EXIT.person;
    case "budget":
    case "price-unknown":
      return EXIT.budget;
    case "locked":
      return EXIT.locked;
    case "cancelled":
      return EXIT.interrupted;
    case "agent-exit":
    case "agent-timeout":
    case "model-needed":
    case "agent-turns":
    case "agent-loop":
    case "agent-answer":
    case "agent-thoughts":
    case "review-rejected":
    case "template":
    case "insertion":
    case "empty-draft":
    case "hostile-path":
    case "ignored-path":
    case "filtered-path":
    case "submodule-path":
    case "no-test-file":
    case "not-encoded":
    case "filter-failed":
    case "draft-too-large":
    case "gates-failed":
    case "failed-before":
    case "record-damaged":
    case "withdrawn":
    case "gate-broken":
    case "product-failed":
    case "setup-failed":
    case "service-failed":
    case "git":
    case "branch-moved":
    case "shared-file":
    case "io":
    case "blob-corrupt":
    case "blob-missing":
    case "newer-format":
    case "unexpected":
      return EXIT.failed;
  }
}

// A build may end with several kinds of trouble; the one that a caller must know first decides.
const RANK: readonly ExitCode[] = [130, 7, 2, 1, 6, 4, 5, 3];

export function worstExit(failures: readonly TargetFailure[]): ExitCode {
  const codes = new Set(failures.map(({ failure }) => exitOf(failure)));
  return RANK.find((code) => codes.has(code)) ?? EXIT.done;
}
