// Does everything that a feature or task names exist?

import { featureOf } from "../../model/address.ts";
import type { Feature } from "../../model/feature.ts";
import type { Place } from "../../model/place.ts";
import type { Project } from "../../model/project.ts";
import type { Task, TaskType } from "../../model/task.ts";
import { isRoleName, typesIn } from "../../model/task-type.ts";
import type { Templates } from "../../model/template.ts";
import { isTestPath } from "../../model/test-path.ts";
import { drafterIds, type Workspace } from "../../model/workspace.ts";
import type { Findings } from "../findings/findings.ts";
import { clip, suggestion } from "../findings/nearest.ts";

/** Everything that can be named, by name. */
export interface Index {
  readonly workspace: Workspace;
  readonly projects: ReadonlyMap<string, Project>;
  readonly agents: ReadonlyMap<string, string>;
  readonly features: ReadonlyMap<string, Feature>;
  readonly templates: Templates;
  /** Ids of gates by project. */
  readonly gates: ReadonlyMap<string, ReadonlySet<string>>;
  /** Types that a task may have, by project. */
  readonly types: ReadonlyMap<string, readonly TaskType[]>;
}

export function indexOf(
  workspace: Workspace,
  features: readonly Feature[],
  templates: Templates,
  prompted: readonly TaskType[],
): Index {
  const { projects } = workspace;
  return {
    workspace,
    projects: new Map(projects.map((project) => [project.id, project])),
    agents: new Map(workspace.agents.map((agent) => [agent.id, agent.kind])),
    features: new Map(features.map((feature) => [feature.id, feature])),
    templates,
    gates: new Map(projects.map((project) => [project.id, idsOf(project.gates)])),
    types: new Map(projects.map(({ id }) => [id, typesIn(id, workspace, prompted)])),
  };
}

function idsOf(things: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(things.map((thing) => thing.id));
}

/** One name that must be known. */
interface Reference {
  readonly code: string;
  readonly kind: string;
  readonly name: string;
  readonly target: string;
  readonly place: Place;
}

function unknown(reference: Reference, known: Iterable<string>, findings: Findings): void {
  const { code, kind, name, target, place } = reference;
  const message = `${target} names the unknown ${kind} "${clip(name)}".`;
  findings.error(code, { target, place }, { message, fix: suggestion(name, known) });
}

/** Names of projects, templates, agents and gates, and of the feature's own requirements; also those of its tasks. */
export function checkFeatureReferences(feature: Feature, index: Index, findings: Findings): void {
  const target = feature.id;
  const placeOf = (key: string) => feature.places[key] ?? { file: feature.file, line: 1, column: 1 };
  for (const [position, name] of feature.projects.entries()) {
    if (index.projects.has(name)) continue;
    const place = feature.places[`projects.${position}`] ?? placeOf("project");
    unknown(
      { code: "unknown-project", kind: "project", name, target, place },
      index.projects.keys(),
      findings,
    );
  }
  if (feature.template !== null && !index.templates.has(feature.template)) {
    const reference = { code: "unknown-template", kind: "template", name: feature.template, target };
    unknown({ ...reference, place: placeOf("template") }, index.templates.keys(), findings);
  }
  const requirements = idsOf(feature.requirements);
  for (const task of feature.tasks) checkTaskReferences(task, { feature, requirements }, index, findings);
}

/** Names of other features. */
export function checkFeatureDependencies(feature: Feature, index: Index, findings: Findings): void {
  for (const [position, name] of feature.dependsOn.entries()) {
    if (index.features.has(name)) continue;
    const { depends_on: all, [`depends_on.${position}`]: exact } = feature.places;
    const place = exact ?? all ?? { file: feature.file, line: 1, column: 1 };
    const reference = { code: "unknown-feature", kind: "feature", name, target: feature.id, place };
    unknown(reference, index.features.keys(), findings);
  }
}

interface Home {
  readonly feature: Feature;
  readonly requirements: ReadonlySet<string>;
}

function checkTaskReferences(
  task: Task,
  { feature, requirements }: Home,
  index: Index,
  findings: Findings,
): void {
  const target = task.id;
  const placeOf = (key: string) => task.places[key] ?? task.places[key.replace(/\.\d+$/, "")] ?? task.place;
  // A task without a project of its own repeats its feature's, which has its finding already.
  if (!index.projects.has(task.project) && !feature.projects.includes(task.project) && task.project !== "") {
    const reference = { code: "unknown-project", kind: "project", name: task.project, target };
    unknown({ ...reference, place: placeOf("project") }, index.projects.keys(), findings);
  }
  for (const [position, name] of task.requirements.entries()) {
    if (requirements.has(name)) continue;
    const reference = { code: "unknown-requirement", kind: "requirement", name, target };
    unknown({ ...reference, place: placeOf(`requirements.${position}`) }, requirements, findings);
  }
  const gates = index.gates.get(task.project);
  for (const [position, name] of (task.gates ?? []).entries()) {
    if (gates === undefined || gates.has(name)) continue;
    const reference = { code: "unknown-gate", kind: "gate", name, target };
    unknown({ ...reference, place: placeOf(`gates.${position}`) }, gates, findings);
  }
  // What is left out of the task's own list proves nothing of it.
  const judging = task.gates === null || gates === undefined ? gates : new Set(task.gates);
  for (const [position, { proof, place }] of task.acceptance.entries()) {
    if (judging === undefined || typeof proof !== "object" || !("gate" in proof) || judging.has(proof.gate))
      continue;
    const reference = { code: "unknown-gate", kind: "gate of the task", name: proof.gate, target };
    unknown(
      { ...reference, place: task.places[`acceptance.${position}.proof.gate`] ?? place },
      judging,
      findings,
    );
  }
  if (task.agent !== null && !index.agents.has(task.agent)) {
    const reference = { code: "unknown-agent", kind: "agent", name: task.agent, target };
    unknown({ ...reference, place: placeOf("agent") }, index.agents.keys(), findings);
  }
  checkType(task, placeOf("type"), index, findings);
  checkGenerator(task, placeOf("generator"), index, findings);
  checkTestFiles(task, placeOf("scope.files_hint"), index, findings);
}

/** A type is known by a prompt or a route of its own. Of a project that is unknown, no routes are. */
function checkType({ id, type, project }: Task, place: Place, { types }: Index, findings: Findings): void {
  const known = types.get(project);
  if (known === undefined || known.includes(type)) return;
  if (isRoleName(type)) {
    findings.error(
      "reserved-id",
      { target: id, place },
      {
        message: `${id} has the type "${clip(type)}", which is the name of a role.`,
        fix: `Give the type another name, or use one of: ${known.join(", ")}.`,
      },
    );
    return;
  }
  findings.error(
    "unknown-type",
    { target: id, place },
    {
      message: `${id} has the unknown type "${clip(type)}": there is no prompt and no route of that name.`,
      fix: `${suggestion(type, known)} Or write templates/prompts/${type}.hbs, or route it with \`routing: {${type}: …}\`.`,
    },
  );
}

/** Whoever writes the tests first has to be told where. */
function checkTestFiles(task: Task, place: Place, index: Index, findings: Findings): void {
  const isIndependent = task.independentTests || index.projects.get(task.project)?.independentTests === true;
  if (!isIndependent || task.filesHint.length === 0 || task.filesHint.some(isTestPath)) return;
  if (index.agents.get(implementerOf(task, index) ?? "") === "generator") return;
  findings.error(
    "missing-test-file",
    { target: task.id, place },
    {
      message: `The tests of ${task.id} have to be independent, but its files_hint names no test file.`,
      fix: "Add one, such as tests/product.test.ts.",
    },
  );
}

function implementerOf(task: Task, { workspace }: Index): string | undefined {
  return drafterIds(task, workspace)[0];
}

/** Names of other tasks. */
export function checkTaskDependencies(
  task: Task,
  tasks: ReadonlyMap<string, Task>,
  index: Index,
  findings: Findings,
): void {
  for (const [position, name] of task.dependsOn.entries()) {
    if (tasks.has(name)) continue;
    const place = task.places[`depends_on.${position}`] ?? task.places.depends_on ?? task.place;
    const reference = { code: "unknown-dependency", kind: "task", name, target: task.id, place };
    const other = index.features.get(featureOf(name));
    if (other === undefined) unknown(reference, index.features.keys(), findings);
    // A backlog that could not be read has its own findings; that its tasks are unknown is not another one.
    else if (other.tasks.length > 0) {
      const known = other.tasks.map(({ id }) => id);
      unknown(reference, known, findings);
    }
  }
}

/** Where every agent is a generator, no task without a template has anybody: told once for a feature, not for each task. */
export function checkWriters({ id, tasks }: Feature, index: Index, findings: Findings): void {
  const left = tasks.filter((task) => task.generator === null && implementerOf(task, index) !== undefined);
  const [first] = left;
  if (first === undefined || !hasNoWriter(index)) return;
  const some = left.length === 1 ? `${first.id} has` : `${left.length} tasks of ${id} have`;
  findings.error(
    "no-implementer",
    { target: id, place: first.place },
    {
      message: `${some} nobody who writes code: the only agent that is declared renders templates.`,
      fix: "Route an implementer: declare an agent under `agents:` of projects.yaml, and name it in `routing: {implementer: …}` (`factory help agents`).",
    },
  );
}

function hasNoWriter({ agents }: Index): boolean {
  return [...agents.values()].every((kind) => kind === "generator");
}

function checkGenerator(task: Task, place: Place, index: Index, findings: Findings): void {
  const agent = implementerOf(task, index);
  const target = task.id;
  if (task.generator === null) {
    if (agent === undefined || index.agents.get(agent) !== "generator" || hasNoWriter(index)) return;
    findings.error(
      "missing-generator",
      { target, place },
      {
        message: `${target} goes to the generator "${agent}", but names no code part.`,
        fix: "Add generator: template/part, or route the task to another agent.",
      },
    );
    return;
  }
  const slash = task.generator.lastIndexOf("/");
  const name = slash < 0 ? task.generator : task.generator.slice(0, slash);
  const part = slash < 0 ? "" : task.generator.slice(slash + 1);
  const template = index.templates.get(name);
  if (template === undefined) {
    unknown(
      { code: "unknown-template", kind: "template", name, target, place },
      index.templates.keys(),
      findings,
    );
  } else if (!Object.hasOwn(template.parts, part)) {
    const parts = Object.keys(template.parts).map((known) => `${name}/${known}`);
    const reference = { code: "unknown-part", kind: "code part", name: task.generator, target, place };
    unknown(reference, parts, findings);
  }
}
