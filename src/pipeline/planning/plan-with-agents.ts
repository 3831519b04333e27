// How do agents plan a feature? Three write a document each, side by side and without seeing one another; one merges
// them into the plan, one cuts the plan into tasks. Each is a session of its own, and only its answer goes on. Where people
// said no more than some requirements otherwise, the plan is kept, and only the tasks are gone through.

import { countedBytes, type RolePrompt } from "../../context/bounded.ts";
import { mergerWindow } from "../../context/merger-window.ts";
import { changesIn, type PlannedBefore } from "../../context/planned-before.ts";
import { type PlanningMaterial, plannerWindow } from "../../context/planner-window.ts";
import { roomIn } from "../../context/planning-room.ts";
import type { Refused } from "../../context/refused.ts";
import { repoMap } from "../../context/repo-map.ts";
import { reportingGates } from "../../context/reporting-gates.ts";
import { windowTexts } from "../../context/window-text.ts";
import { localIdOf } from "../../model/address.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Role } from "../../model/role.ts";
import type { Segment, SegmentKind, Window } from "../../model/window.ts";
import { documentIn, planIn } from "../../spec/answers/planned-documents.ts";
import { editedRequirements } from "../../spec/compare/plan-widenings.ts";
import { rulesForPlanning } from "../reading/project-rules.ts";
import type { PlannerEnvironment } from "./ask-planner.ts";
import { askUntilUsable } from "./ask-until-usable.ts";
import { type Cut, cutTasks } from "./cut-tasks.ts";
import { keptPlan } from "./kept-plan.ts";
import type { ByAgents } from "./plan-facts.ts";
import type { FeatureOrder, Planner } from "./plan-feature.ts";
import { changeOf } from "./plan-request.ts";
import type { PlannerGround } from "./planner-projects.ts";
import { type Documents, mergedPlan } from "./settle-plan.ts";
import { waitingPlans } from "./waiting-plans.ts";

const PLANNERS: readonly PlanningMaterial["role"][] = ["spec-planner", "architecture-planner", "qa-planner"];

const SHOWN_TO_ALL: ReadonlySet<SegmentKind> = new Set(["map", "reporting-gates", "request", "rules"]);

/** How often an answer may be asked for, the first time included. */
const TRIES = 2;

/**
 * Features planned side by side are checked against each other: each sees those that were planned before it, and is told
 * of those that wait for a person, from this build or an earlier one.
 */
export function agentsPlanner(environment: PlannerEnvironment): Planner {
  const planned = new Map<string, Feature>();
  let found: ReturnType<typeof waitingPlans> | null = null;
  return async (order, ownPlan) => {
    const { by } = order.facts;
    if (by.kind !== "agents") throw new Error("bug: a template plans by itself");
    const grounds: PlannerGround[] = [];
    for (const project of order.facts.feature.projects) {
      const ground = await environment.projects.ground(project, order.facts.feature);
      if (!ground.ok) return ground;
      grounds.push(ground.value);
    }
    found ??= waitingPlans(order.sources);
    const waiting = await found;
    if (!waiting.ok) return waiting;
    return new FeaturePlanning(environment, { order, by, grounds, planned, waiting: waiting.value }).run(
      ownPlan,
    );
  };
}

interface Material {
  readonly order: FeatureOrder;
  readonly by: ByAgents;
  readonly grounds: readonly PlannerGround[];
  readonly planned: Map<string, Feature>;
  readonly waiting: Map<string, Feature>;
}

class FeaturePlanning {
  readonly #environment: PlannerEnvironment;
  readonly #material: Material;
  readonly #feature: Feature;
  readonly #request: PlanningMaterial["request"];

  #drawn: PlanningMaterial["maps"] | null = null;

  constructor(environment: PlannerEnvironment, material: Material) {
    const { facts } = material.order;
    this.#environment = environment;
    this.#material = material;
    this.#feature = facts.feature;
    const { file, requirements } = facts.feature;
    this.#request = { file, text: facts.requestFile, requirements: requirements.length };
  }

  async run(ownPlan: string | null): Promise<Result<Documents>> {
    const { order } = this.#material;
    // Before anybody is paid: what was asked for last may be out of reach.
    const changed =
      order.facts.backlog === null ? success(null) : await changeOf(order, order.facts, order.sources);
    if (!changed.ok) return changed;
    const diff = changed.value;
    if (ownPlan !== null) {
      const cut = await this.#cutTasks({ text: ownPlan, isPersons: true, isKept: false }, diff);
      return cut.ok ? this.#documents(null, cut.value, diff) : cut;
    }
    const kept = diff === null || order.replace ? success(null) : await keptPlan(order, order.facts, diff);
    if (!kept.ok) return kept;
    if (kept.value !== null) {
      const cut = await this.#cutPlan(kept.value, diff, true);
      if (!cut.ok) return cut;
      // The tasks are what the plan was kept for: the map that planners were shown then stays on record with it.
      if ("backlog" in cut.value) return this.#documents(kept.value, cut.value, diff);
    }
    const plan = await this.#drawPlan(diff);
    if (!plan.ok) return plan;
    const cut = await this.#cutPlan(plan.value, diff, false);
    if (!cut.ok) return cut;
    const context = this.#context();
    return context.ok ? this.#documents(plan.value, cut.value, diff, context.value) : context;
  }

  #documents(
    plan: string | null,
    cut: Cut,
    diff: FeatureDiff | null,
    context: string | null = null,
  ): Result<Documents> {
    if (!("backlog" in cut)) throw new Error("bug: a plan that was not kept does not hold");
    return success({
      plan,
      backlog: cut.backlog,
      context,
      edited: diff === null ? new Set() : editedRequirements(diff),
    });
  }

  /** The tasks follow the plan as it will stand, with what people changed in it. */
  async #cutPlan(plan: string, diff: FeatureDiff | null, isKept: boolean): Promise<Result<Cut>> {
    const { order } = this.#material;
    const shown = await mergedPlan(order, order.facts, plan);
    return shown.ok ? this.#cutTasks({ text: shown.value, isPersons: false, isKept }, diff) : shown;
  }

  #cutTasks(
    plan: { readonly text: string; readonly isPersons: boolean; readonly isKept: boolean },
    diff: FeatureDiff | null,
  ): Promise<Result<Cut>> {
    return cutTasks(this.#environment, { ...this.#material, plan, diff });
  }

  async #drawPlan(diff: FeatureDiff | null): Promise<Result<string>> {
    const { by, order } = this.#material;
    const before = this.#before(diff);
    const documents = await Promise.all(PLANNERS.map((role) => this.#write(role, before)));
    const shown: { role: Role; text: string }[] = [];
    for (const [index, document] of documents.entries()) {
      if (!document.ok) return document;
      shown.push({ role: PLANNERS[index] as Role, text: document.value });
    }
    const { planningBytes } = order.sources.workspace.limits;
    const material = {
      request: this.#request,
      rules: this.#rules(),
      documents: shown,
      maps: this.#maps(),
      before,
    };
    return askUntilUsable(this.#environment, order, {
      role: "plan-merger",
      agents: by.agents.merger,
      ground: null,
      tries: TRIES,
      window: (prompt, refused) => mergerWindow({ ...material, prompt, refused }, planningBytes),
      read: async (answer, window) => {
        const { text, findings: faults } = planIn(answer);
        const all = [...faults, ...tooLong(text, window)];
        return all.length > 0 ? failed(all) : success(text);
      },
    });
  }

  #write(role: PlanningMaterial["role"], before: PlannedBefore | null): Promise<Result<string>> {
    const { by, order, grounds } = this.#material;
    return askUntilUsable(this.#environment, order, {
      role,
      agents: by.agents.planner,
      ground: grounds[0] ?? null,
      tries: TRIES,
      window: (prompt, refused) => this.#plannerWindow(role, prompt, { refused, before }),
      read: async (answer, window) => {
        const text = documentIn(answer);
        const faults = tooLong(text, window);
        return faults.length > 0 ? failed(faults) : success(text);
      },
    });
  }

  /** Null where nothing is known of an earlier planning. */
  #before(diff: FeatureDiff | null): PlannedBefore | null {
    const { facts } = this.#material.order;
    if (diff === null) return null;
    const { tasks } = this.#feature;
    const file = `${folderOf(this.#feature)}/PLAN.md`;
    return {
      plan: facts.plan === null ? null : { file, text: facts.plan },
      tasks: tasks.map((task) => ({
        id: localIdOf(task.id),
        title: task.title,
        requirements: task.requirements,
      })),
      changes: changesIn(diff),
    };
  }

  #plannerWindow(
    role: PlanningMaterial["role"],
    prompt: RolePrompt | null,
    told: { readonly refused: Refused | null; readonly before: PlannedBefore | null },
  ): Result<Window> {
    const { workspace } = this.#material.order.sources;
    const proof = reportingGates(workspace.projects.filter(({ id }) => this.#feature.projects.includes(id)));
    const material = {
      role,
      prompt,
      request: this.#request,
      maps: this.#maps(),
      proof,
      rules: this.#rules(),
      ...told,
    };
    return plannerWindow(material, workspace.limits);
  }

  #rules(): Segment[] {
    return rulesForPlanning(this.#material.order.sources, this.#feature.projects);
  }

  /** Drawn once, for this request; the projects of a feature share the room. */
  #maps(): PlanningMaterial["maps"] {
    const { grounds, order } = this.#material;
    const limit = Math.floor(order.sources.workspace.limits.mapBytes / grounds.length);
    const drawing = { limit, request: this.#request.text, lines: false };
    this.#drawn ??= grounds.map(({ project, code }) => ({ project, text: repoMap(code, drawing) }));
    return this.#drawn;
  }

  /** What all three were given, without what each was told to do with it. */
  #context(): Result<string> {
    const window = this.#plannerWindow("spec-planner", null, { refused: null, before: null });
    if (!window.ok) return window;
    const segments = window.value.segments.filter(({ kind }) => SHOWN_TO_ALL.has(kind));
    return success(windowTexts({ segments, taskBytes: countedBytes(segments) }).text);
  }
}

/** The room that the window told of is the room that the next window has. */
function tooLong(text: string, window: Window): string[] {
  const room = roomIn(window) ?? Number.POSITIVE_INFINITY;
  const bytes = Buffer.byteLength(text);
  return bytes > room ? [`The document has ${bytes} bytes, and room is for ${room}: say it shorter.`] : [];
}
