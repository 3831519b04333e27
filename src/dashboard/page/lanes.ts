// When did what happen in a build? Its events as spans in lanes, and the chain of tasks that it waited for. It draws nothing.

import type { Event } from "../../model/event.ts";
import type { GraphDocument } from "../overview.ts";

export interface Span {
  readonly kind: "draft" | "gate" | "review" | "setup" | "trial" | "merge" | "wait";
  readonly label: string;
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
}

export interface Lane {
  readonly subject: string;
  readonly spans: readonly Span[];
  /** How it ended; null where it was no task, or did not end. */
  readonly action: string | null;
}

export interface Timeline {
  readonly start: number;
  readonly end: number;
  readonly lanes: readonly Lane[];
  /** Tasks that were found fresh, or restored: nobody was asked. */
  readonly reused: number;
  readonly critical: readonly string[];
}

export function timelineOf(events: readonly Event[], graph: GraphDocument | null): Timeline {
  const start = events[0]?.at ?? 0;
  const end = events.at(-1)?.at ?? 0;
  const spans = new Map<string, Span[]>();
  const open = new Map<string, { subject: string; kind: Span["kind"]; label: string; start: number }>();
  const actions = new Map<string, { action: string; at: number }>();
  const subjects = new Map<string, string>();
  let reused = 0;
  const begin = (key: string, subject: string, kind: Span["kind"], label: string, at: number) =>
    open.set(key, { subject, kind, label, start: at });
  const close = (key: string, at: number, failed: boolean) => {
    const begun = open.get(key);
    if (begun === undefined) return;
    open.delete(key);
    const { subject, kind, label } = begun;
    spans.set(subject, [...(spans.get(subject) ?? []), { kind, label, start: begun.start, end: at, failed }]);
  };
  for (const event of events) {
    const { at } = event;
    if (event.type === "attempt-started")
      begin(`draft ${event.task}`, event.task, "draft", `${event.agent}, attempt ${event.attempt}`, at);
    else if (event.type === "draft-ended") close(`draft ${event.task}`, at, false);
    else if (event.type === "attempt-ended") close(`draft ${event.task}`, at, event.failure !== null);
    else if (event.type === "gate-started")
      begin(`gate ${event.subject} ${event.gate}`, event.subject, "gate", event.gate, at);
    else if (event.type === "gate-ended")
      close(`gate ${event.subject} ${event.result.gate}`, at, !event.result.passed);
    else if (event.type === "setup-started")
      begin(`setup ${event.project}`, `${event.project}/`, "setup", event.command, at);
    else if (event.type === "setup-ended") close(`setup ${event.project}`, at, false);
    else if (event.type === "trial-started")
      begin(
        `trial ${event.project} ${event.gate} ${event.on}`,
        `${event.project}/`,
        "trial",
        `${event.gate} on ${event.on}`,
        at,
      );
    else if (event.type === "trial-ended")
      close(`trial ${event.project} ${event.gate} ${event.on}`, at, event.asExpected === false);
    else if (event.type === "merge-started")
      begin(`merge ${event.project}`, `${event.project}/`, "merge", "merge", at);
    else if (event.type === "project-settled") close(`merge ${event.result.id}`, at, event.failure !== null);
    else if (event.type === "session-started") {
      subjects.set(event.session, event.subject);
      if (event.role === "reviewer")
        begin(`session ${event.session}`, event.subject, "review", `review by ${event.agent}`, at);
    } else if (event.type === "session-ended") close(`session ${event.session}`, at, event.failure !== null);
    else if (event.type === "call-waiting") {
      const subject = subjects.get(event.session) ?? event.agent;
      const wait: Span = {
        kind: "wait",
        label: `waits: ${event.cause}`,
        start: at,
        end: at + event.ms,
        failed: false,
      };
      spans.set(subject, [...(spans.get(subject) ?? []), wait]);
    } else if (event.type === "task-settled") {
      const { id, action } = event.result;
      actions.set(id, { action, at });
      if (action === "fresh" || action === "restored") reused += 1;
    }
  }
  for (const key of [...open.keys()]) close(key, end, false);
  const lanes = [...spans].map(([subject, own]) => ({
    subject,
    spans: own,
    action: actions.get(subject)?.action ?? null,
  }));
  return { start, end, lanes, reused, critical: criticalOf(actions, spans, graph) };
}

/** From the task that ended last back to the one that each waited for longest. */
function criticalOf(
  actions: ReadonlyMap<string, { readonly at: number }>,
  spans: ReadonlyMap<string, readonly Span[]>,
  graph: GraphDocument | null,
): readonly string[] {
  const worked = [...actions].filter(([id]) => spans.has(id));
  const latest = (ids: readonly string[]) =>
    ids.reduce<string | null>(
      (best, id) => (best === null || (actions.get(id)?.at ?? 0) > (actions.get(best)?.at ?? 0) ? id : best),
      null,
    );
  const chain: string[] = [];
  let task = latest(worked.map(([id]) => id));
  while (task !== null && !chain.includes(task)) {
    chain.unshift(task);
    const here = task;
    const needed = (graph?.edges ?? []).filter(({ to }) => to === here).map(({ from }) => from);
    task = latest(needed.filter((id) => spans.has(id) && actions.has(id)));
  }
  return chain;
}
