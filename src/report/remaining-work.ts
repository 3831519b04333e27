// How much of a build is still to come? Told from how long the same tasks took before, and what they cost: the chain of
// tasks that ends last, and the sums over all that is open. Without a past there is a chain, and no figure.

import type { TaskId } from "../model/address.ts";
import { entriesOf, hasKey } from "./large-map.ts";
import type { LiveState } from "./live-state.ts";

/** What a task came to in an earlier build that worked on it. */
export interface PastTask {
  readonly task: TaskId;
  readonly ms: number;
  /** Null: unknown price. */
  readonly usd: number | null;
}

export interface Expectations {
  readonly byTask: ReadonlyMap<TaskId, Expected>;
  /** Of a task that was never built; null where none ever was. */
  readonly usual: Expected | null;
}

interface Expected {
  readonly ms: number;
  readonly usd: number | null;
}

export const NOTHING_EXPECTED: Expectations = { byTask: new Map(), usual: null };

/** The oldest first: the last time counts. */
export function expectationsOf(past: readonly PastTask[]): Expectations {
  if (past.length === 0) return NOTHING_EXPECTED;
  const mean = (figures: readonly number[]) =>
    figures.reduce((sum, one) => sum + one, 0) / Math.max(1, figures.length);
  const prices = past.flatMap(({ usd }) => (usd === null ? [] : [usd]));
  const usual = { ms: mean(past.map(({ ms }) => ms)), usd: prices.length === 0 ? null : mean(prices) };
  return { byTask: new Map(past.map(({ task, ms, usd }) => [task, { ms, usd }])), usual };
}

export interface RemainingWork {
  /** The open tasks that end last, each after the one before it. */
  readonly criticalPath: readonly TaskId[];
  /** Null where nothing is known of the past. */
  readonly ms: number | null;
  /** Null where a price is unknown. */
  readonly usd: number | null;
}

/** `now` is in milliseconds since the epoch. */
export function remainingWork(state: LiveState, { byTask, usual }: Expectations, now: number): RemainingWork {
  const running = [...state.running].filter(([subject]) => /^[^:/]+:[^:/]+$/.test(subject));
  const waiting = [...entriesOf(state.waiting)].filter(([task]) => !hasKey(state.settled, task));
  const parts = new Map<TaskId, Expected>();
  for (const [subject, { begun }] of running) {
    const whole = byTask.get(subject as TaskId) ?? usual ?? UNKNOWN;
    const open = whole.ms === 0 ? 0 : Math.max(0, 1 - (now - begun) / whole.ms);
    parts.set(subject as TaskId, { ms: whole.ms * open, usd: whole.usd === null ? null : whole.usd * open });
  }
  for (const [task] of waiting) parts.set(task, byTask.get(task) ?? usual ?? UNKNOWN);
  const ends = endsOf(new Map(waiting), parts);
  const last = latest([...ends.keys()], ends);
  const criticalPath: TaskId[] = [];
  for (let task = last; task !== null; task = ends.get(task)?.after ?? null) criticalPath.push(task);
  criticalPath.reverse();
  if (usual === null) return { criticalPath, ms: null, usd: null };
  // Those that may start and have not; nobody has told which they are.
  const others = Math.max(0, state.total - state.done - parts.size);
  const sum = (figures: readonly (number | null)[]) =>
    figures.reduce<number | null>((all, one) => (all === null || one === null ? null : all + one), 0);
  const open = [...parts.values(), ...new Array<Expected>(others).fill(usual)];
  const work = open.reduce((all, { ms }) => all + ms, 0);
  const alone = last === null ? 0 : (ends.get(last)?.ms ?? 0);
  const ms = Math.max(alone, work / Math.max(1, running.length));
  return { criticalPath, ms, usd: sum(open.map(({ usd }) => usd)) };
}

/** Every task is as long as any other where nothing is known. */
const UNKNOWN: Expected = { ms: 1, usd: null };

interface End {
  readonly ms: number;
  /** The one that it waits for longest. */
  readonly after: TaskId | null;
}

/** When each task ends, from now; a chain may be as long as the graph, so nothing here calls itself. */
function endsOf(
  waiting: ReadonlyMap<TaskId, readonly TaskId[]>,
  parts: ReadonlyMap<TaskId, Expected>,
): ReadonlyMap<TaskId, End> {
  const ends = new Map<TaskId, End>();
  const begun = new Set<TaskId>();
  for (const first of parts.keys()) {
    const stack = [first];
    for (let task = stack.at(-1); task !== undefined; task = stack.at(-1)) {
      const on = waiting.get(task) ?? [];
      const next = on.filter((each) => parts.has(each) && !ends.has(each) && !begun.has(each));
      if (!begun.has(task) && next.length > 0) {
        begun.add(task);
        stack.push(...next);
        continue;
      }
      stack.pop();
      if (ends.has(task)) continue;
      // Only what has its end: whatever is told, no chain may lead back into itself.
      const after = latest(
        on.filter((each) => ends.has(each)),
        ends,
      );
      const before = after === null ? 0 : (ends.get(after)?.ms ?? 0);
      ends.set(task, { ms: before + (parts.get(task)?.ms ?? 0), after });
    }
  }
  return ends;
}

function latest(tasks: readonly TaskId[], ends: ReadonlyMap<TaskId, End>): TaskId | null {
  const endOf = (task: TaskId) => ends.get(task)?.ms ?? 0;
  return tasks.reduce<TaskId | null>(
    (best, task) => (best === null || endOf(task) > endOf(best) ? task : best),
    null,
  );
}
