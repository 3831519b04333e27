// How are the tasks worked off? The loop that owns the scheduler: it starts what the schedule says and feeds back what
// came of it.

import { routeTask } from "../../engine/route.ts";
import { type Next, next, type ScheduleEvent, type Start } from "../../engine/schedule.ts";
import { blockedNodes, failedNodes, initialState } from "../../engine/schedule-state.ts";
import type { TaskId } from "../../model/address.ts";
import type { Task } from "../../model/task.ts";
import { withDescriptors } from "../../platform/open-files.ts";
import { tellStep } from "../../platform/step-times.ts";
import type { Run } from "../run/run.ts";
import { TaskRun } from "../tasks/run-task.ts";

/** What nothing follows for the task itself, unless a whole sends it back. */
const ENDS: ReadonlySet<Next> = new Set<Next>(["settled", "failed", "withdrawn"]);

/** Ends when nothing runs and nothing more can start. `settled` are the positions that need nothing. */
export async function execute(run: Run, settled: ReadonlySet<number>): Promise<void> {
  const { limits } = run.sources.workspace;
  let state = initialState(run.graph, settled, {
    agents: withDescriptors(run.options.agents ?? limits.agents),
    gates: run.stages.atOnce,
    failFast: run.options.failFast,
    priorities: new Map(run.sources.workspace.projects.map(({ id, priority }) => [id, priority])),
  });
  const taskRuns = new Map<number, TaskRun>();
  /** Since when a node wants the stage that follows. */
  const wants = new Map<number, number>();
  const taskRun = (node: number): TaskRun => {
    const known: TaskRun = taskRuns.get(node) ?? new TaskRun(run, node, (other) => taskRun(other).parts);
    taskRuns.set(node, known);
    return known;
  };
  tellWaiting(run, settled);
  const gated = new Set(
    run.sources.workspace.projects.flatMap(({ id, gates }) => (gates.length > 0 ? [id] : [])),
  );
  const withdrawn = new Set<number>();
  const queue: ScheduleEvent[] = [{ type: "begin" }];
  let running = 0;
  const now = () => run.clock() - run.startedAt;
  let wake = () => {};

  const start = async ({ node, stage }: Start) => {
    tellWait(run, node, { stage, since: wants.get(node) ?? null, gated });
    const begun = run.clock();
    const then = await perform(taskRun(node), stage);
    if (stage === "prepare") tellStep(run, "project", idOf(run, node), begun);
    if (then === "withdrawn") withdrawn.add(node);
    const nodes = then === "reopen" ? taskRun(node).parts.sentBack : [];
    if (ENDS.has(then)) taskRun(node).ended();
    wants.set(node, run.clock());
    queue.push({ type: "ended", node, next: then, nodes, at: now() });
    running--;
    wake();
  };

  for (;;) {
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      const [after, starts] = next(state, event);
      state = after;
      if (run.signal.aborted) continue;
      for (const one of starts) {
        running++;
        void start(one);
      }
    }
    if (running === 0) break;
    const { waitsUntil } = state;
    const tick = () => {
      queue.push({ type: "tick", at: now() });
      wake();
    };
    const timer = waitsUntil === null ? null : setTimeout(tick, Math.max(0, waitsUntil - now()));
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    if (timer !== null) clearTimeout(timer);
  }
  const blocked = blockedNodes(state);
  const unfinished = new Set([...blocked, ...failedNodes(state)]);
  for (const node of blocked) {
    const below = [...run.graph.dependencies.of(node)].filter((dependency) => unfinished.has(dependency));
    const failed = below.filter((dependency) => !withdrawn.has(dependency));
    if (below.length > 0 && failed.length === 0) withdrawn.add(node);
    taskRun(node).leave(failed.flatMap((dependency) => run.graph.tasks[dependency]?.id ?? []));
  }
}

/** Rendering waits for nobody who is paid, and where there are no gates nothing is inspected: thousands would tell of that. */
function tellWait(
  run: Run,
  node: number,
  {
    stage,
    since,
    gated,
  }: {
    readonly stage: Start["stage"];
    readonly since: number | null;
    /** Projects that have gates. */
    readonly gated: ReadonlySet<string>;
  },
): void {
  if (since === null || stage === "judge" || stage === "prepare") return;
  const task = run.graph.tasks[node] as Task;
  const isNothing =
    stage === "inspect"
      ? !gated.has(task.project)
      : routeTask(task, run.sources.workspace).kind === "generator";
  if (!isNothing) tellStep(run, "slot", task.id, since);
}

function idOf(run: Run, node: number): TaskId {
  return (run.graph.tasks[node] as Task).id;
}

function tellWaiting(run: Run, settled: ReadonlySet<number>): void {
  for (const [node, task] of run.graph.tasks.entries()) {
    if (settled.has(node)) continue;
    const open = [...run.graph.dependencies.of(node)].filter((dependency) => !settled.has(dependency));
    const on = open.flatMap((dependency) => run.graph.tasks[dependency]?.id ?? []);
    if (on.length > 0) run.emit({ type: "task-waiting", task: task.id, on });
  }
}

/** A bug in one task's step must not take the paid work of the others along. */
async function perform(taskRun: TaskRun, stage: Start["stage"]): Promise<Next> {
  try {
    return await taskRun[stage]();
  } catch (error) {
    return taskRun.unexpected(error);
  }
}
