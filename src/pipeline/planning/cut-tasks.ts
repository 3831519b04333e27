// How is a plan cut into tasks? By a session that sees the plan and what is there already; what it answers has to be sound
// in the whole workspace, and what a change does not reach stays as it was.

import { type BacklogMaterial, backlogMapBytes, backlogWindow } from "../../context/backlog-window.ts";
import { claimedFiles } from "../../context/claimed-files.ts";
import { changesIn } from "../../context/planned-before.ts";
import { repoMap } from "../../context/repo-map.ts";
import { backlogGates } from "../../context/reporting-gates.ts";
import { routeRole } from "../../engine/route.ts";
import { localIdOf } from "../../model/address.ts";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import type { FeatureDiff } from "../../model/feature-diff.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Segment } from "../../model/window.ts";
import { withGivenBack } from "../../spec/answers/given-back.ts";
import { keepTasks, reachedTasks, sameEntries } from "../../spec/answers/keep-tasks.ts";
import { patchTasks } from "../../spec/answers/patch-tasks.ts";
import { plannedBacklog } from "../../spec/answers/planned-backlog.ts";
import { previousTasks } from "../../spec/answers/previous-tasks.ts";
import { requotedBacklog } from "../../spec/answers/requote.ts";
import { waitingClashes } from "../../spec/answers/waiting-clashes.ts";
import { editedRequirements, planWidenings } from "../../spec/compare/plan-widenings.ts";
import { strayPaths } from "../../spec/validate/constraint-paths.ts";
import { findings } from "../../spec/validate/validate.ts";
import { pointerFaults } from "../projects/pointer-faults.ts";
import { rulesForPlanning } from "../reading/project-rules.ts";
import { windowFindings } from "../reading/window-findings.ts";
import type { PlannerEnvironment } from "./ask-planner.ts";
import { askUntilUsable } from "./ask-until-usable.ts";
import type { ByAgents } from "./plan-facts.ts";
import type { FeatureOrder } from "./plan-feature.ts";
import type { PlannerGround } from "./planner-projects.ts";
import { testRoomFaults } from "./test-room-faults.ts";
import { typesToTell } from "./types-to-tell.ts";

/** How often the backlog may be asked for, the first time included. */
const TRIES = 3;

export interface Cutting {
  readonly order: FeatureOrder;
  readonly by: ByAgents;
  readonly grounds: readonly PlannerGround[];
  /** Features as they were planned in this build so far. */
  readonly planned: Map<string, Feature>;
  /** Features as plans have them that wait for a person. */
  readonly waiting: Map<string, Feature>;
  readonly plan: { readonly text: string; readonly isPersons: boolean; readonly isKept: boolean };
  /** What changed since the tasks were cut last; null for the first time. */
  readonly diff: FeatureDiff | null;
}

/** BACKLOG.yaml; or that a plan which was kept does not hold any more. */
export type Cut = { readonly backlog: string } | { readonly replan: string };

export function cutTasks(environment: PlannerEnvironment, cutting: Cutting): Promise<Result<Cut>> {
  return new TaskCutting(environment, cutting).run();
}

class TaskCutting {
  readonly #environment: PlannerEnvironment;
  readonly #cutting: Cutting;
  readonly #feature: Feature;
  readonly #edited: ReadonlySet<string>;
  readonly #reached: ReadonlySet<string>;
  /** The backlog until now, with new quotes where the plan is kept; null where there is none to go by. */
  readonly #previous: string | null;
  /** Tasks that were to be split, in any answer so far. */
  readonly #tooLarge = new Set<string>();
  #answers = 0;
  /** Clashes with plans that wait which were told. */
  readonly #clashes = new Set<string>();

  constructor(environment: PlannerEnvironment, cutting: Cutting) {
    const { facts } = cutting.order;
    const { diff, plan } = cutting;
    this.#environment = environment;
    this.#cutting = cutting;
    this.#feature = facts.feature;
    this.#edited = new Set(diff?.requirements.map(({ id }) => id));
    this.#reached = diff === null ? new Set<string>() : reachedTasks(this.#feature, diff);
    const backlog = diff === null ? null : facts.backlog;
    this.#previous =
      backlog === null || diff === null || !plan.isKept
        ? backlog
        : requotedBacklog(backlog, this.#feature, this.#reached, diff.requirements);
  }

  async run(): Promise<Result<Cut>> {
    const { order, by, plan, diff } = this.#cutting;
    const types = await typesToTell(order.sources, this.#feature.projects);
    if (!types.ok) return types;
    const file = `${folderOf(this.#feature)}/PLAN.md`;
    const { windowBytes, planningBytes, mapBytes } = order.sources.workspace.limits;
    const limits = { planningBytes, mapBytes: backlogMapBytes(mapBytes) };
    const maps = this.#maps(limits.mapBytes);
    const previous = this.#previous;
    const shown =
      previous === null || diff === null
        ? null
        : {
            tasks: previousTasks(previous, this.#feature, this.#reached),
            changes: changesIn(diff),
            isPlanKept: plan.isKept,
          };
    return askUntilUsable<Cut>(this.#environment, order, {
      role: "backlog",
      agents: by.agents.backlog,
      ground: null,
      tries: TRIES,
      window: (prompt, refused) => {
        const material = {
          ...{ prompt, refused, feature: this.#feature, previous: shown },
          plan: { file, text: plan.text, isPersons: plan.isPersons },
          maps,
          facts: [...this.#facts(plan.text), ...types.value],
          windowBytes,
          rules: rulesForPlanning(order.sources, this.#feature.projects),
        };
        return backlogWindow(material, limits);
      },
      read: (answer) => this.#read(answer),
    });
  }

  async #read(answer: string): Promise<Result<Cut, readonly string[]>> {
    this.#answers++;
    const why = /^\s*replan:\s*(\S.*?)\s*$/m.exec(answer)?.[1];
    if (
      this.#cutting.plan.isKept &&
      why !== undefined &&
      !/^\s*(?:- +)?["']?(?:tasks|id)["']?\s*:/m.test(answer)
    )
      return success({ replan: why });
    const previous = this.#previous;
    const parsed = this.#parse(answer, () => []);
    if (!parsed.ok) return parsed;
    const kept = previous === null ? parsed.value.text : this.#kept(parsed.value, previous);
    if (kept === null) return failed(["The tasks are no list; write `tasks:` with one entry for each task."]);
    return this.#sound(kept);
  }

  #kept({ text, feature }: { readonly text: string; readonly feature: Feature }, previous: string) {
    const { facts, sources } = this.#cutting.order;
    const known = new Map(facts.feature.tasks.map((task) => [task.id, task]));
    // A task that is now to meet a changed requirement is reached by the change, too.
    const named = feature.tasks.filter(({ id, requirements }) => {
      const before = known.get(id)?.requirements;
      return before && requirements.some((one) => this.#edited.has(one) && !before.includes(one));
    });
    const reached = new Set([...this.#reached, ...sameEntries(feature, named)]);
    const taken = new Set(Object.keys(sources.locks.get(feature.id)?.tasks ?? {}));
    return keepTasks({ feature: feature.id, previous, answer: text, reached, taken });
  }

  #parse(answer: string, check: (feature: Feature) => readonly Diagnostic[]) {
    const { facts } = this.#cutting.order;
    const bytes = new TextEncoder().encode(facts.requestFile);
    const previous = this.#previous;
    const filledIn = (text: string) => (previous === null ? text : withGivenBack(text, previous));
    return plannedBacklog(answer, { path: facts.feature.file, bytes }, check, filledIn);
  }

  /** By the rules of the whole workspace, with this feature in it. */
  async #sound(backlog: string): Promise<Result<Cut, readonly string[]>> {
    const { order, planned, waiting, grounds, diff } = this.#cutting;
    const { workspace, templates, prompts } = order.sources;
    const read = this.#parse(backlog, () => []);
    if (!read.ok) return read;
    const { feature } = read.value;
    // What a change does not reach stays as it is, so nothing is asked of it.
    const before = new Map(diff === null ? [] : order.facts.feature.tasks.map((task) => [task.id, task]));
    const recut = feature.tasks.filter(({ id }) => !before.has(id) || this.#reached.has(localIdOf(id)));
    const large = await windowFindings(order.sources, [{ ...feature, tasks: recut }], templates, "planned");
    for (const { target } of large) if (target !== null) this.#tooLarge.add(target);
    const all = this.#around(feature, null).flatMap(({ tasks }) => tasks);
    const pointers = await pointerFaults({ tasks: recut, all, before }, grounds);
    if (!pointers.ok) return failed([`The project could not be looked at: ${pointers.failure.reason}.`]);
    const testless = await testRoomFaults(recut, workspace, grounds);
    if (!testless.ok) return failed([`The project could not be looked at: ${testless.failure.reason}.`]);
    const files = new Map(grounds.map(({ project, tree }) => [project, new Set(tree.keys())]));
    const stray = strayPaths({ ...feature, constraints: [], tasks: recut }, { files, tasks: all });
    const added = diff?.requirements.filter(({ change }) => change === "added").map(({ id }) => id);
    const patches =
      diff === null
        ? []
        : patchTasks({
            before: order.facts.feature.tasks,
            after: feature.tasks,
            added: new Set(added),
            tooLarge: this.#tooLarge,
          });
    // From here to the end without a pause: of two backlogs that clash, the one that is looked at later has to see the other.
    const candidate = this.#parse(backlog, (one) =>
      findings(workspace, this.#around(one, null), templates, undefined, prompts.keys()),
    );
    const faults = [
      ...(candidate.ok ? [] : candidate.failure),
      ...large.map(({ target, message }) => `${target}: ${message} Split the task.`),
      ...pointers.value,
      ...testless.value,
      ...stray.map(({ target, message, fix }) => `${target}: ${message} ${fix}`),
      ...patches,
    ];
    const clashes = this.#newClashes(feature);
    if (faults.length > 0 || clashes.length > 0) return failed([...faults, ...clashes]);
    // What will wait for a person may never be there, so nobody shall build on its tasks.
    const isHeld = this.#waitsForPerson(feature);
    (isHeld ? waiting : planned).set(feature.id, feature);
    (isHeld ? planned : waiting).delete(feature.id);
    return success({ backlog });
  }

  /** What clashes with plans that wait. It is told once, and never where that were the end of the feature: they may never be. */
  #newClashes(feature: Feature): string[] {
    const { order, waiting } = this.#cutting;
    const { workspace, templates, prompts } = order.sources;
    if (waiting.size === 0) return [];
    const today = this.#around(feature, null);
    const check = (all: readonly Feature[]) => findings(workspace, all, templates, undefined, prompts.keys());
    const clashes = waitingClashes({
      feature: feature.id,
      without: check(today),
      beside: check(this.#around(feature, waiting)),
      tasks: new Set(today.flatMap(({ tasks }) => tasks.map(({ id }) => id))),
    }).filter((line) => !this.#clashes.has(line));
    for (const line of clashes) this.#clashes.add(line);
    return this.#answers >= TRIES ? [] : clashes;
  }

  /** All features, this one as it would be. */
  #around(one: Feature, waiting: ReadonlyMap<string, Feature> | null): Feature[] {
    const { order, planned } = this.#cutting;
    return order.sources.features.map((other) => {
      if (other.id === one.id) return one;
      return waiting?.get(other.id) ?? planned.get(other.id) ?? other;
    });
  }

  #waitsForPerson({ tasks }: Feature): boolean {
    const { order, diff } = this.#cutting;
    const { record, backlog, feature } = order.facts;
    if (record === null || backlog === null) return false;
    const edited = diff === null ? new Set<string>() : editedRequirements(diff);
    return planWidenings(feature.tasks, tasks, edited).length > 0;
  }

  /** Of what request and plan name, wherever the plan says more. The projects share the room. */
  #maps(bytes: number): BacklogMaterial["maps"] {
    const { grounds, order, plan } = this.#cutting;
    const limit = Math.floor(bytes / grounds.length);
    const request = `${order.facts.requestFile}\n${plan.text}`;
    return grounds.map(({ project, code }) => ({
      project,
      text: repoMap(code, { limit, request, lines: true }),
    }));
  }

  #facts(plan: string): Segment[] {
    const { order, waiting } = this.#cutting;
    const { workspace } = order.sources;
    const { id, projects } = this.#feature;
    const tasksIn = (features: Iterable<Feature>) =>
      [...features].filter((one) => one.id !== id).flatMap(({ tasks }) => tasks);
    return [
      ...backlogGates(
        workspace.projects.filter((one) => projects.includes(one.id)),
        routeRole("reviewer", workspace).length > 0,
      ),
      ...claimedFiles(
        { tasks: tasksIn(this.#around(this.#feature, null)), waiting: tasksIn(waiting.values()) },
        projects,
        plan,
      ),
    ];
  }
}
