// What went on when in a build? Its events as spans of time in lanes, one for each task, project and feature in planning.
// Nothing is added up here.

import type { Event } from "../model/event.ts";
import { isDrafter, type Role } from "../model/role.ts";

/**
 * What is waited for. Where several go on at once, a moment counts for the first of them alone: so that what is left for
 * the later ones is time in which nobody else was at work.
 */
export const WAITS = [
  /** An agent that writes. */
  "model",
  "review",
  "planning",
  "gates",
  /** Gates that are tried before they are trusted. */
  "trials",
  "setup",
  /** A free place among agents or gates. */
  "slot",
  /** A worktree that is laid or cleared. */
  "trees",
  "compose",
  "merge",
  "commit",
  /** A task for its project: made, set up and tried. */
  "project",
  /** All else. */
  "other",
] as const;

export type Wait = (typeof WAITS)[number];

/** Moments are milliseconds since the epoch. */
export interface Span {
  readonly wait: Wait;
  /** The gate, the agent, or what else says more. */
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

export const NO_SPAN: Span = { wait: "other", label: "", start: 0, end: 0, failed: false };

interface OpenSpan {
  readonly subject: string;
  readonly wait: Wait;
  readonly label: string;
  readonly start: number;
}

interface OpenSession extends OpenSpan {
  readonly role: Role;
  /** Whether its calls were told one by one. */
  readonly isCounted: boolean;
}

/** Events are told in order, and `end` once after the last of them. */
export class EventSpans {
  readonly lanes = new Map<string, Span[]>();
  /** When something went on in a lane, whatever that was. */
  readonly under = new Map<string, Span[]>();
  readonly actions = new Map<string, string>();
  reused = 0;
  readonly #open = new Map<string, OpenSpan>();
  readonly #sessions = new Map<string, OpenSession>();
  readonly #begun = new Map<string, number>();

  add(event: Event): void {
    const { at } = event;
    switch (event.type) {
      case "task-judged":
        this.#begin(event.task, at);
        return;
      case "task-settled": {
        const { id, action } = event.result;
        this.actions.set(id, action);
        if (action === "fresh" || action === "restored") this.reused += 1;
        this.#leave(id, at);
        return;
      }
      case "planning-started":
        this.#begin(event.feature, at);
        return;
      case "planning-ended":
        this.#leave(event.feature, at);
        return;
      case "canary-started":
      case "merge-started":
        this.#begin(`${event.project}/`, at);
        return;
      case "canary-ended":
        this.#leave(`${event.project}/`, at);
        return;
      case "project-settled":
        this.#leave(`${event.result.id}/`, at);
        return;
      case "step-ended":
        this.#put(event.subject, {
          ...NO_SPAN,
          wait: event.step,
          label: event.step,
          start: event.since,
          end: at,
        });
        return;
      case "setup-started":
        this.#start(`setup ${event.project}`, `${event.project}/`, "setup", event.command, at);
        return;
      case "setup-ended":
        this.#stop(`setup ${event.project}`, at, { failed: event.failed === true });
        return;
      case "gate-started":
        this.#start(`gate ${event.subject} ${event.gate}`, event.subject, "gates", event.gate, at);
        return;
      case "gate-ended": {
        const { gate, ms, passed } = event.result;
        this.#stop(`gate ${event.subject} ${gate}`, at, { ms, failed: !passed });
        return;
      }
      case "trial-started": {
        const label = `${event.gate} on ${event.on}`;
        this.#start(`trial ${event.project} ${label}`, `${event.project}/`, "trials", label, at);
        return;
      }
      case "trial-ended": {
        const { project, gate, on, ms, gateMs = ms, asExpected } = event;
        this.#stop(`trial ${project} ${gate} on ${on}`, at, {
          ms: gateMs,
          failed: asExpected === false,
        });
        return;
      }
      case "session-started":
        this.#hold(event);
        return;
      case "call-waiting":
        this.#pause(event, at);
        return;
      case "call-ended":
        this.#stop(`pause ${event.session}`, at);
        this.#called(event.session, at - event.ms, at);
        return;
      case "session-ended":
        this.#stop(`pause ${event.session}`, at);
        this.#over(event.session, at, event.failure !== null);
        return;
      default:
        return;
    }
  }

  /** What has not ended by now was cut off, or still goes on. */
  end(at: number): void {
    for (const key of [...this.#open.keys()]) this.#stop(key, at);
    for (const session of [...this.#sessions.keys()]) this.#over(session, at, false);
    for (const subject of [...this.#begun.keys()]) this.#leave(subject, at);
  }

  #begin(subject: string, at: number): void {
    if (!this.#begun.has(subject)) this.#begun.set(subject, at);
    if (!this.lanes.has(subject)) this.lanes.set(subject, []);
  }

  #leave(subject: string, at: number): void {
    const start = this.#begun.get(subject);
    if (start === undefined) return;
    this.#begun.delete(subject);
    this.under.set(subject, [...(this.under.get(subject) ?? []), { ...NO_SPAN, start, end: at }]);
  }

  #put(subject: string, span: Span): void {
    const spans = this.lanes.get(subject) ?? [];
    this.lanes.set(subject, spans);
    spans.push(span);
  }

  #start(key: string, subject: string, wait: Wait, label: string, start: number): void {
    this.#open.set(key, { subject, wait, label, start });
  }

  /** `ms`: how long it took, where what began it was told earlier. */
  #stop(key: string, at: number, { ms, failed = false }: { ms?: number; failed?: boolean } = {}): void {
    const begun = this.#open.get(key);
    if (begun === undefined) return;
    this.#open.delete(key);
    const { subject, wait, label } = begun;
    const start = ms === undefined ? begun.start : Math.max(begun.start, at - ms);
    this.#put(subject, { wait, label, start, end: at, failed });
  }

  #hold({ session, role, subject, agent, attempt, at }: Extract<Event, { type: "session-started" }>): void {
    const isPlanner = !subject.includes(":");
    const wait = isPlanner ? "planning" : role === "reviewer" ? "review" : "model";
    const label = `${agent} as ${role}, attempt ${attempt}`;
    this.#sessions.set(session, { subject, wait, label, start: at, role, isCounted: false });
  }

  /** The provider lets the call wait, which is part of it. */
  #pause({ session, cause }: Extract<Event, { type: "call-waiting" }>, at: number): void {
    const held = this.#sessions.get(session);
    this.#stop(`pause ${session}`, at);
    if (held !== undefined) this.#start(`pause ${session}`, held.subject, held.wait, `waits: ${cause}`, at);
  }

  #called(session: string, from: number, to: number): void {
    const held = this.#sessions.get(session);
    if (held === undefined) return;
    this.#sessions.set(session, { ...held, isCounted: true });
    const { subject, wait, label, start } = held;
    this.#put(subject, { wait, label, start: Math.max(start, from), end: to, failed: false });
  }

  /** Nobody sees when a program asks its model, so all of its session counts, but for what was laid for it meanwhile. */
  #over(session: string, at: number, failed: boolean): void {
    const held = this.#sessions.get(session);
    if (held === undefined) return;
    this.#sessions.delete(session);
    if (held.isCounted) return;
    const { subject, wait, label, start, role } = held;
    const laid = isDrafter(role) ? (this.lanes.get(subject) ?? []).filter((span) => span.start >= start) : [];
    let from = start;
    for (const span of laid.toSorted((a, b) => a.start - b.start)) {
      if (span.start > from) this.#put(subject, { wait, label, start: from, end: span.start, failed });
      from = Math.max(from, span.end);
    }
    if (at > from) this.#put(subject, { wait, label, start: from, end: at, failed });
  }
}
