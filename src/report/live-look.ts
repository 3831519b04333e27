// Into which running task does whoever watches a build look? A fold of the keys that they press, over what runs.

import { stopwatch } from "./figures.ts";
import { phaseText, type Screen } from "./live-frame.ts";
import type { LiveState } from "./live-state.ts";
import { paint } from "./theme.ts";

export interface Look {
  /** Null: the first that runs. */
  readonly chosen: string | null;
  /** Its log is shown in the place of the build. */
  readonly isOpen: boolean;
}

export const NO_LOOK: Look = { chosen: null, isOpen: false };

const STEPS: Readonly<Record<string, number>> = {
  "\u001b[A": -1,
  "\u001bOA": -1,
  "\u001b[B": 1,
  "\u001bOB": 1,
};

/** `key` as a terminal sends it. Any key leaves a log. */
export function pressed(look: Look, key: string, state: LiveState): Look {
  if (look.isOpen) return { ...look, isOpen: false };
  const tasks = lookable(state);
  const at = tasks.indexOf(chosenIn(look, state) ?? "");
  if (at === -1) return look;
  if (key === "\r" || key === "\n") return { chosen: tasks[at] ?? null, isOpen: true };
  const step = STEPS[key];
  const next = step !== undefined ? at + step : /^[1-9]$/.test(key) ? Number(key) - 1 : at;
  return { ...look, chosen: tasks[next] ?? tasks[at] ?? null };
}

/** The task that `enter` looks into; null where none runs. */
export function chosenIn({ chosen }: Look, state: LiveState): string | null {
  const tasks = lookable(state);
  return chosen !== null && tasks.includes(chosen) ? chosen : (tasks[0] ?? null);
}

/** Projects and features have no log of their own. */
function lookable({ running }: LiveState): readonly string[] {
  return [...running.keys()].filter((subject) => subject.includes(":"));
}

/** The end of a task's log as the whole screen, at most as high and as wide as it is. `lines` null: there is no log yet. */
export function lookFrame(
  state: LiveState,
  screen: Screen,
  { task, lines }: { readonly task: string; readonly lines: readonly string[] | null },
): string[] {
  const activity = state.running.get(task);
  const what =
    activity === undefined
      ? "is not worked on any more"
      : `${phaseText(activity)}  ${stopwatch(screen.now - activity.since)}`;
  const told = lines ?? ["no agent has said anything yet"];
  const room = Math.max(0, screen.height - 2);
  const shown = room === 0 ? [] : told.slice(-room);
  return [
    paint([["strong", task], `  ${what}`], screen.color, screen.width),
    ...shown.map((line) => paint([line], screen.color, screen.width)),
    paint([["faint", "any key returns"]], screen.color, screen.width),
  ].slice(0, screen.height);
}
