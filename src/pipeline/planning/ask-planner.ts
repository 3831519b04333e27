// How is an agent asked for a document? In a session of its own, of which only the answer goes on: its transcript, its
// folder and its log are nobody's input. What it reads in the project makes nothing stale either: a plan is for the
// request.

import { makeAgent } from "../../agents/catalogue.ts";
import { windowTexts } from "../../context/window-text.ts";
import type { AgentDeclaration } from "../../model/agent.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import type { Window } from "../../model/window.ts";
import { dispose } from "../../workspaces/worktree.ts";
import { TreeSnapshot } from "../projects/tree-snapshot.ts";
import { type Desk, inquire } from "../sessions/session.ts";
import type { Ground, PlanSites } from "./plan-sites.ts";
import { planningSalt } from "./rounds.ts";
import type { SharedPlaces } from "./shared-places.ts";

export interface PlannersDesk {
  readonly desk: Desk;
  readonly sites: PlanSites;
  readonly places: SharedPlaces;
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
  readonly ground: Ground | null;
}

export function askPlanner(planners: PlannersDesk, question: PlanningQuestion): Promise<Result<string>> {
  return planners.places.hold(question.project, () => askNow(planners, question));
}

async function askNow({ desk, sites }: PlannersDesk, question: PlanningQuestion): Promise<Result<string>> {
  const { agents, role, feature, project, attempt, window, ground } = question;
  if (desk.signal.aborted) return failed({ reason: "cancelled" });
  const salt = planningSalt(desk.root, feature, role, attempt);
  if (!salt.ok) return salt;
  const needsFolder = ground !== null && agents.some((agent) => makeAgent(agent).needsWorktree);
  const folder = needsFolder
    ? await sites.checkOut(ground, `plan-${feature}-${role}-${attempt}`)
    : success(null);
  if (!folder.ok) return folder;
  try {
    const { result } = await inquire(desk, agents, {
      errand: { role, phase: "planning", subject: feature, project, attempt, salt: salt.value, window },
      ...windowTexts(window),
      looks:
        ground === null
          ? null
          : { snapshot: new TreeSnapshot(ground.site, ground.tree), dir: folder.value?.dir ?? null },
    });
    return result;
  } finally {
    if (folder.value !== null) await dispose(folder.value.home);
  }
}
