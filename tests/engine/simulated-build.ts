// A build without agents: the reducer of the schedule with a clock that jumps from one end of a stage to the next.

import { link } from "../../src/engine/graph.ts";
import { type Next, next } from "../../src/engine/schedule.ts";
import { initialState, type ScheduleState, type Stage } from "../../src/engine/schedule-state.ts";
import { featureOf, taskOf } from "./samples.ts";

/** A task of a simulated build: its number names it, and it depends on tasks with lower numbers. */
export interface SimulatedTask {
  readonly project: string;
  readonly after: readonly number[];
  /** Milliseconds that its draft takes. Judging and gates take none. */
  readonly takes: number;
}

export interface SimulatedStart {
  readonly node: number;
  readonly project: string;
  readonly stage: Stage;
  readonly at: number;
  readonly until: number;
}

/** What is known at a moment: the state before its event, and after it. */
export type Look = (state: ScheduleState, starts: readonly SimulatedStart[], at: number) => void;

/** Drafts in the order of their starts. */
export function simulate(
  tasks: readonly SimulatedTask[],
  limits: { readonly agents: number; readonly priorities: ReadonlyMap<string, number> },
  look: Look = () => {},
): readonly SimulatedStart[] {
  const idOf = (node: number) => `T${String(node).padStart(6, "0")}`;
  const ofFeature = tasks.map(({ project, after }, node) =>
    taskOf("f", idOf(node), { project, dependsOn: after.map((other) => `f:${idOf(other)}` as const) }),
  );
  const graph = link([featureOf("f", ofFeature)]);
  let state = initialState(graph, new Set(), { ...limits, gates: 2, failFast: false });
  const running: SimulatedStart[] = [];
  const drafts: SimulatedStart[] = [];
  let at = 0;
  const step = (event: Parameters<typeof next>[1]) => {
    const [after, starts] = next(state, event);
    state = after;
    const told = starts.map(({ node, stage }) => {
      const number = Number(graph.tasks[node]?.id.slice(3));
      const { project, takes } = tasks[number] as SimulatedTask;
      return { node, project, stage, at, until: at + (stage === "draft" ? takes : 0) };
    });
    running.push(...told);
    drafts.push(...told.filter(({ stage }) => stage === "draft"));
    look(state, told, at);
  };
  step({ type: "begin" });
  while (running.length > 0) {
    const soonest = Math.min(...running.map(({ until }) => until));
    const [ended] = running.splice(
      running.findIndex(({ until }) => until === soonest),
      1,
    ) as [SimulatedStart];
    at = soonest;
    step({ type: "ended", node: ended.node, next: NEXT[ended.stage], at });
  }
  return drafts;
}

const NEXT: Readonly<Record<Stage, Next>> = {
  judge: "draft",
  prepare: "draft",
  draft: "inspect",
  inspect: "settled",
  review: "settled",
  rewrite: "settled",
};

/** Milliseconds of drafts by project until a moment. */
export function timeBy(
  drafts: readonly SimulatedStart[],
  moment: number,
  from = 0,
): ReadonlyMap<string, number> {
  const time = new Map<string, number>();
  for (const { project, at, until } of drafts) {
    const within = Math.max(0, Math.min(until, moment) - Math.max(at, from));
    time.set(project, (time.get(project) ?? 0) + within);
  }
  return time;
}
