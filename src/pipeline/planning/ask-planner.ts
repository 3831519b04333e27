// How is an agent asked for a document? In a session of its own, of which only the answer goes on: its transcript, its
// folder and its log are nobody's input. What it reads in the project makes nothing stale either: a plan is for the
// request.

import { makeAgent } from "../../agents/agent-kinds.ts";
import { windowTexts } from "../../context/window-text.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import type { Window } from "../../model/window.ts";
import { tellStep, timed } from "../../platform/step-times.ts";
import { dispose } from "../../workspaces/worktree.ts";
import { TreeSnapshot } from "../projects/tree-snapshot.ts";
import { askAgent, type SessionEnvironment } from "../sessions/agent-session.ts";
import type { PlannerGround, PlannerProjects } from "./planner-projects.ts";
import { planningSalt } from "./rounds.ts";
import type { SharedPlaces } from "./shared-places.ts";

export interface PlannerEnvironment {
  readonly sessions: SessionEnvironment;
  readonly projects: PlannerProjects;
  readonly places: SharedPlaces;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface PlanningQuestion {
  readonly role: Role;
  readonly agents: readonly AgentDeclaration[];
  readonly feature: string;
  /** Who pays, and whose turn it takes: the feature's first project. */
  readonly project: string;
  /** Counts repairs, from 1. */
  readonly attempt: number;
  readonly window: Window;
  /** What the agent may read; null for those who have all that they need in the window. */
  readonly ground: PlannerGround | null;
}

export function askPlanner(
  planners: PlannerEnvironment,
  question: PlanningQuestion,
): Promise<Result<string>> {
  const teller = { emit: planners.sessions.emit, clock: planners.clock };
  const since = planners.clock();
  return planners.places.hold(question.project, () => {
    tellStep(teller, "slot", question.feature, since);
    return askNow(planners, question);
  });
}

async function askNow(
  { sessions, projects, clock }: PlannerEnvironment,
  question: PlanningQuestion,
): Promise<Result<string>> {
  const { agents, role, feature, project, attempt, window, ground } = question;
  if (sessions.signal.aborted) return failed({ reason: "cancelled" });
  const salt = planningSalt(sessions.root, feature, role, attempt);
  if (!salt.ok) return salt;
  const needsFolder = ground !== null && agents.some((agent) => makeAgent(agent).needsWorktree);
  const folder = needsFolder
    ? await timed({ emit: sessions.emit, clock }, "trees", feature, () =>
        projects.checkOut(ground, `plan-${feature}-${role}-${attempt}`),
      )
    : success(null);
  if (!folder.ok) return folder;
  try {
    const { result } = await askAgent(sessions, agents, {
      order: { role, phase: "planning", subject: feature, project, attempt, salt: salt.value, window },
      ...windowTexts(window),
      access:
        ground === null
          ? null
          : {
              snapshot: new TreeSnapshot(ground.state, ground.tree),
              dir: folder.value?.dir ?? null,
              borrows: folder.value?.borrows ?? [],
            },
    });
    return result;
  } finally {
    if (folder.value !== null) await dispose(folder.value.home);
  }
}
