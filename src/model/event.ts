// What can happen in a build? The journal is a list of these; every view of a build is a fold of it.

import type { TaskId } from "./address.ts";
import type { ProjectResult, TaskResult } from "./build-result.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Failure } from "./failure.ts";
import type { FleetSight } from "./fleet-state.ts";
import type { GateResult } from "./inspection.ts";
import type { ModelErrorCause } from "./model-error.ts";
import type { Tokens, Usage } from "./output.ts";
import type { ReviewVerdict, Unseen } from "./review.ts";
import type { Role } from "./role.ts";
import type { SharedTally } from "./shared-tally.ts";
import type { SlotKind } from "./slot.ts";
import type { Reason, Verdict } from "./verdict.ts";
import type { SegmentKind } from "./window.ts";

/**
 * What takes time and is neither a model nor a gate: a wait for a free slot among agents or gates, a worktree that is laid
 * or cleared, an install, a wait until the project is there and its gates are tried, and the way of a product to its branch.
 */
export type Step = "slot" | "trees" | "setup" | "project" | "compose" | "merge" | "commit";

/** `at` is milliseconds since the epoch. */
export type Event = { readonly at: number } & (
  | {
      readonly type: "build-started";
      readonly build: string;
      readonly tasks: number;
      readonly settled: number;
    }
  | {
      readonly type: "project-created";
      readonly project: string;
      readonly path: string;
      /** Address that it was cloned from; null where it was made from its scaffold. */
      readonly from: string | null;
    }
  | { readonly type: "setup-started"; readonly project: string; readonly command: string }
  /** Comes after every `setup-started`, also of one that failed or was ended. Those of earlier versions do not say which. */
  | { readonly type: "setup-ended"; readonly project: string; readonly ms: number; readonly failed?: boolean }
  /** A slot's install is not as its setup left it, and is made anew. `by`: whose stage worked there last. */
  | {
      readonly type: "install-moved";
      readonly project: string;
      readonly path: string;
      readonly by: string;
      readonly kind: SlotKind;
    }
  /** A tree changes files that a gate runs from. `tried`: its canary is tried again on that tree; it may have none. */
  | {
      readonly type: "instrument-changed";
      readonly subject: string;
      readonly gate: string;
      readonly paths: readonly string[];
      readonly tried: boolean;
    }
  /** A gate failed, and passed when it ran again on the very same tree. */
  | {
      readonly type: "gate-flaky";
      readonly subject: string;
      readonly gate: string;
      readonly evidence: string;
    }
  | { readonly type: "canary-started"; readonly project: string }
  | { readonly type: "canary-ended"; readonly project: string; readonly passed: boolean; readonly ms: number }
  /** One gate is tried: on the untouched tree, or where it must fail. Trials of a project overlap. */
  | {
      readonly type: "trial-started";
      readonly project: string;
      readonly gate: string;
      readonly on: "untouched" | "canary";
    }
  | {
      readonly type: "trial-ended";
      readonly project: string;
      readonly gate: string;
      readonly on: "untouched" | "canary";
      /** What it has to be: passed on the untouched tree, failed on its canary. Null where it was ended before. */
      readonly asExpected: boolean | null;
      readonly ms: number;
      /** Of these, what the gate itself took; absent in journals of earlier versions. */
      readonly gateMs?: number;
    }
  /** The subject was in this step until now. Told when it ends, and only where it took time. */
  | {
      readonly type: "step-ended";
      /** Task, `project/`, or id of a feature. */
      readonly subject: string;
      readonly step: Step;
      /** When it began, in milliseconds since the epoch. */
      readonly since: number;
    }
  | {
      readonly type: "task-judged";
      readonly task: TaskId;
      readonly verdict: Verdict;
      readonly reasons: readonly Reason[];
    }
  /** Told once, for a task that cannot start yet: the tasks without which it does not start. */
  | { readonly type: "task-waiting"; readonly task: TaskId; readonly on: readonly TaskId[] }
  | {
      readonly type: "attempt-started";
      readonly task: TaskId;
      readonly attempt: number;
      readonly agent: string;
      readonly windowBytes: number;
    }
  | {
      readonly type: "attempt-ended";
      readonly task: TaskId;
      readonly attempt: number;
      readonly failure: Failure | null;
    }
  /** The agent has handed in a draft, which now waits for its gates. */
  | {
      readonly type: "draft-ended";
      readonly task: TaskId;
      readonly attempt: number;
      /** The agent's own words at the end; absent in journals of earlier versions. */
      readonly said?: string | null;
    }
  /** `subject` is a task's address, or `project/`; `worker` the machine that does it, absent where it is this one. */
  | { readonly type: "gates-started"; readonly subject: string; readonly worker?: string }
  | { readonly type: "gate-started"; readonly subject: string; readonly gate: string }
  | {
      readonly type: "gate-ended";
      readonly subject: string;
      readonly result: GateResult;
      readonly worker?: string;
    }
  | { readonly type: "task-settled"; readonly result: TaskResult; readonly failure: Failure | null }
  | { readonly type: "merge-started"; readonly project: string }
  /** A fresh session of an agent, and the sizes of what it is shown. */
  | {
      readonly type: "session-started";
      readonly session: string;
      readonly role: Role;
      /** Address of a task, or id of a feature. */
      readonly subject: string;
      readonly agent: string;
      /** Whose models it asks, as telemetry names them; absent where it is not known. */
      readonly provider?: string;
      readonly attempt: number;
      /** What of the window counts against its bound; see model/window.ts. */
      readonly windowBytes: number;
      /** Bytes as sent, of the prompt and of all else but tools; absent in journals of earlier versions. */
      readonly sent?: { readonly prompt: number; readonly text: number };
      readonly segments: readonly {
        readonly kind: SegmentKind;
        readonly name: string;
        readonly bytes: number;
        readonly file: string | null;
      }[];
    }
  /** A worker of the fleet has taken the draft of a session. */
  | {
      readonly type: "draft-taken";
      readonly session: string;
      /** Address of a task. */
      readonly subject: string;
      readonly worker: string;
    }
  | {
      readonly type: "session-ended";
      readonly session: string;
      readonly usage: Usage;
      readonly failure: Failure | null;
    }
  /** A model answered, or its answer was read again from the store (`replayed`: then it cost nothing now). */
  | {
      readonly type: "call-ended";
      readonly session: string;
      readonly agent: string;
      readonly model: string;
      readonly tokens: Tokens;
      readonly usd: number | null;
      readonly replayed: boolean;
      readonly ms: number;
    }
  /** The provider wants us to wait, could not be reached, or never answered: the call is sent again after `ms`. */
  | {
      readonly type: "call-waiting";
      readonly session: string;
      /** Task or feature; absent in journals of earlier versions. */
      readonly subject?: string;
      readonly agent: string;
      readonly cause: ModelErrorCause | "unanswered";
      readonly ms: number;
    }
  /** A refusal named what the server does not take: the call is sent again with `compat: {setting}`, as are all later ones. */
  | {
      readonly type: "setting-learnt";
      readonly agent: string;
      readonly subject: string;
      readonly setting: string;
    }
  /** A call was sent and its outcome is unknown: `atRisk` in USD may have been spent for nothing. */
  | {
      readonly type: "call-at-risk";
      readonly agent: string;
      readonly subject: string;
      readonly atRisk: number | null;
    }
  | {
      readonly type: "review-ended";
      readonly task: TaskId;
      readonly attempt: number;
      readonly verdict: ReviewVerdict;
      readonly findings: readonly string[];
      /** What of the change the reviewer did not see; absent in journals of earlier versions. */
      readonly unseen?: readonly Unseen[];
    }
  /** `rebase` counts from 1. */
  | { readonly type: "task-rebased"; readonly task: TaskId; readonly rebase: number }
  | { readonly type: "planning-started"; readonly feature: string }
  | { readonly type: "planning-ended"; readonly feature: string; readonly failure: Failure | null }
  | { readonly type: "project-settled"; readonly result: ProjectResult; readonly failure: Failure | null }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic }
  /** What a store that a team shares was good for; told at the end, where it was for anything. */
  | { readonly type: "shared-store-used"; readonly tally: SharedTally }
  /** The fleet looks other than it was told last; null: it could not be asked. */
  | { readonly type: "fleet-seen"; readonly sight: FleetSight | null }
  | { readonly type: "build-ended"; readonly ok: boolean; readonly ms: number }
);

/** What a step tells, before the recorder stamps it with the time. */
export type EventBody = Event extends infer E ? (E extends Event ? Omit<E, "at"> : never) : never;
