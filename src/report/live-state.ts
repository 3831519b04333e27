// What is going on in a build right now? A pure fold of its events: who drafts, which gate runs, what waits for
// what, what failed, what it has cost. It does not know how any of that is drawn.
//
//   waiting ─► drafting ─► drafted ─► checking ─► settled
//                 ▲                      │
//                 └───── between ◄───────┘   (an attempt failed, another follows)

import type { TaskId } from "../model/address.ts";
import type { Event } from "../model/event.ts";
import { evidence } from "./build-text.ts";
import { addCost, type Cost, NO_COST } from "./figures.ts";
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
  readonly waiting: ReadonlyMap<TaskId, readonly TaskId[]>;
  readonly settled: ReadonlySet<TaskId>;
  readonly failures: readonly { readonly subject: string; readonly evidence: string }[];
  readonly cost: Cost;
  readonly ended: boolean;
}

export interface Activity {
  readonly phase: Phase;
  readonly since: number;
}

export type Phase =
  | { readonly kind: "drafting"; readonly attempt: number; readonly agent: string }
  | { readonly kind: "drafted" }
  | { readonly kind: "checking"; readonly gate: string | null }
  | { readonly kind: "between"; readonly attempt: number; readonly evidence: string }
  | { readonly kind: "setup" | "canary" | "merging" };

export const BEFORE: LiveState = {
  startedAt: null,
  total: 0,
  done: 0,
  failed: 0,
  blocked: 0,
  running: new Map(),
  waiting: new Map(),
  settled: new Set(),
  failures: [],
  cost: NO_COST,
  ended: false,
};

export function fold(state: LiveState, event: Event): LiveState {
  switch (event.type) {
    case "build-started":
      return { ...BEFORE, startedAt: event.at, total: event.tasks, done: event.settled };
    case "setup-started":
      return during(state, `${event.project}/`, event.at, { kind: "setup" });
    case "canary-started":
      return during(state, `${event.project}/`, event.at, { kind: "canary" });
    case "merge-started":
      return during(state, `${event.project}/`, event.at, { kind: "merging" });
    case "setup-ended":
    case "canary-ended":
      return { ...state, running: without(state.running, `${event.project}/`) };
    case "task-waiting":
      return { ...state, waiting: new Map(state.waiting).set(event.task, event.on) };
    case "attempt-started": {
      const { attempt, agent } = event;
      return during(state, event.task, event.at, { kind: "drafting", attempt, agent });
    }
    case "draft-ended":
      return during(state, event.task, event.at, { kind: "drafted" });
    case "attempt-ended":
      return event.failure === null
        ? state
        : during(state, event.task, event.at, {
            kind: "between",
            attempt: event.attempt,
            evidence: evidence(event.failure),
          });
    case "gates-started":
      return during(state, event.subject, event.at, { kind: "checking", gate: null });
    case "gate-started":
      return during(state, event.subject, event.at, { kind: "checking", gate: event.gate });
    case "task-settled":
      return settle(state, event);
    case "project-settled": {
      const subject = `${event.result.id}/`;
      const failures = event.failure === null ? [] : [{ subject, evidence: evidence(event.failure) }];
      return {
        ...state,
        running: without(state.running, subject),
        failures: [...state.failures, ...failures],
      };
    }
    case "build-ended":
      return { ...state, running: new Map(), waiting: new Map(), ended: true };
    case "project-created":
    case "task-judged":
    case "gate-ended":
    case "session-started":
    case "session-ended":
    case "call-ended":
    case "call-waiting":
    case "call-at-risk":
    case "review-ended":
    case "task-rebased":
    case "planning-started":
    case "planning-ended":
    case "diagnostic":
      return state;
  }
}

function during(state: LiveState, subject: string, at: number, phase: Phase): LiveState {
  return {
    ...state,
    running: new Map(state.running).set(subject, { phase, since: at }),
    waiting: without(state.waiting, subject as TaskId),
  };
}

function settle(state: LiveState, event: Extract<Event, { type: "task-settled" }>): LiveState {
  const { result, failure } = event;
  const first = result.reasons[0];
  const told = failure !== null ? evidence(failure) : first === undefined ? "failed" : reasonText(first);
  // A task that is blocked only because another failed would bury the one that did.
  const failures =
    result.action === "failed" || failure !== null ? [{ subject: result.id, evidence: told }] : [];
  return {
    ...state,
    done: state.done + (state.settled.has(result.id) ? 0 : 1),
    failed: state.failed + (result.action === "failed" ? 1 : 0),
    blocked: state.blocked + (result.action === "blocked" ? 1 : 0),
    running: without(state.running, result.id),
    waiting: without(state.waiting, result.id),
    settled: new Set(state.settled).add(result.id),
    failures: [...state.failures, ...failures],
    cost: addCost(state.cost, result.usd),
  };
}

/** The same map where the key is not in it, so that most events copy nothing. */
function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
