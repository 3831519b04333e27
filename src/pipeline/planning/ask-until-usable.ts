// How is a planner asked until its answer can be used? Each time in a fresh session, with the answer before and what was
// wrong with it, until the tries are used up.

import type { RolePrompt } from "../../context/bounded.ts";
import type { Refused } from "../../context/refused.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import { failed, type Result } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import type { Window } from "../../model/window.ts";
import { promptOf } from "../sessions/prompt.ts";
import { askPlanner, type PlannerEnvironment } from "./ask-planner.ts";
import type { FeatureOrder } from "./plan-feature.ts";
import type { PlannerGround } from "./planner-projects.ts";
import { markRefused, refusedBefore } from "./rounds.ts";

export interface Question<T> {
  readonly role: Role;
  readonly agents: readonly AgentDeclaration[];
  /** What the agent may read; null for those who have all that they need in the window. */
  readonly ground: PlannerGround | null;
  /** How often it may be asked, the first time included. */
  readonly tries: number;
  readonly window: (prompt: RolePrompt, refused: Refused | null) => Result<Window>;
  /** Findings, one line each, where the answer cannot be used. */
  readonly read: (answer: string, window: Window) => Promise<Result<T, readonly string[]>>;
}

export async function askUntilUsable<T>(
  environment: PlannerEnvironment,
  { facts, sources }: FeatureOrder,
  question: Question<T>,
): Promise<Result<T>> {
  const { role, agents, tries, ground } = question;
  const { id: feature, projects } = facts.feature;
  const [project = ""] = projects;
  const prompt = await promptOf(
    sources,
    role,
    sources.workspace.projects.find(({ id }) => id === project) ?? null,
  );
  if (!prompt.ok) return prompt;
  const { root } = environment.sessions;
  const known = refusedBefore(root, feature, { role, key: facts.key });
  if (!known.ok) return known;
  let refused: Refused | null = known.value;
  for (let attempt = 1; ; attempt++) {
    const window = question.window(prompt.value, refused);
    if (!window.ok) return window;
    const session = { role, agents, feature, project, attempt, window: window.value, ground };
    const answer = await askPlanner(environment, session);
    if (!answer.ok) return answer;
    const read = await question.read(answer.value, window.value);
    if (read.ok) return read;
    const faults = read.failure;
    if (attempt >= tries) {
      const marked = await markRefused(root, feature, role, {
        answer: answer.value,
        findings: faults,
        key: facts.key,
      });
      if (!marked.ok) return marked;
      return failed({ reason: "agent-answer", role, detail: faults.join(" ") });
    }
    refused = { answer: answer.value, findings: faults };
  }
}
