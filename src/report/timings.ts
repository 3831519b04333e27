// Where did the time of a build go? For each task, project and feature in planning, and for the build as a whole, how long
// it waited for what, and the chain that its end waited for. It does not know how that is shown.

import type { Event } from "../model/event.ts";
import { EventSpans, NO_SPAN, type Span, WAITS, type Wait } from "./event-spans.ts";

/** In which a model is asked or a gate runs; all else is overhead. */
const WORK: ReadonlySet<Wait> = new Set(["model", "review", "planning", "gates", "trials"]);

/** Milliseconds of each; those that took none are absent. */
export type Shares = Readonly<Partial<Record<Wait, number>>>;

export interface Lane {
  /** Task, `project/`, or id of a feature. */
  readonly subject: string;
  /** They may overlap, and hold no `other`. */
  readonly spans: readonly Span[];
  /** No moment twice: the sum is how long it was under way. */
  readonly shares: Shares;
  /** How it ended; null where it was no task, or did not end. */
  readonly action: string | null;
}

export interface Leg {
  readonly subject: string;
  /** From the end of the leg before it. */
  readonly shares: Shares;
}

export interface Timings {
  readonly start: number;
  readonly end: number;
  /** In the order in which they began. */
  readonly lanes: readonly Lane[];
  /** Of the whole build; the sum is its wall time. */
  readonly shares: Shares;
  /** Milliseconds in which no model was asked and no gate ran. */
  readonly overhead: number;
  /** The chain that the end of the build waited for, from its beginning. */
  readonly critical: readonly Leg[];
  /** Tasks that were found fresh, or restored: nobody was asked. */
  readonly reused: number;
}

/** `events` of one build, in order; of one that still runs, what there is so far. */
export function timingsOf(events: readonly Event[]): Timings {
  const end = events.at(-1)?.at ?? 0;
  const [ended] = events.filter((event) => event.type === "build-ended");
  const found = new EventSpans();
  for (const event of events) found.add(event);
  found.end(end);
  const { lanes, under, actions, reused } = found;
  // It begins a little before there is anything to tell.
  const begins = [events[0]?.at ?? end, ended === undefined ? end : ended.at - ended.ms];
  const start = [...lanes.values()]
    .flat()
    .reduce((least, span) => Math.min(least, span.start), Math.min(...begins));
  const whole: Span = { ...NO_SPAN, start, end };
  const shares = sharesOf([whole, ...[...lanes.values()].flat()]);
  return {
    start,
    end,
    lanes: [...lanes].map(([subject, spans]) => ({
      subject,
      spans,
      shares: sharesOf([...spans, ...(under.get(subject) ?? [])]),
      action: actions.get(subject) ?? null,
    })),
    shares,
    overhead: overheadOf(shares),
    critical: criticalPath(events, { start, lanes }),
    reused,
  };
}

function overheadOf(shares: Shares): number {
  return WAITS.reduce((sum, wait) => sum + (WORK.has(wait) ? 0 : (shares[wait] ?? 0)), 0);
}

export function totalOf(shares: Shares): number {
  return WAITS.reduce((sum, wait) => sum + (shares[wait] ?? 0), 0);
}

/** Every moment in which one of the spans goes on, once. */
function sharesOf(spans: readonly Span[]): Shares {
  const edges = spans.flatMap(({ wait, start, end }) => {
    const rank = WAITS.indexOf(wait);
    return end > start
      ? [
          { at: start, rank, step: 1 },
          { at: end, rank, step: -1 },
        ]
      : [];
  });
  edges.sort((a, b) => a.at - b.at);
  const open = WAITS.map(() => 0);
  const sums: Partial<Record<Wait, number>> = {};
  let before = 0;
  for (const { at, rank, step } of edges) {
    const wait = WAITS[open.findIndex((number) => number > 0)];
    if (wait !== undefined && at > before) sums[wait] = (sums[wait] ?? 0) + at - before;
    before = at;
    open[rank] = (open[rank] as number) + step;
  }
  return sums;
}

/**
 * Back from what ended last: a product waited for all tasks, a task for the one among its dependencies that was done last,
 * the first of them for the planning of its feature.
 */
function criticalPath(
  events: readonly Event[],
  { start, lanes }: { readonly start: number; readonly lanes: ReadonlyMap<string, readonly Span[]> },
): readonly Leg[] {
  const needs = new Map<string, readonly string[]>();
  const ends = new Map<string, number>();
  const products: string[] = [];
  for (const event of events) {
    if (event.type === "task-waiting") needs.set(event.task, event.on);
    else if (event.type === "task-settled") ends.set(event.result.id, event.at);
    else if (event.type === "planning-ended") ends.set(event.feature, event.at);
    else if (event.type === "project-settled" && lanes.has(`${event.result.id}/`)) {
      ends.set(`${event.result.id}/`, event.at);
      products.push(`${event.result.id}/`);
    }
  }
  const isTask = (subject: string) => subject.includes(":");
  const latest = (subjects: readonly string[]) =>
    subjects
      .filter((subject) => lanes.has(subject) && ends.has(subject))
      .reduce<string | null>(
        (best, one) => (best === null || (ends.get(one) ?? 0) > (ends.get(best) ?? 0) ? one : best),
        null,
      );
  const before = (subject: string) => {
    if (!isTask(subject)) return subject.endsWith("/") ? latest([...lanes.keys()].filter(isTask)) : null;
    return latest(needs.get(subject) ?? []) ?? latest([subject.slice(0, subject.indexOf(":"))]);
  };
  const chain: string[] = [];
  let last = latest(products) ?? latest([...lanes.keys()].filter(isTask));
  for (; last !== null && !chain.includes(last); last = before(last)) chain.unshift(last);
  let from = start;
  return chain.map((subject) => {
    const to = ends.get(subject) as number;
    const clipped = (lanes.get(subject) ?? []).map((span) => ({
      ...span,
      start: Math.max(from, span.start),
      end: Math.min(to, span.end),
    }));
    const leg = { subject, shares: sharesOf([{ ...NO_SPAN, start: from, end: to }, ...clipped]) };
    from = Math.max(from, to);
    return leg;
  });
}
