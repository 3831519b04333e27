// How well does the factory work, day by day? Joins what builds came to with what they cost. It reads nothing.

import { isSpecialist, type Role } from "../model/role.ts";
import type { Spending } from "../model/spending.ts";
import { addFigures, type BuildFigures, NO_FIGURES } from "./build-figures.ts";
import { clip, pad } from "./columns.ts";
import { addUp, type Sum } from "./cost-totals.ts";
import { briefMoney, count, money, size } from "./figures.ts";
import type { JsonObject } from "./json.ts";
import { sparkline } from "./sparkline.ts";
import { type Line, paintAll } from "./theme.ts";

/** The figures of one day in UTC, or of all. */
export interface Metrics {
  /** `2026-11-22`; null for what was written down without a date. */
  readonly day: string | null;
  readonly builds: number;
  readonly figures: BuildFigures;
  readonly total: Sum;
  /** Known cost by phase, in USD. */
  readonly phases: Readonly<Record<"planning" | "implementation" | "rework", number>>;
  /** The same by type of task, of types that are the workspace's own; the dearest first. */
  readonly types: readonly { readonly name: string; readonly usd: number }[];
}

export function metricsOf(builds: readonly BuildFigures[], spending: readonly Spending[]): Metrics {
  return metricsOn(null, builds, spending);
}

/** The oldest day first. */
export function metricsByDay(
  builds: readonly BuildFigures[],
  spending: readonly Spending[],
): readonly Metrics[] {
  const days = new Map<string, { builds: BuildFigures[]; spending: Spending[] }>();
  const on = (at: number) => {
    const day = new Date(at).toISOString().slice(0, 10);
    const found = days.get(day) ?? { builds: [], spending: [] };
    days.set(day, found);
    return found;
  };
  for (const build of builds) on(build.startedAt).builds.push(build);
  for (const one of spending) if (one.at !== null) on(one.at).spending.push(one);
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, { builds, spending }]) => metricsOn(day, builds, spending));
}

function metricsOn(
  day: string | null,
  builds: readonly BuildFigures[],
  spending: readonly Spending[],
): Metrics {
  const { total, phases, roles } = addUp(spending);
  const usd = (name: string) => phases.find((share) => share.name === name)?.sum.cost.usd ?? 0;
  return {
    day,
    builds: builds.length,
    figures: builds.reduce(addFigures, NO_FIGURES),
    total,
    phases: {
      planning: usd("planning"),
      implementation: usd("implementation"),
      rework: usd("rework"),
    },
    types: roles
      .filter(({ name }) => name !== "unknown" && isSpecialist(name as Role))
      .map(({ name, sum }) => ({ name, usd: sum.cost.usd })),
  };
}

/** Null where there is nothing to divide by: a share of nothing is not zero. */
function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function meanSize(bytes: number, windows: number): string {
  const mean = share(bytes, windows);
  return mean === null ? "-" : size(Math.round(mean));
}

function percent(value: number | null): string {
  return value === null ? "-" : `${Math.round(100 * value)} %`;
}

export function metricsText(all: Metrics, days: readonly Metrics[], color: boolean): string[] {
  const { figures: f, total, phases, types } = all;
  if (all.builds === 0 && total.calls === 0) return ["no build has drafted anything yet"];
  const reviews = f.approvals + f.changesAsked + f.rebasesAsked;
  const known = phases.planning + phases.implementation + phases.rework;
  const perTask = share(f.tokens, f.accepted);
  const rows: readonly (readonly [string, string, string])[] = [
    [
      "accepted at the first attempt",
      percent(share(f.acceptedAtOnce, f.drafted)),
      `${f.acceptedAtOnce} of ${count(f.drafted, "task")}`,
    ],
    [
      "accepted at all",
      percent(share(f.accepted, f.drafted)),
      `${f.accepted} of ${count(f.drafted, "task")}`,
    ],
    ["started again from a rewritten task", percent(share(f.rebases, f.drafted)), count(f.rebases, "rebase")],
    ["tokens per accepted task", perTask === null ? "-" : String(Math.round(perTask)), ""],
    [
      "window of a task, as sent",
      meanSize(f.windowBytes, f.windows),
      f.windows === 0 ? "" : `${meanSize(f.promptedBytes, f.windows)} with its prompt`,
    ],
    [
      "answers read again from the store",
      percent(share(f.replayed, f.calls)),
      `${f.replayed} of ${count(f.calls, "call")}`,
    ],
    ["prompt tokens cached by providers", percent(share(total.tokens.cached, total.tokens.in)), ""],
    [
      "outputs reused without an agent",
      percent(share(f.reused, f.reused + f.drafted)),
      `${f.reused} of ${count(f.reused + f.drafted, "task")}`,
    ],
    ["reviews that approved", percent(share(f.approvals, reviews)), reviewsText(f)],
    ["failures of flaky gates", String(f.flakyGates), "no attempt was spent on them"],
    ["cost", money(total.cost), ""],
    ["  for planning", percent(share(phases.planning, known)), briefUsd(phases.planning)],
    ["  for implementation", percent(share(phases.implementation, known)), briefUsd(phases.implementation)],
    ["  for rework", percent(share(phases.rework, known)), briefUsd(phases.rework)],
    ...types.map(({ name, usd }) => {
      return [`  for tasks of type ${clip(name, 16)}`, percent(share(usd, known)), briefUsd(usd)] as const;
    }),
  ];
  const lines = rows.map(
    ([name, value, why]): Line => [pad(name, 36), ["strong", value.padStart(8)], ["faint", `  ${why}`]],
  );
  return paintAll([...lines, ...dayLines(days)], color);
}

function reviewsText({ approvals, changesAsked, rebasesAsked }: BuildFigures): string {
  return `${approvals} approved, ${changesAsked} asked for changes, ${rebasesAsked} for a rebase`;
}

function briefUsd(usd: number): string {
  return briefMoney({ usd, complete: true });
}

function dayLines(days: readonly Metrics[]): Line[] {
  if (days.length < 2) return [];
  const rows = days.map(
    ({ day, figures, total }): Line => [
      `  ${day}  ${String(figures.drafted).padStart(7)}  ${percent(share(figures.acceptedAtOnce, figures.drafted)).padStart(8)}`,
      `  ${String(figures.rebases).padStart(7)}  ${briefMoney(total.cost).padStart(9)}`,
    ],
  );
  return [
    [],
    [["note", "  day         drafted  at once   rebases       cost"]],
    ...rows,
    [],
    ...courses(days),
  ];
}

/** Days that a line shows; one column each, the latest at its end. */
const SHOWN_DAYS = 60;

function courses(all: readonly Metrics[]): Line[] {
  const days = all.slice(-SHOWN_DAYS);
  const course = (name: string, figure: (day: Metrics) => number | null, most?: number): Line => [
    `  ${pad(name, 10)}  `,
    ["note", sparkline(days.map(figure), most)],
  ];
  return [
    course("drafted", ({ figures }) => figures.drafted),
    course("at once", ({ figures }) => share(figures.acceptedAtOnce, figures.drafted), 1),
    course("rebases", ({ figures }) => figures.rebases),
    course("cost", ({ total: { cost } }) => (!cost.complete && cost.usd === 0 ? null : cost.usd)),
  ];
}

export function metricsDocument(all: Metrics, days: readonly Metrics[]): JsonObject {
  return {
    schema: 1,
    ...metricsObject(all),
    days: days.map((one) => ({ day: one.day, ...metricsObject(one) })),
  };
}

function metricsObject({ builds, figures: f, total, phases, types }: Metrics): JsonObject {
  const known = phases.planning + phases.implementation + phases.rework;
  return {
    builds,
    tasks: { drafted: f.drafted, accepted: f.accepted, reused: f.reused },
    attempts: f.attempts,
    first_attempt_success: share(f.acceptedAtOnce, f.drafted),
    rebases: f.rebases,
    rebase_frequency: share(f.rebases, f.drafted),
    tokens_per_accepted_task: share(f.tokens, f.accepted),
    windows: {
      sessions: f.windows,
      mean_bytes: share(f.windowBytes, f.windows),
      mean_bytes_with_prompt: share(f.promptedBytes, f.windows),
    },
    calls: { answered: f.calls, replayed: f.replayed },
    replay_rate: share(f.replayed, f.calls),
    provider_cache_rate: share(total.tokens.cached, total.tokens.in),
    reuse_rate: share(f.reused, f.reused + f.drafted),
    reviews: { approve: f.approvals, changes: f.changesAsked, rebase: f.rebasesAsked },
    flaky_gates: f.flakyGates,
    usd: !total.cost.complete && total.cost.usd === 0 ? null : total.cost.usd,
    usd_complete: total.cost.complete,
    cost_share: {
      planning: share(phases.planning, known),
      implementation: share(phases.implementation, known),
      rework: share(phases.rework, known),
    },
    cost_by_type: Object.fromEntries(types.map(({ name, usd }) => [name, usd])),
  };
}
