// Which figures of a build are worth keeping when its journal is gone? A fold of its events into a few counts that can be
// added up over builds. Money is not among them: the account of calls keeps it.

import type { Event } from "../model/event.ts";
import { isDrafting } from "./audit.ts";

export interface BuildFigures {
  readonly build: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Tasks for which an agent was asked, and how many of them were accepted: at once, or at all. */
  readonly drafted: number;
  readonly accepted: number;
  readonly acceptedAtOnce: number;
  readonly attempts: number;
  /** How often a task was started anew from a better text. */
  readonly rebases: number;
  /** Of tasks that were accepted. */
  readonly tokens: number;
  /** Tasks whose outputs were there already, in the project or in the store. */
  readonly reused: number;
  readonly calls: number;
  /** Of these, answered from the store. */
  readonly replayed: number;
  readonly approvals: number;
  readonly changesAsked: number;
  readonly rebasesAsked: number;
  /** Failures of gates that passed when they ran again on the same tree. */
  readonly flakyGates: number;
  /** Sessions that drafted, and bytes of their windows as sent, without their prompts and with them. */
  readonly windows: number;
  readonly windowBytes: number;
  readonly promptedBytes: number;
}

export const NO_FIGURES: BuildFigures = {
  build: "",
  startedAt: 0,
  drafted: 0,
  accepted: 0,
  acceptedAtOnce: 0,
  attempts: 0,
  rebases: 0,
  tokens: 0,
  reused: 0,
  calls: 0,
  replayed: 0,
  approvals: 0,
  changesAsked: 0,
  rebasesAsked: 0,
  flakyGates: 0,
  windows: 0,
  windowBytes: 0,
  promptedBytes: 0,
};

/** It begins with whatever is told first: planning comes before the tasks, and may be all that there is. */
export function foldFigures(before: BuildFigures, event: Event): BuildFigures {
  const figures = before.startedAt === 0 ? { ...before, startedAt: event.at } : before;
  switch (event.type) {
    case "gate-flaky":
      return { ...figures, flakyGates: figures.flakyGates + 1 };
    case "task-rebased":
      return { ...figures, rebases: figures.rebases + 1 };
    case "call-ended":
      return {
        ...figures,
        calls: figures.calls + 1,
        replayed: figures.replayed + (event.replayed ? 1 : 0),
      };
    case "review-ended":
      return {
        ...figures,
        approvals: figures.approvals + (event.verdict === "approve" ? 1 : 0),
        changesAsked: figures.changesAsked + (event.verdict === "changes" ? 1 : 0),
        rebasesAsked: figures.rebasesAsked + (event.verdict === "rebase" ? 1 : 0),
      };
    case "session-started": {
      const { sent } = event;
      if (sent === undefined || !isDrafting(event)) return figures;
      return {
        ...figures,
        windows: figures.windows + 1,
        windowBytes: figures.windowBytes + sent.text,
        promptedBytes: figures.promptedBytes + sent.prompt + sent.text,
      };
    }
    case "task-settled":
      return settled(figures, event);
    default:
      return figures;
  }
}

function settled(figures: BuildFigures, { result }: Extract<Event, { type: "task-settled" }>): BuildFigures {
  const { action, attempts, tokens } = result;
  if (action === "restored" || action === "rebased" || action === "reverified") {
    return { ...figures, reused: figures.reused + 1 };
  }
  if (attempts === 0) return figures;
  const accepted = action === "regenerated";
  return {
    ...figures,
    drafted: figures.drafted + 1,
    attempts: figures.attempts + attempts,
    accepted: figures.accepted + (accepted ? 1 : 0),
    acceptedAtOnce: figures.acceptedAtOnce + (accepted && attempts === 1 ? 1 : 0),
    tokens: figures.tokens + (accepted ? tokens.in + tokens.out : 0),
  };
}

/** True where the build has something to tell. */
export function isTelling({ drafted, reused, calls }: BuildFigures): boolean {
  return drafted + reused + calls > 0;
}

/** The counts of both; name and start are those of the first. */
export function addFigures(a: BuildFigures, b: BuildFigures): BuildFigures {
  const sum: Record<string, number | string> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    if (name !== "build" && name !== "startedAt") sum[name] = (sum[name] as number) + (value as number);
  }
  return sum as unknown as BuildFigures;
}
