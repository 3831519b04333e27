// How do agents plan a feature? Three write a document each, side by side and without seeing one another; one merges
// them into the plan, one cuts the plan into tasks. Each is a session of its own, and only its answer goes on.

import { backlogWindow } from "../../context/backlog-window.ts";
import { countedBytes, type RolePrompt } from "../../context/bounded.ts";
import { mergerWindow } from "../../context/merger-window.ts";
import { type PlanningMaterial, plannerWindow, roomIn } from "../../context/planner-window.ts";
import type { Refused } from "../../context/refused.ts";
import { reportingGates } from "../../context/reporting-gates.ts";
import { windowTexts } from "../../context/window-text.ts";
import type { AgentDeclaration } from "../../model/agent-declaration.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import type { Segment, SegmentKind, Window } from "../../model/window.ts";
import { keepTasks, reachedTasks } from "../../spec/answers/keep-tasks.ts";
import { plannedBacklog } from "../../spec/answers/planned-backlog.ts";
import { documentIn, planIn } from "../../spec/answers/planned-documents.ts";
import { previousTasks } from "../../spec/answers/previous-tasks.ts";
import { editedRequirements } from "../../spec/compare/plan-widenings.ts";
import { findings } from "../../spec/validate/validate.ts";
import { rulesForPlanning } from "../reading/project-rules.ts";
import { windowFindings } from "../reading/window-findings.ts";
import { promptOf } from "../sessions/prompt.ts";
import { askPlanner, type PlannerEnvironment } from "./ask-planner.ts";
import type { ByAgents } from "./plan-facts.ts";
import type { FeatureOrder, Planner } from "./plan-feature.ts";
import { changeOf } from "./plan-request.ts";
import type { PlannerGround } from "./planner-projects.ts";
import { markRefused } from "./rounds.ts";
import { type Documents, mergedPlan } from "./settle-plan.ts";

const PLANNERS: readonly PlanningMaterial["role"][] = ["spec-planner", "architecture-planner", "qa-planner"];

const SHOWN_TO_ALL: ReadonlySet<SegmentKind> = new Set(["map", "reporting-gates", "request", "rules"]);

/** How often an answer may be asked for, the first time included. */
const TRIES = { document: 2, plan: 2, backlog: 3 } as const;

/** Features planned side by side are checked against each other: each sees those that were planned before it. */
export function agentsPlanner(environment: PlannerEnvironment): Planner {
  const planned = new Map<string, Feature>();
  return async (order, ownPlan) => {
    const { by } = order.facts;
    if (by.kind !== "agents") throw new Error("bug: a template plans by itself");
    const grounds: PlannerGround[] = [];
    const { projects } = order.facts.feature;
    for (const project of projects) {
      const ground = await environment.projects.ground(project, projects.length);
      if (!ground.ok) return ground;
      grounds.push(ground.value);
    }
    return new FeaturePlanning(environment, { order, by, grounds, planned }).run(ownPlan);
  };
}

interface Material {
  readonly order: FeatureOrder;
  readonly by: ByAgents;
  readonly grounds: readonly PlannerGround[];
  readonly planned: Map<string, Feature>;
}

interface Question<T> {
  readonly role: Role;
  readonly agents: readonly AgentDeclaration[];
  readonly mayRead: boolean;
  readonly tries: number;
  readonly window: (prompt: RolePrompt, refused: Refused | null) => Result<Window>;
  /** Findings, one line each, where the answer cannot be used. */
  readonly read: (answer: string, window: Window) => Promise<Result<T, readonly string[]>>;
}

class FeaturePlanning {
  readonly #environment: PlannerEnvironment;
  readonly #material: Material;
  readonly #feature: Feature;
  readonly #request: { readonly file: string; readonly text: string };

  constructor(environment: PlannerEnvironment, material: Material) {
    const { facts } = material.order;
    this.#environment = environment;
    this.#material = material;
    this.#feature = facts.feature;
    this.#request = { file: facts.feature.file, text: facts.requestFile };
  }

  async run(ownPlan: string | null): Promise<Result<Documents>> {
    const { order } = this.#material;
    // Before anybody is paid: what was asked for last may be out of reach.
    const changed =
      order.facts.backlog === null ? success(null) : await changeOf(order, order.facts, order.sources);
    if (!changed.ok) return changed;
    const diff = changed.value;
    const plan = ownPlan === null ? await this.#drawPlan() : success(ownPlan);
    if (!plan.ok) return plan;
    // The tasks follow the plan as it will stand, with what people changed in it.
    const shown = ownPlan === null ? await mergedPlan(order, order.facts, plan.value) : success(ownPlan);
    if (!shown.ok) return shown;
    const backlog = await this.#cutTasks(shown.value, diff);
    if (!backlog.ok) return backlog;
    const context = this.#context();
    if (!context.ok) return context;
    return success({
      plan: ownPlan === null ? plan.value : null,
      backlog: backlog.value,
      context: context.value,
      edited: diff === null ? new Set() : editedRequirements(diff),
    });
  }

  async #drawPlan(): Promise<Result<string>> {
    const { by } = this.#material;
    const documents = await Promise.all(PLANNERS.map((role) => this.#write(role)));
    const shown: { role: Role; text: string }[] = [];
    for (const [index, document] of documents.entries()) {
      if (!document.ok) return document;
      shown.push({ role: PLANNERS[index] as Role, text: document.value });
    }
    const { planningBytes } = this.#limits();
    return this.#ask({
      role: "plan-merger",
      agents: by.agents.merger,
      mayRead: false,
      tries: TRIES.plan,
      window: (prompt, refused) =>
        mergerWindow(
          { prompt, request: this.#request, rules: this.#rules(), documents: shown, refused },
          planningBytes,
        ),
      read: async (answer, window) => {
        const { text, findings: faults } = planIn(answer);
        const all = [...faults, ...tooLong(text, window)];
        return all.length > 0 ? failed(all) : success(text);
      },
    });
  }

  #write(role: PlanningMaterial["role"]): Promise<Result<string>> {
    return this.#ask({
      role,
      agents: this.#material.by.agents.planner,
      mayRead: true,
      tries: TRIES.document,
      window: (prompt, refused) => this.#plannerWindow(role, prompt, refused),
      read: async (answer, window) => {
        const text = documentIn(answer);
        const faults = tooLong(text, window);
        return faults.length > 0 ? failed(faults) : success(text);
      },
    });
  }

  async #cutTasks(plan: string, diff: FeatureDiff | null): Promise<Result<string>> {
    const { order, by } = this.#material;
    const { facts, sources } = order;
    const reached = diff === null ? new Set<string>() : reachedTasks(this.#feature, diff);
    const previous = diff !== null && facts.backlog !== null ? facts.backlog : null;
    const tasks = previous === null ? [] : previousTasks(previous, this.#feature, reached);
    const changes = diff === null ? [] : [...diff.requirements, ...diff.constraints, ...diff.params];
    const lock = sources.locks.get(this.#feature.id);
    const taken = new Set(Object.keys(lock?.tasks ?? {}));
    const file = `specs/${this.#feature.id}/PLAN.md`;
    return this.#ask({
      role: "backlog",
      agents: by.agents.backlog,
      mayRead: false,
      tries: TRIES.backlog,
      window: (prompt, refused) =>
        backlogWindow(
          {
            ...{ prompt, refused, feature: this.#feature, plan: { file, text: plan } },
            ...{ proof: this.#proof(), rules: this.#rules() },
            previous: previous === null ? null : { tasks, changes },
          },
          this.#limits().planningBytes,
        ),
      read: async (answer) => {
        const parsed = this.#parse(answer, () => []);
        if (!parsed.ok) return parsed;
        const feature = this.#feature.id;
        const kept =
          previous === null
            ? parsed.value.text
            : keepTasks({ feature, previous, answer: parsed.value.text, reached, taken });
        if (kept === null)
          return failed(["The tasks are not a list; write `tasks:` with one entry for each task."]);
        return this.#sound(kept);
      },
    });
  }

  #parse(answer: string, check: (feature: Feature) => readonly Diagnostic[]) {
    const bytes = new TextEncoder().encode(this.#request.text);
    return plannedBacklog(answer, { path: this.#request.file, bytes }, check);
  }

  /** By the rules of the whole workspace, with this feature in it. */
  async #sound(backlog: string): Promise<Result<string, readonly string[]>> {
    const { order, planned } = this.#material;
    const { workspace, templates, features } = order.sources;
    const around = (feature: Feature) =>
      features.map((one) => (one.id === feature.id ? feature : (planned.get(one.id) ?? one)));
    const candidate = this.#parse(backlog, (feature) => findings(workspace, around(feature), templates));
    if (!candidate.ok) return candidate;
    const { feature } = candidate.value;
    const large = await windowFindings(order.sources, [feature], templates);
    if (large.length > 0)
      return failed(large.map(({ target, message }) => `${target}: ${message} Split the task.`));
    planned.set(feature.id, feature);
    return success(backlog);
  }

  #plannerWindow(
    role: PlanningMaterial["role"],
    prompt: RolePrompt | null,
    refused: Refused | null,
  ): Result<Window> {
    const maps = this.#material.grounds.map(({ project, map }) => ({ project, text: map }));
    const material = {
      ...{ role, prompt, request: this.#request, maps },
      ...{ proof: this.#proof(), rules: this.#rules(), refused },
    };
    return plannerWindow(material, this.#limits());
  }

  #proof(): Segment[] {
    const { projects } = this.#material.order.sources.workspace;
    return reportingGates(projects.filter(({ id }) => this.#feature.projects.includes(id)));
  }

  #rules(): Segment[] {
    return rulesForPlanning(this.#material.order.sources, this.#feature.projects);
  }

  /** What all three were given, without what each was told to do with it. */
  #context(): Result<string> {
    const window = this.#plannerWindow("spec-planner", null, null);
    if (!window.ok) return window;
    const segments = window.value.segments.filter(({ kind }) => SHOWN_TO_ALL.has(kind));
    return success(windowTexts({ segments, taskBytes: countedBytes(segments) }).text);
  }

  /** Asks until the answer can be used, each time in a fresh session, or the tries are used up. */
  async #ask<T>(question: Question<T>): Promise<Result<T>> {
    const { role, agents, tries } = question;
    const ground = question.mayRead ? (this.#material.grounds[0] ?? null) : null;
    const prompt = await this.#prompt(role);
    if (!prompt.ok) return prompt;
    let refused: Refused | null = null;
    for (let attempt = 1; ; attempt++) {
      const window = question.window(prompt.value, refused);
      if (!window.ok) return window;
      const { id: feature, projects } = this.#feature;
      const [project = ""] = projects;
      const session = {
        ...{ role, agents, feature, project },
        ...{ attempt, window: window.value, ground },
      };
      const answer = await askPlanner(this.#environment, session);
      if (!answer.ok) return answer;
      const read = await question.read(answer.value, window.value);
      if (read.ok) return read;
      const faults = read.failure;
      if (attempt >= tries) {
        const marked = await markRefused(this.#environment.sessions.root, this.#feature.id, role);
        if (!marked.ok) return marked;
        return failed({ reason: "agent-answer", role, detail: faults.join(" ") });
      }
      refused = { answer: answer.value, findings: faults };
    }
  }

  #prompt(role: Role): Promise<Result<RolePrompt>> {
    const { sources } = this.#material.order;
    const project = sources.workspace.projects.find(({ id }) => id === this.#feature.projects[0]);
    return promptOf(sources, role, project ?? null);
  }

  #limits() {
    return this.#material.order.sources.workspace.limits;
  }
}

/** The room that the window told of is the room that the next window has. */
function tooLong(text: string, window: Window): string[] {
  const room = roomIn(window) ?? Number.POSITIVE_INFINITY;
  const bytes = Buffer.byteLength(text);
  return bytes > room ? [`The document has ${bytes} bytes, and room is for ${room}: say it shorter.`] : [];
}
