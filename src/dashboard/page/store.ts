// What does the page know? One state for all that it shows, folded from documents and from what happens.

import { useEffect, useState } from "preact/hooks";
import type { Activity } from "../../report/live-state.ts";
import type { Happened } from "../live.ts";
import type { Overview, StatusDocument } from "../overview.ts";
import { ask, follow, type StatusTask } from "./wire.ts";

export interface State {
  readonly isConnected: boolean;
  /** Null until they have come. */
  readonly tasks: ReadonlyMap<string, StatusTask> | null;
  readonly plans: StatusDocument["plans"];
  readonly diagnostics: StatusDocument["diagnostics"];
  readonly overview: Overview | null;
  /** The build that runs, or ran last while the page was open. */
  readonly build: string | null;
  readonly live: Live;
  /** By task: how it ended in that build. */
  readonly ended: ReadonlyMap<string, "failed" | "blocked" | "done">;
  /** In words, the latest first. */
  readonly trouble: readonly string[];
}

export interface Live extends Pick<Happened, "startedAt" | "ended" | "total" | "done" | "cost"> {
  readonly running: ReadonlyMap<string, Activity>;
}

const BEFORE: Live = {
  startedAt: null,
  ended: false,
  total: 0,
  done: 0,
  cost: { usd: 0, complete: true },
  running: new Map(),
};

let state: State = {
  isConnected: false,
  tasks: null,
  plans: [],
  diagnostics: [],
  overview: null,
  build: null,
  live: BEFORE,
  ended: new Map(),
  trouble: [],
};
const listeners = new Set<() => void>();
let isDrawing = false;

function change(part: Partial<State>): void {
  state = { ...state, ...part };
  // However much happens at once, a frame shows it once.
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    for (const listener of listeners) listener();
  });
}

export function useStore(): State {
  const [, draw] = useState(0);
  useEffect(() => {
    const listener = () => draw((count) => count + 1);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return state;
}

export function tellTrouble(words: readonly string[]): void {
  if (words.length > 0) change({ trouble: [...words, ...state.trouble].slice(0, 20) });
}

export function forgetTrouble(): void {
  change({ trouble: [] });
}

/** Loads what every page needs, and listens from then on. */
export function begin(): void {
  follow({
    happened,
    status: ({ tasks, gone, plans, diagnostics, spent, isOtherGraph }) => {
      const { overview } = state;
      // Its tasks come as a whole.
      if (overview === null || isOtherGraph) return load();
      const all = new Map(state.tasks ?? []);
      for (const id of gone) all.delete(id);
      for (const task of tasks) all.set(task.id, task);
      change({ tasks: all, plans, diagnostics, overview: { ...overview, spent } });
    },
    trouble: tellTrouble,
    connected: (isConnected) => {
      change({ isConnected });
      if (isConnected) load();
    },
  });
}

function load(): void {
  void ask<Overview>("overview").then(({ document: overview, words }) => {
    if (overview === null) return tellTrouble(words);
    const { tasks, plans, diagnostics } = overview.status;
    change({ overview, tasks: new Map(tasks.map((task) => [task.id, task])), plans, diagnostics });
  });
}

function happened({ build, judged, settled, running, ...figures }: Happened): void {
  const ended = new Map(build === state.build ? state.ended : []);
  const tasks = new Map(state.tasks ?? []);
  const judge = (id: string, part: Partial<StatusTask>) => {
    const task = tasks.get(id);
    if (task !== undefined) tasks.set(id, { ...task, ...part });
  };
  for (const [id, verdict] of judged) judge(id, { verdict });
  for (const [id, action] of settled) {
    ended.set(id, action === "failed" || action === "blocked" ? action : "done");
    if (ended.get(id) === "done") judge(id, { verdict: "fresh", reasons: [] });
  }
  const live = { ...figures, running: new Map(running) };
  change({ build, live, ended, ...(state.tasks === null ? {} : { tasks }) });
}
