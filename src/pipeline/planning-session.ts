// How is an agent asked for a document? In a session of its own, of which only the answer goes on: its transcript, its
// folder and its log are nobody's input.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Ask } from "../agents/agent.ts";
import { authorize, makeAgent } from "../agents/catalogue.ts";
import { segmentBytes } from "../context/bounded.ts";
import { windowTexts } from "../context/window-text.ts";
import { taskId } from "../model/address.ts";
import type { AgentDeclaration } from "../model/agent.ts";
import type { Failure } from "../model/failure.ts";
import { NO_USAGE, type Usage } from "../model/output.ts";
import { failed, type Result } from "../model/result.ts";
import type { Purpose, Role } from "../model/role.ts";
import type { Window } from "../model/window.ts";
import { dispose } from "../workspaces/worktree.ts";
import type { AtMost } from "./at-most.ts";
import type { Happening } from "./happening.ts";
import type { Ground, PlanSites } from "./plan-sites.ts";
import { TreeSnapshot } from "./tree-snapshot.ts";

/** The way in which the sessions of a build pay for what they ask. */
export type AskFor = (declaration: AgentDeclaration, purpose: Purpose & { readonly salt: string }) => Ask;

/** For agents that pay for themselves. A hosted one cannot be asked this way, and says so. */
export const UNPAID: { readonly askFor: AskFor; readonly redact: (text: string) => string } = {
  askFor: (declaration) => async () =>
    failed({ reason: "agent-unavailable", agent: declaration.id, detail: "nobody pays for its calls here" }),
  redact: (text) => text,
};

export interface SessionDesk {
  readonly root: string;
  readonly sites: PlanSites;
  /** Places for agents: all features share them. */
  readonly agents: AtMost;
  readonly askFor: AskFor;
  readonly modelCalls: "allowed" | "locked" | "offline";
  readonly redact: (text: string) => string;
  readonly emit: (happening: Happening) => void;
  readonly signal: AbortSignal;
}

export interface Session {
  readonly role: Role;
  readonly agent: AgentDeclaration;
  readonly feature: string;
  /** Counts repairs, from 1. */
  readonly attempt: number;
  readonly window: Window;
  /** What the agent may read; null for those who have all that they need in the window. */
  readonly ground: Ground | null;
}

export function askPlanner(desk: SessionDesk, session: Session): Promise<Result<string>> {
  return desk.agents.run(() => ask(desk, session));
}

async function ask(desk: SessionDesk, session: Session): Promise<Result<string>> {
  const { agent, role, feature, attempt, window, ground } = session;
  if (desk.signal.aborted) return failed({ reason: "cancelled" });
  // What a hosted model answered once can be had without a call; whether one is needed is found out where it is paid.
  const hosted = agent.kind === "openai" || agent.kind === "gemini";
  const permission = hosted ? null : authorize(agent, taskId(feature, role), desk.modelCalls);
  if (permission !== null && !permission.ok) return permission;

  const id = `${feature}/${role}/${attempt}`;
  const name = `plan-${feature}-${role}-${attempt}`;
  const folder = join(desk.root, ".factory", "tasks", feature);
  const scratch = join(folder, `${name}.draft-${attempt}`);
  const port = makeAgent(agent);
  const place = ground !== null && port.needsWorktree ? await desk.sites.checkOut(ground, name) : null;
  if (place !== null && !place.ok) return place;
  tellStart(desk, session, id);
  let usage: Usage = NO_USAGE;
  let failure: Failure | null = null;
  try {
    await mkdir(folder, { recursive: true });
    const ended = await port.reply({
      ...windowTexts(window),
      root: desk.root,
      role,
      subject: feature,
      snapshot: ground === null ? null : new TreeSnapshot(ground.site, ground.tree),
      dir: place === null ? null : place.value.dir,
      scratch,
      log: join(folder, `${name}.log`),
      ask: desk.askFor(agent, {
        ...{ role, phase: "planning", subject: feature, attempt, session: id, salt: "" },
        project: ground?.project ?? null,
      }),
      redact: desk.redact,
      signal: desk.signal,
    });
    usage = ended.usage;
    failure = ended.result.ok ? null : ended.result.failure;
    return ended.result;
  } finally {
    desk.emit({ type: "session-ended", session: id, usage, failure });
    await dispose(scratch);
    if (place !== null) await dispose(place.value.home);
  }
}

function tellStart(
  { emit }: SessionDesk,
  { role, feature, agent, attempt, window }: Session,
  session: string,
): void {
  emit({
    type: "session-started",
    ...{ session, role, subject: feature, agent: agent.id, attempt },
    windowBytes: window.taskBytes,
    segments: window.segments.map((segment) => {
      const { kind, name, place } = segment;
      return { kind, name, bytes: segmentBytes(segment), file: place?.file ?? null };
    }),
  });
}
