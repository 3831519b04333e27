// What is going on in a build right now? A pure fold of its events: who drafts, which gate runs, what waits for
// what, what failed, what it has cost. It does not know how any of that is drawn.
//
//   waiting ─► drafting ─► drafted ─► checking ─► reviewing ─► settled
//                 ▲                      │            │
//                 └─── between ◄─────────┴────────────┘   (an attempt failed, another or a rebase follows)
//
// Beside that, whoever has called a model may have to wait for its provider.

import type { TaskId } from "../model/address.ts";
import type { Event } from "../model/event.ts";
import type { FleetSight } from "../model/fleet-state.ts";
import type { ModelErrorCause } from "../model/model-error.ts";
import { isDrafter, type Role } from "../model/role.ts";
import { evidence } from "./build-text.ts";
import { addCost, type Cost, NO_COST } from "./figures.ts";
import { hasKey, type LargeMap, largeMap, withEntry, withoutKey } from "./large-map.ts";
import { reasonText } from "./stale-text.ts";

export interface LiveState {
  /** Milliseconds since the epoch; null before the build's first event. */
  readonly startedAt: number | null;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly blocked: number;
  /** By subject: a task's address, or `project/`; in the order in which they began. */
  readonly running: ReadonlyMap<string, Activity>;
  /** What each waits for. */
  readonly waiting: LargeMap<TaskId, readonly TaskId[]>;
  readonly settled: LargeMap<TaskId, true>;
  readonly failures: readonly { readonly subject: string; readonly evidence: string }[];
  /** Of all sessions, also of planners and of attempts that failed. */
  readonly cost: Cost;
  /** As it was seen last; its sight is null where it could not be asked, and all of it where the build has none. */
  readonly fleet: { readonly sight: FleetSight | null } | null;
  /** Sessions that are being held, by id. */
  readonly sessions: ReadonlyMap<string, HeldSession>;
  readonly ended: boolean;
}

export interface Activity {
  readonly phase: Phase;
  readonly since: number;
  /** When the first of its phases began. */
  readonly begun: number;
  /** Why its provider is being waited for; null where it is not. */
  readonly waitsFor: { readonly cause: ModelErrorCause | "unanswered"; readonly until: number } | null;
}

interface HeldSession {
  readonly subject: string;
  /** Whether its calls were counted one by one. */
  readonly counted: boolean;
}

export type Phase =
  /** `worker`: the machine that does it, absent where it is this one. */
  | {
      readonly kind: "drafting";
      readonly attempt: number;
      readonly agent: string;
      readonly worker?: string;
    }
  | { readonly kind: "drafted" }
  /** `worker`: the machine that does it, absent where it is this one. */
  | { readonly kind: "checking"; readonly gate: string | null; readonly worker?: string }
  | { readonly kind: "between"; readonly attempt: number; readonly evidence: string }
  /** A session beside the draft's own. */
  | { readonly kind: "asking"; readonly role: Role; readonly agent: string }
  | { readonly kind: "planning"; readonly roles: readonly Role[] }
  /** The trials of gates that run now, as `gate` and what it is tried on, in the order in which they began. */
  | { readonly kind: "canary"; readonly trials: readonly Trial[] }
  | { readonly kind: "setup" | "merging" };

export interface Trial {
  readonly gate: string;
  readonly on: "untouched" | "canary";
}

export const BEFORE: LiveState = {
  startedAt: null,
  total: 0,
  done: 0,
  failed: 0,
  blocked: 0,
  running: new Map(),
  waiting: largeMap(),
  settled: largeMap(),
  failures: [],
  cost: NO_COST,
  fleet: null,
  sessions: new Map(),
  ended: false,
};

export function fold(state: LiveState, event: Event): LiveState {
  switch (event.type) {
    case "build-started":
      // What was planned before it is part of the same build.
      return {
        ...BEFORE,
        startedAt: state.startedAt ?? event.at,
        total: event.tasks,
        done: event.settled,
        cost: state.cost,
        failures: state.failures,
        fleet: state.fleet,
      };
    case "setup-started":
      return during(state, `${event.project}/`, event.at, { kind: "setup" });
    case "canary-started":
      return during(state, `${event.project}/`, event.at, { kind: "canary", trials: [] });
    case "trial-started":
      return trying(state, event.project, (trials) => [...trials, { gate: event.gate, on: event.on }]);
    case "trial-ended":
      return trying(state, event.project, (trials) =>
        trials.filter(({ gate, on }) => gate !== event.gate || on !== event.on),
      );
    case "merge-started":
      return during(state, `${event.project}/`, event.at, { kind: "merging" });
    case "setup-ended":
    case "canary-ended":
      return { ...state, running: without(state.running, `${event.project}/`) };
    case "task-waiting":
      return { ...state, waiting: withEntry(state.waiting, event.task, event.on) };
    case "attempt-started": {
      const { attempt, agent } = event;
      return during(state, event.task, event.at, { kind: "drafting", attempt, agent });
    }
    case "draft-taken": {
      const phase = state.running.get(event.subject)?.phase;
      if (phase?.kind !== "drafting") return state;
      return during(state, event.subject, event.at, { ...phase, worker: event.worker });
    }
    case "draft-ended":
      return during(state, event.task, event.at, { kind: "drafted" });
    case "attempt-ended":
      return event.failure === null
        ? state
        : during(state, event.task, event.at, {
            kind: "between",
            attempt: event.attempt,
            evidence: evidence(event.failure, event.task),
          });
    case "gates-started":
      return during(state, event.subject, event.at, {
        ...{ kind: "checking", gate: null },
        ...(event.worker === undefined ? {} : { worker: event.worker }),
      });
    case "gate-started":
      return during(state, event.subject, event.at, { kind: "checking", gate: event.gate });
    case "task-settled":
      return settle(state, event);
    case "project-settled": {
      const subject = `${event.result.id}/`;
      const failures =
        event.failure === null ? [] : [{ subject, evidence: evidence(event.failure, subject) }];
      return {
        ...state,
        running: without(state.running, subject),
        failures: [...state.failures, ...failures],
      };
    }
    case "planning-started":
      return during({ ...state, startedAt: state.startedAt ?? event.at }, event.feature, event.at, {
        kind: "planning",
        roles: [],
      });
    case "planning-ended": {
      const failed =
        event.failure === null
          ? []
          : [{ subject: event.feature, evidence: evidence(event.failure, event.feature) }];
      const running = without(state.running, event.feature);
      return { ...state, running, failures: [...state.failures, ...failed] };
    }
    case "session-started":
      return held(state, event);
    case "session-ended":
      return over(state, event);
    case "call-ended":
      return called(state, event);
    case "call-waiting":
      return waitingFor(state, event.session, { cause: event.cause, until: event.at + event.ms });
    case "fleet-seen":
      return { ...state, fleet: { sight: event.sight } };
    case "build-ended": {
      const nobody = {
        running: new Map(),
        waiting: largeMap<TaskId, readonly TaskId[]>(),
        sessions: new Map(),
      };
      return { ...state, ...nobody, fleet: null, ended: true };
    }
    case "step-ended":
    case "install-moved":
    case "instrument-changed":
    case "gate-flaky":
    case "project-created":
    case "task-judged":
    case "gate-ended":
    case "call-at-risk":
    case "setting-learnt":
    case "review-ended":
    case "task-rebased":
    case "diagnostic":
    case "shared-store-used":
      return state;
  }
}

function trying(
  state: LiveState,
  project: string,
  change: (trials: readonly Trial[]) => readonly Trial[],
): LiveState {
  const subject = `${project}/`;
  const before = state.running.get(subject);
  if (before?.phase.kind !== "canary") return state;
  const phase: Phase = { kind: "canary", trials: change(before.phase.trials) };
  return { ...state, running: new Map(state.running).set(subject, { ...before, phase }) };
}

function during(state: LiveState, subject: string, at: number, phase: Phase): LiveState {
  return {
    ...state,
    running: new Map(state.running).set(subject, {
      phase,
      since: at,
      begun: state.running.get(subject)?.begun ?? at,
      waitsFor: null,
    }),
    waiting: withoutKey(state.waiting, subject as TaskId),
  };
}

function settle(state: LiveState, event: Extract<Event, { type: "task-settled" }>): LiveState {
  const { result, failure } = event;
  const first = result.reasons[0];
  const told =
    failure !== null ? evidence(failure, result.id) : first === undefined ? "failed" : reasonText(first);
  // A task that is blocked only because another failed would bury the one that did.
  const failures =
    result.action === "failed" || failure !== null ? [{ subject: result.id, evidence: told }] : [];
  return {
    ...state,
    done: state.done + (hasKey(state.settled, result.id) ? 0 : 1),
    failed: state.failed + (result.action === "failed" ? 1 : 0),
    blocked: state.blocked + (result.action === "blocked" ? 1 : 0),
    running: without(state.running, result.id),
    waiting: withoutKey(state.waiting, result.id),
    settled: withEntry(state.settled, result.id, true),
    failures: [...state.failures, ...failures],
  };
}

type Of<T extends Event["type"]> = Extract<Event, { readonly type: T }>;

/** Drafting has an event of its own; planners of one feature sit side by side. */
function held(state: LiveState, { session, role, subject, agent, at }: Of<"session-started">): LiveState {
  const sessions = new Map(state.sessions).set(session, { subject, counted: false });
  if (isDrafter(role)) return { ...state, sessions };
  const before = state.running.get(subject);
  if (before?.phase.kind === "planning") {
    const phase: Phase = { kind: "planning", roles: [...before.phase.roles, role] };
    return { ...state, sessions, running: new Map(state.running).set(subject, { ...before, phase }) };
  }
  return { ...during(state, subject, at, { kind: "asking", role, agent }), sessions };
}

/** Programs tell what they spent at their end; calls that were counted one by one are not counted again. */
function over(state: LiveState, { session, usage }: Of<"session-ended">): LiveState {
  const known = state.sessions.get(session);
  const rested = waitingFor(state, session, null);
  const cost = known?.counted === true ? state.cost : addCost(state.cost, usage.usd);
  return { ...rested, cost, sessions: without(state.sessions, session) };
}

function called(state: LiveState, { session, usd, replayed }: Of<"call-ended">): LiveState {
  const known = state.sessions.get(session);
  const rested = waitingFor(state, session, null);
  const sessions =
    known === undefined ? state.sessions : new Map(state.sessions).set(session, { ...known, counted: true });
  return { ...rested, sessions, cost: replayed ? state.cost : addCost(state.cost, usd) };
}

function waitingFor(state: LiveState, session: string, waitsFor: Activity["waitsFor"]): LiveState {
  const subject = state.sessions.get(session)?.subject ?? "";
  const before = state.running.get(subject);
  if (before === undefined || before.waitsFor === waitsFor) return state;
  return { ...state, running: new Map(state.running).set(subject, { ...before, waitsFor }) };
}

/** The same map where the key is not in it, so that most events copy nothing. */
function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
