// In which ways can a product fail to reach its project? Those of the closed list in failure.ts that are about a
// repository and its branches.

import type { TaskId } from "./address.ts";
import type { Json } from "./digest.ts";
import type { GateResult } from "./inspection.ts";
import type { Oid } from "./tree.ts";

export type ProjectFailure =
  | { readonly reason: "project-missing"; readonly path: string }
  /** It has to be cloned first, and may not or cannot be. `detail` is what git said; empty where it was not asked. */
  | {
      readonly reason: "project-not-cloned";
      readonly path: string;
      readonly url: string;
      readonly why: "offline" | "failed";
      readonly detail: string;
    }
  | { readonly reason: "branch-detached"; readonly path: string }
  | { readonly reason: "branch-missing"; readonly branch: string; readonly branches: readonly string[] }
  | {
      readonly reason: "project-unusable";
      readonly path: string;
      readonly detail: string;
      /** A command to run in it that mends it, where one is known to. */
      readonly remedy?: string;
    }
  | {
      readonly reason: "dirty-worktree";
      readonly paths: readonly string[];
      /** The person's git was told to pass over them (`skip-worktree`, `assume-unchanged`), so that it shows no edit. */
      readonly hidden?: boolean;
    }
  | { readonly reason: "branch-elsewhere"; readonly branch: string; readonly worktree: string }
  | { readonly reason: "branch-moved"; readonly branch: string }
  | {
      readonly reason: "merge-conflict";
      readonly paths: readonly {
        readonly path: string;
        /** Null where no task's claim is in the way, but the path itself. */
        readonly task: TaskId | null;
        /** True where what the person's edit began with is known by its digest, and its bytes are nowhere. */
        readonly lost: boolean;
      }[];
    }
  | {
      readonly reason: "shared-file";
      readonly path: string;
      readonly tasks: readonly TaskId[];
      readonly detail: string;
      /** Where the file is a manifest that merges by key: every place at which it does not. */
      readonly clashes?: readonly JsonClash[];
    }
  | { readonly reason: "merge-waits"; readonly branch: string; readonly ref: string }
  | {
      /** The product is on a branch of its own, for people to merge. */
      readonly reason: "merge-offered";
      readonly project: string;
      readonly branch: string;
      readonly head: string;
      /** Name of the remote that has the branch, too; null where the project has no remote, or none may be asked. */
      readonly remote: string | null;
      readonly request?: OpenedRequest;
    }
  | {
      /** People committed to the branch on which a product is offered, and `branch` does not have that. */
      readonly reason: "offer-taken";
      readonly head: string;
      readonly branch: string;
      /** Name of the remote where they did; null where it is this repository. */
      readonly remote: string | null;
      /** The newest of theirs. */
      readonly commit: Oid;
      readonly subject: string;
    }
  /** A commit of the product was not signed, as it is to be. `detail` is what git said. */
  | { readonly reason: "signing-failed"; readonly detail: string; readonly waited: boolean }
  | {
      readonly reason: "push-refused";
      readonly head: string;
      readonly remote: string;
      /** What git said. */
      readonly detail: string;
    }
  | {
      readonly reason: "product-failed";
      readonly project: string;
      readonly results: readonly GateResult[];
      readonly tasks: readonly TaskId[];
    };

/** The request for a branch at its host: null where no program knows the host; `said` is why one that does made none. */
export type OpenedRequest =
  | { readonly url: string; readonly isNew: boolean }
  | { readonly program: string; readonly said: string }
  | null;

/** One value of a JSON manifest on which tasks do not agree. */
export interface JsonClash {
  /** Keys, from the outermost. */
  readonly at: readonly string[];
  /** In the order of the tasks; null: it is to be absent. */
  readonly wanted: readonly { readonly task: TaskId; readonly value: Json }[];
}
