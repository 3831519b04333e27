// In which ways can a step fail? A closed list with facts as fields; the wording is report/failure-text.ts.

import type { TaskId } from "./address.ts";
import type { Circumstance } from "./circumstance.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Difference } from "./difference.ts";
import type { GateResult } from "./inspection.ts";
import type { ModelErrorCause } from "./model-error.ts";
import type { FilePlace, Place } from "./place.ts";
import type { ProjectFailure } from "./project-failure.ts";
import type { Role } from "./role.ts";
import type { Widening } from "./widening.ts";

export type Failure =
  // The sources are not sound. Every finding is in the list.
  | { readonly reason: "invalid-spec"; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly reason: "usage";
      readonly message: string;
      /** Lines to choose from or to copy. */
      readonly detail?: readonly string[];
      readonly fix: string;
      /** Where it is to be mended, if that is one place. */
      readonly place?: FilePlace;
    }
  // The window of a task is over its limit, with nothing left that may be dropped.
  | {
      readonly reason: "window-too-large";
      readonly bytes: number;
      readonly limit: number;
      readonly fattest: readonly { readonly name: string; readonly bytes: number }[];
      /** Of the task. */
      readonly place?: Place;
    }
  // The agent.
  | {
      readonly reason: "agent-exit";
      readonly code: number | null;
      readonly signal: string | null;
      readonly output: string;
    }
  | { readonly reason: "agent-timeout"; readonly ms: number; readonly output: string }
  | { readonly reason: "agent-missing"; readonly program: string }
  | { readonly reason: "agent-unavailable"; readonly agent: string; readonly detail: string }
  /** None of those that the routing names, in order of preference, each with its own cause. */
  | {
      readonly reason: "agents-unreachable";
      readonly tried: readonly { readonly agent: string; readonly failure: Failure }[];
    }
  | { readonly reason: "model-needed"; readonly tasks: readonly string[] }
  // `sandbox: require`, and no child can be confined here. `detail`: the missing program, the system, or what was refused.
  | {
      readonly reason: "sandbox-unavailable";
      readonly why: "missing" | "refused" | "system" | "unheld";
      readonly detail: string;
    }
  | {
      readonly reason: "model-error";
      readonly agent: string;
      readonly cause: ModelErrorCause;
      readonly status: number | null;
      readonly detail: string;
      /** When it may be asked again, in milliseconds since the epoch; null where it does not say. */
      readonly retryAt: number | null;
      readonly outcome: "no-answer" | "unknown";
      /** Bytes of an answer that came all the same; absent where none did. */
      readonly said?: number;
      /** From when on builds ask that model again; absent where the next one does. In ms since the epoch. */
      readonly askedAgainAt?: number;
      /** What the next request heeds of `compat:`. `known`: told already. */
      readonly taught?: { readonly setting: string; readonly known: boolean };
    }
  // What was sent and never answered may have been paid for; builds send it again after a rest that grows each time.
  | {
      readonly reason: "call-unresolved";
      readonly agent: string;
      readonly begun: number;
      /** Most that it can have cost, in USD; null where the price is unknown. */
      readonly atRisk: number | null;
      /** When a build sends it again, in ms since the epoch. */
      readonly againAt: number;
    }
  | { readonly reason: "price-unknown"; readonly agent: string; readonly model: string }
  // The agent went on without coming nearer to an end.
  | { readonly reason: "agent-turns"; readonly turns: number }
  | {
      readonly reason: "agent-loop";
      readonly tool: string;
      readonly times: number;
      /** `alternating`: `tool` names two calls that took turns. `idle`: turns that brought nothing new. Absent: one call. */
      readonly how?: "alternating" | "idle";
      /** What the last call asked, cut short; absent where there was none. */
      readonly call?: string;
    }
  | { readonly reason: "agent-answer"; readonly role: Role; readonly detail: string }
  /** The model thought until its output limit, or its server's context, was used up: there is no answer. */
  | { readonly reason: "agent-thoughts"; readonly agent: string; readonly limit: number | null }
  | {
      readonly reason: "template";
      readonly file: string;
      readonly line: number | null;
      readonly message: string;
    }
  // The file into which a template inserts lines.
  | {
      readonly reason: "insertion";
      readonly path: string;
      /** Source of the lines, from the workspace root. */
      readonly template: string;
      readonly cause: "no-file" | "no-text" | "no-anchor" | "several-anchors" | "written-too";
      /** The line of the file that the template names; null where it names none. */
      readonly anchor: string | null;
      /** Lines that read so, from 1. */
      readonly lines: readonly number[];
    }
  // The draft.
  | { readonly reason: "empty-draft" }
  /** A task is to write it, or wrote it, and the rule in this line of a file of the project drops it. */
  | {
      readonly reason: "ignored-path";
      readonly path: string;
      readonly source: string;
      readonly line: number;
    }
  | { readonly reason: "hostile-path"; readonly path: string; readonly cause: HostilePath }
  /** The project has this file stored by a program, such as git-lfs, which the factory does not run for a draft. */
  | { readonly reason: "filtered-path"; readonly path: string; readonly filter: string }
  /** A task is to write it, and it belongs to the repository that is the project's submodule there. */
  /** Only tests with their tags prove these criteria of a task, which may write none. */
  | {
      readonly reason: "no-test-file";
      readonly criteria: readonly string[];
      /** Where such a test could stand. */
      readonly example: string | null;
      readonly place: Place;
    }
  | { readonly reason: "submodule-path"; readonly path: string; readonly submodule: string }
  /** Its bytes are none in the `working-tree-encoding` that the project gives this file. */
  | { readonly reason: "not-encoded"; readonly path: string; readonly encoding: string }
  /** `bytes` as on a disk, where the smallest file takes a block. */
  | {
      readonly reason: "draft-too-large";
      readonly bytes: number;
      readonly files: number;
      readonly limit: number;
    }
  | { readonly reason: "gates-failed"; readonly results: readonly GateResult[] }
  | {
      readonly reason: "review-rejected";
      readonly verdict: "changes" | "rebase";
      readonly findings: readonly string[];
    }
  /** The reviewer can neither approve nor refuse it: a person looks at the change, which lies in the file `diff`. */
  | {
      readonly reason: "review-undecided";
      readonly findings: readonly string[];
      /** From the workspace's root. */
      readonly diff: string;
    }
  | { readonly reason: "question"; readonly text: string }
  // A checkpoint of the workspace, or a planned task that touches what it may not without a person's word: it goes on after
  // `factory approve`.
  | {
      readonly reason: "approval-needed";
      readonly target: string;
      readonly file: string;
      /** The task, and the sensitive paths that it names; absent for a checkpoint. */
      readonly task?: TaskId;
      readonly paths?: readonly string[];
    }
  // An agent wants more than people have agreed to. It is written down, and in force after `factory approve`.
  | {
      readonly reason: "change-waits";
      /** A feature that was planned anew, or a task that was written anew. */
      readonly target: string;
      /** What it would say, from the workspace root. */
      readonly proposal: string;
      readonly changes: readonly { readonly task: TaskId; readonly widening: Widening }[];
    }
  // What was planned anew and what people wrote since change the same: their files stay until a person decides.
  | {
      readonly reason: "plan-conflict";
      readonly feature: string;
      /** Of the feature, from the workspace root. */
      readonly folder: string;
      readonly clashes: readonly PlanClash[];
      /** Folder of the documents as planned, from the workspace root. */
      readonly proposal: string;
    }
  | {
      readonly reason: "needs-clarification";
      readonly text: string;
      readonly file: string;
      readonly line: number;
      readonly column: number;
    }
  // The gates and the project.
  | {
      readonly reason: "gate-broken";
      readonly gate: string;
      readonly how: "fails-untouched" | "passes-canary";
      readonly result: GateResult;
      /** Of the gate. */
      readonly place?: Place;
      /** With `fails-untouched`: in what the copy that it ran in differs from the person's checkout. Absent: nobody looked. */
      readonly differences?: readonly Difference[];
      /** What a worktree does not have of the project, and people's checkout may; absent where it was not asked. */
      readonly lacks?: { readonly submodules: readonly string[]; readonly filters: readonly string[] };
    }
  | {
      readonly reason: "setup-failed";
      readonly command: string;
      /** Lines that tell why, the cause first; absent in journals of older versions. */
      readonly evidence?: readonly string[];
      /** Path of all that it printed, from the workspace. */
      readonly log?: string;
      readonly circumstances?: readonly Circumstance[];
      /** Of its project. */
      readonly place?: Place;
    }
  /** `detail`: how it ended, or how long it was waited for. */
  | {
      readonly reason: "service-failed";
      readonly project: string;
      readonly service: string;
      readonly how: "ended" | "not-ready";
      readonly detail: string;
      readonly output: string;
      /** From the workspace's root. */
      readonly log: string;
    }
  | {
      readonly reason: "git";
      readonly command: string;
      /** Null where it did not end by itself, or answered with something that is no answer. */
      readonly code: number | null;
      /** By which it was ended. */
      readonly signal?: string;
      readonly stderr: string;
    }
  /** A program of the person's, such as git-lfs, could not give the content of files that people committed. */
  | {
      readonly reason: "filter-failed";
      readonly filter: string;
      readonly paths: readonly string[];
      readonly detail: string;
    }
  | ProjectFailure
  /** Features or projects that earlier builds knew are gone, and neither git nor a person says that it is meant. */
  | {
      readonly reason: "sources-vanished";
      readonly features: readonly string[];
      /** Where they lay, from the workspace root, as far as anybody knows. */
      readonly folders: Readonly<Record<string, string>>;
      /** Of these features, those that are where they lay: what is gone is the `specs:` of a project that named the place. */
      readonly unread: readonly string[];
      readonly projects: readonly string[];
      readonly tasks: number;
      /** No feature is left at all. */
      readonly all: boolean;
    }
  | {
      readonly reason: "budget";
      readonly spent: number;
      readonly limit: number;
      /** Whose limit it is: the build's, the project's, the task's, or that of any sixty minutes. */
      readonly of: "build" | "project" | "task" | "hour";
      /** The project of the task; null for what is about a feature as a whole, or about the build. */
      readonly project: string | null;
      /** When so much has left the hour's account that it fits again, in milliseconds since the epoch. */
      readonly fitsAt?: number;
      /** The most that the call may cost which would break it, in USD; absent where nothing is left at all. */
      readonly next?: number;
    }
  // The machine.
  | {
      readonly reason: "io";
      readonly path: string;
      readonly operation: string;
      readonly code: string;
      readonly message: string;
    }
  | { readonly reason: "blob-corrupt"; readonly digest: string; readonly quarantined: string }
  | { readonly reason: "blob-missing"; readonly digest: string; readonly path: string }
  /** Templates of a repository that are pinned and not here. `detail` is what stood in the way; empty where nobody asked. */
  | {
      readonly reason: "templates-not-fetched";
      readonly git: string;
      readonly commit: string;
      readonly why: "offline" | "failed";
      readonly detail: string;
    }
  | { readonly reason: "newer-format"; readonly path: string; readonly found: number; readonly known: number }
  /** What a shared store was asked for by hand, and did not do. `detail` follows its address. */
  | { readonly reason: "store-refused"; readonly store: string; readonly detail: string }
  /** The fleet that a command is for. `detail` follows its address. */
  | { readonly reason: "fleet-unreachable"; readonly fleet: string; readonly detail: string }
  | { readonly reason: "locked"; readonly holder: string }
  | { readonly reason: "cancelled" }
  // Its sources were edited while the build ran, or it may not be paid for now: no call was begun, and the next build
  // does it. Not a failure of the build.
  | { readonly reason: "withdrawn" }
  // Its own failures at this very key, which nothing has changed since; who watches does not pay for more of them.
  | { readonly reason: "failed-before"; readonly attempts: number }
  // What earlier attempts came to is written down, and nobody can read it: an agent could be paid for the same again.
  | { readonly reason: "record-damaged"; readonly path: string; readonly task: TaskId }
  | {
      readonly reason: "unexpected";
      readonly task: TaskId | null;
      readonly message: string;
      readonly stack: string;
    };

/** One place of a document that planners and people changed differently. */
export interface PlanClash {
  readonly file: "PLAN.md" | "BACKLOG.yaml";
  /** Null where it is no task's. */
  readonly task: TaskId | null;
  /** A heading, or a key of the task; null for the whole. */
  readonly part: string | null;
  /** True where nobody knows what was planned before, so that nothing can be merged. */
  readonly unknown: boolean;
}

/** What failed: the address of a task, `project/`, or what else a build does something about. */
export interface TargetFailure {
  readonly target: string;
  readonly failure: Failure;
}

export type HostilePath =
  | "absolute"
  | "parent"
  | "git-folder"
  | "control-character"
  | "invisible-character"
  | "not-utf8"
  | "reserved-name"
  | "twin"
  | "through-symlink"
  | "symlink-outside"
  | "special-file"
  | "hard-link"
  | "nested-repository"
  | "too-long";
