// What does the live view look like at one moment? A pure picture of the state, never wider than the terminal and
// never taller. What may be left out first: the critical path, then the fleet, waiting tasks, running ones, and failures; never
// the bar.

import type { Role } from "../model/role.ts";
import { clip, columns, pad } from "./columns.ts";
import { briefMoney, duration, money, price, stopwatch, timeOfDay } from "./figures.ts";
import { fleetSight } from "./fleet-text.ts";
import { entriesOf, hasKey, sizeOf } from "./large-map.ts";
import type { Activity, LiveState, Phase, Trial } from "./live-state.ts";
import { plain } from "./plain.ts";
import type { RemainingWork } from "./remaining-work.ts";
import { type Line, paint, type Span } from "./theme.ts";

export interface Screen {
  readonly width: number;
  readonly height: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly color: boolean;
  readonly remaining: RemainingWork;
  /** The running task that a key looks into; null where none runs, or no keys are heard. */
  readonly chosen: string | null;
}

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const SPIN_MS = 100;
const WAITING_LINES = 3;
/** More than a line shows. */
const PATH_TASKS = 40;
/** A task that drafts for longer is one that somebody may want to look into. */
const LONG_MS = 30_000;
/** Few steps, so that the bar does not breathe with every digit beside it. */
const BAR_WIDTHS = [24, 16, 8];

export function frame(state: LiveState, screen: Screen): string[] {
  if (screen.height < 1 || screen.width < 1) return [];
  const room = screen.height - 1;
  const names = nameWidth(state, screen.width);
  const failures = capped(failureLines(state, names), Math.ceil(room / 3), "more failed");
  const at = screen.chosen === null ? 0 : [...state.running.keys()].indexOf(screen.chosen);
  const running = capped(runningLines(state, screen, names), room - failures.length, "more running", at);
  const left = room - failures.length - running.length;
  const waiting = waitingLines(state, names, Math.min(WAITING_LINES + 1, left));
  const asides = [...fleetLine(state), ...pathLine(screen.remaining), ...lookLine(state, screen)];
  const told = [...running, ...waiting, ...failures, ...asides.slice(0, left - waiting.length)];
  return [...told, barLine(state, screen)].map((line) => paint(line, screen.color, screen.width));
}

/** At most `limit` lines, that `at` one position among them; where some are left out, the last line says how many. */
function capped(lines: readonly Line[], limit: number, what: string, at = 0): Line[] {
  if (lines.length <= limit) return [...lines];
  if (limit < 1) return [];
  const start = Math.max(0, at - limit + 2);
  const shown = lines.slice(start, start + limit - 1);
  return [...shown, [["faint", `    +${lines.length - shown.length} ${what}`]]];
}

/** One column of names for all lines, so that the eye can run down the phases. */
function nameWidth(state: LiveState, width: number): number {
  const names = [
    ...state.running.keys(),
    ...firstOf(entriesOf(state.waiting), WAITING_LINES).map(([task]) => task),
    ...state.failures.map((each) => each.subject),
  ];
  const widest = names.reduce((most, name) => Math.max(most, columns(plain(name))), 0);
  return Math.min(widest, 32, Math.floor(width / 3));
}

function nameCell(name: string, width: number): string {
  return pad(clip(plain(name), width), width);
}

function runningLines(state: LiveState, screen: Screen, names: number): Line[] {
  const spin = SPINNER[Math.floor(screen.now / SPIN_MS) % SPINNER.length] ?? "";
  return [...state.running].map(([subject, activity]) => {
    const time = stopwatch(screen.now - activity.since);
    const room = screen.width - 4 - names - 2 - time.length - 2;
    const phase = clip(plain(phaseText(activity)), Math.max(0, room));
    return [
      subject === screen.chosen ? ["note", "› "] : "  ",
      sign(activity, spin),
      ` ${nameCell(subject, names)}  `,
      [activity.phase.kind === "between" || activity.waitsFor !== null ? "warn" : "text", pad(phase, room)],
      ["faint", `  ${time}`],
    ];
  });
}

function sign({ phase, waitsFor }: Activity, spin: string): Span {
  return phase.kind === "drafted" || waitsFor !== null ? ["faint", "·"] : ["note", spin];
}

export function phaseText({ phase, waitsFor }: Activity): string {
  const doing = doingText(phase);
  if (waitsFor === null) return doing;
  return `waits for the provider (${waitsFor.cause}) until ${timeOfDay(waitsFor.until)}: ${doing}`;
}

function doingText(phase: Phase): string {
  switch (phase.kind) {
    case "drafting":
      return [
        phase.attempt === 1 ? "drafting" : `drafting, attempt ${phase.attempt}`,
        `by ${phase.agent}`,
        ...(phase.worker === undefined ? [] : [`on ${phase.worker}`]),
      ].join(" ");
    case "drafted":
      return "waiting for a gate slot";
    case "checking":
      if (phase.worker !== undefined) return `gates on ${phase.worker}`;
      return phase.gate === null ? "gates" : `gate ${phase.gate}`;
    case "between":
      return `attempt ${phase.attempt} failed: ${phase.evidence}`;
    case "asking":
      return `${ASKING[phase.role] ?? phase.role} by ${phase.agent}`;
    case "planning":
      return phase.roles.length === 0 ? "planning" : `planning: ${phase.roles.join(", ")}`;
    case "setup":
      return "setup";
    case "canary":
      return trialsText(phase.trials);
    case "merging":
      return "merging";
  }
}

function trialsText(trials: readonly Trial[]): string {
  if (trials.length === 0) return "testing the gates before using them";
  const told = trials.map(({ gate, on }) => `${gate} ${on === "untouched" ? "untouched" : "on its canary"}`);
  return `testing ${trials.length === 1 ? "gate" : "gates"} ${told.join(", ")}`;
}

const ASKING: Readonly<Partial<Record<Role, string>>> = {
  reviewer: "review",
  rebase: "rebase: rewriting the task",
  compressor: "compressing its window",
  tester: "writing its tests",
};

/** A few tasks with what they wait for, then how many more have not begun. */
function waitingLines(state: LiveState, names: number, limit: number): Line[] {
  const tasks = [...state.running.keys()].filter((subject) => !subject.endsWith("/")).length;
  const unstarted = Math.max(sizeOf(state.waiting), state.total - state.done - tasks);
  if (state.ended || unstarted === 0 || limit < 1) return [];
  const named = firstOf(entriesOf(state.waiting), unstarted <= limit ? limit : limit - 1);
  const rest = unstarted - named.length;
  return [
    ...named.map(([task, on]): Line => {
      const open = on.filter((each) => !hasKey(state.settled, each));
      const what = open.length === 0 ? "waits for its turn" : `waits for ${open.join(", ")}`;
      return ["  ", ["faint", `◦ ${nameCell(task, names)}  ${what}`]];
    }),
    ...(rest === 0 ? [] : [[["faint", `    +${rest} waiting`]] as Line]),
  ];
}

function failureLines(state: LiveState, names: number): Line[] {
  return state.failures.map(
    ({ subject, evidence }): Line => [
      "  ",
      ["bad", "✗"],
      ` ${nameCell(subject, names)}  `,
      ["bad", evidence],
    ],
  );
}

function fleetLine({ fleet }: LiveState): Line[] {
  return fleet === null ? [] : [["  ", ["faint", `fleet: ${fleetSight(fleet.sight)}`]]];
}

/** Nothing for a single task, which is shown already. */
function pathLine({ criticalPath }: RemainingWork): Line[] {
  if (criticalPath.length < 2) return [];
  return [["  ", ["faint", `critical path: ${criticalPath.slice(0, PATH_TASKS).join(" → ")}`]]];
}

/** Of a collection that may be large, and is looked at ten times a second. */
function firstOf<T>(all: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const one of all) {
    if (taken.length >= count) break;
    taken.push(one);
  }
  return taken;
}

/** By which keys to look into a task, or by which command into the agent that has drafted for longest. */
function lookLine({ running }: LiveState, { now, chosen }: Screen): Line[] {
  if (chosen !== null) return [["  ", ["faint", "↑ ↓ or a digit: choose · enter: look inside"]]];
  const long = [...running]
    .filter(([, { phase, since }]) => phase.kind === "drafting" && now - since >= LONG_MS)
    .sort(([, a], [, b]) => a.since - b.since);
  return long.slice(0, 1).map(([task]) => ["  ", ["faint", `look inside: factory logs ${task} -f`]]);
}

function barLine(state: LiveState, { width, now, remaining }: Screen): Line {
  const total = Math.max(state.total, state.done);
  const elapsed = state.startedAt === null ? "" : ` · ${stopwatch(now - state.startedAt)}`;
  const left = state.ended ? "" : leftText(remaining);
  const figures = (cost: string, rest: string): Line => [
    ["strong", `${state.done}/${total}`],
    ["bad", state.failed === 0 ? "" : ` · ${state.failed} failed`],
    ["warn", state.blocked === 0 ? "" : ` · ${state.blocked} blocked`],
    ["faint", `${elapsed} · ${cost}${rest}`],
  ];
  const share = total === 0 ? 0 : state.done / total;
  // The note on unknown prices and what is left may shorten the bar, but not push it out.
  const brief = briefMoney(state.cost);
  for (const [cost, rest] of [
    [money(state.cost), left],
    [brief, left],
    [brief, ""],
  ] as const) {
    const told = figures(cost, rest);
    const room = width - 4 - columns(paint(told, false));
    const bar = BAR_WIDTHS.find((each) => each <= room);
    if (bar !== undefined) return ["  ", ...barOf(share, bar), "  ", ...told];
  }
  return ["  ", ...figures(brief, "")];
}

/** Coarse, for it is a guess, and must not flicker. */
function leftText({ ms, usd }: RemainingWork): string {
  if (ms === null || ms === 0) return "";
  const time = ms < 60_000 ? "a minute" : duration(60_000 * Math.round(ms / 60_000)).replace(" 00 s", "");
  const cost = usd === null ? " at an unknown price" : usd < 0.005 ? "" : ` and ${price(usd)}`;
  return ` · ${ms < 60_000 ? "less than" : "about"} ${time}${cost} left`;
}

function barOf(share: number, width: number): Line {
  const full = Math.floor(share * width);
  return [
    ["good", "━".repeat(full)],
    ["faint", "─".repeat(width - full)],
  ];
}
