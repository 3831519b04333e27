// Do the sources agree with each other? Every rule that needs more than one file, or more than one entry of one.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Feature } from "../../model/feature.ts";
import { isWhole, type Task } from "../../model/task.ts";
import { promptedTypes } from "../../model/task-type.ts";
import type { Template, Templates } from "../../model/template.ts";
import type { Workspace } from "../../model/workspace.ts";
import { Findings } from "../findings/findings.ts";
import { plannersOf } from "../read/planners.ts";
import { checkClaims } from "./claims.ts";
import { checkConfusableIds } from "./confusable-ids.ts";
import { checkParams } from "./feature-params.ts";
import {
  checkFeatureDependencies,
  checkFeatureReferences,
  checkTaskDependencies,
  checkWriters,
  type Index,
  indexOf,
} from "./references.ts";
import { TopologicalOrder } from "./topological-order.ts";
import { checkTypeRoutes } from "./type-routes.ts";
import { checkOutsiders, checkWhole } from "./wholes.ts";
import { checkWorkspace } from "./workspace-entries.ts";

/** What has to be checked. All else is as it was when everything was sound, workspace and templates included. */
export interface ValidationScope {
  /** Features that changed in any way. */
  readonly features: readonly Feature[];
  /** Whether any id, dependency or claim changed, came or went: only then can a feature harm another one. */
  readonly links: boolean;
}

/** All findings, in the order of the sources. Templates are by name; `prompts` are the names of all prompts. */
export function findings(
  workspace: Workspace,
  features: readonly Feature[],
  templates: Templates,
  scope: ValidationScope = { features, links: true },
  prompts: Iterable<string> = [],
): Diagnostic[] {
  const found = new Findings();
  const prompted = promptedTypes(prompts);
  const index = indexOf(workspace, features, templates, prompted);
  checkWorkspace(workspace, found);
  checkTypeRoutes(workspace, features, prompted, found);
  for (const feature of scope.features) {
    checkFeatureReferences(feature, index, found);
    const template = templates.get(feature.template ?? "");
    if (template !== undefined) checkParams(feature, template, found);
    checkPlannable(feature, { workspace, template: template ?? null }, found);
    checkTaskIds(feature, found);
    checkConfusableIds(feature, found);
    const own = new Map(feature.tasks.map((task) => [task.id, task]));
    for (const task of feature.tasks) {
      checkWhole(task, own, found);
      checkComplete(task, feature, found);
      if (!isWhole(task)) checkBounds(task, found);
    }
    checkCovered(feature, found);
    checkWriters(feature, index, found);
  }
  if (scope.links) checkLinks(workspace, features, index, found);
  return found.sorted();
}

interface Planners {
  readonly workspace: Workspace;
  readonly template: Template | null;
}

/** A feature without any task needs somebody who plans it. */
function checkPlannable(feature: Feature, { workspace, template }: Planners, found: Findings): void {
  if (feature.backlog !== "unplanned" || template?.planner) return;
  if (plannersOf(workspace) !== null) return;
  const place = feature.places.files ?? { file: feature.file, line: 1, column: 1 };
  found.error(
    "missing-files-hint",
    { target: feature.id, place },
    {
      message: `The feature ${feature.id} has no backlog, and nothing says which files it may write.`,
      fix: "Add files: to the front matter, or name an agent that plans under routing: {planner: …}.",
    },
  );
}

/** All that concerns more than one feature. It needs no more of them than ids, dependencies and claims. */
function checkLinks(
  { projects }: Workspace,
  features: readonly Feature[],
  index: Index,
  found: Findings,
): void {
  checkFeatureIds(features, found);
  const tasks = new Map(features.flatMap((feature) => feature.tasks.map((task) => [task.id, task] as const)));
  for (const feature of features) {
    checkFeatureDependencies(feature, index, found);
    for (const task of feature.tasks) {
      checkTaskDependencies(task, tasks, index, found);
      checkOutsiders(task, tasks, found);
    }
  }
  const order = new TopologicalOrder(features);
  checkCycles(order, tasks, index.features, found);
  checkClaims(features, { projects, templates: index.templates }, order, found);
}

function checkFeatureIds(features: readonly Feature[], found: Findings): void {
  const known = new Map<string, Feature>();
  for (const feature of features) {
    const first = known.get(feature.id.toLowerCase());
    if (first === undefined) known.set(feature.id.toLowerCase(), feature);
    else {
      const place = { file: feature.file, line: 1, column: 1 };
      found.error(
        "duplicate-id",
        { target: feature.id, place },
        {
          message: `The feature ${feature.id} is also in ${first.file}.`,
          fix: "Rename one of the two; ids that differ only in case count as the same.",
        },
      );
    }
  }
}

function checkTaskIds(feature: Feature, found: Findings): void {
  const known = new Map<string, Task>();
  for (const task of feature.tasks) {
    const first = known.get(task.id.toLowerCase());
    if (first === undefined) known.set(task.id.toLowerCase(), task);
    else {
      found.error(
        "duplicate-id",
        { target: task.id, place: task.places.id ?? task.place },
        {
          message: `The task ${task.id} is already given on line ${first.place.line}.`,
          fix: "Give it the next free id; ids that differ only in case count as the same.",
        },
      );
    }
  }
}

/** Everything below the project's root, as the patterns that people write for it say. */
const BOUNDLESS = /^\*\*(?:\/\*{1,2})*$/;

function checkBounds(task: Task, found: Findings): void {
  const hint = task.filesHint.findIndex((one) => BOUNDLESS.test(one));
  if (hint < 0) return;
  const { places } = task;
  found.warning(
    "boundless-scope",
    {
      target: task.id,
      place: places[`scope.files_hint.${hint}`] ?? places["scope.files_hint"] ?? places.scope ?? task.place,
    },
    {
      message: `${task.id} may write every file of its project, including those that its gates use. No draft is refused for the files that it touches, and no other task runs at the same time.`,
      fix: "Name the files or folders that it needs, such as `src/cart/**` and the file of their tests.",
    },
  );
}

function checkComplete(task: Task, feature: Feature, found: Findings): void {
  if (task.acceptance.length === 0) {
    found.error(
      "missing-acceptance",
      { target: task.id, place: task.places.acceptance ?? task.place },
      {
        message: `${task.id} has no acceptance criterion, so nothing could show that it is done.`,
        fix:
          feature.backlog === "implied"
            ? "Add items to the section Success Criteria or Requirements."
            : "Add acceptance: with at least one statement that a test can prove.",
      },
    );
  }
  // Where the feature itself is the task, its reader has said so.
  if (task.filesHint.length > 0 || feature.backlog === "implied") return;
  const place = task.places["scope.files_hint"] ?? task.places.scope ?? task.place;
  found.error(
    "missing-files-hint",
    { target: task.id, place },
    {
      message: `${task.id} does not say which files it may write.`,
      fix: "Add scope: {files_hint: [path, …]}.",
    },
  );
}

function checkCovered(feature: Feature, found: Findings): void {
  if (feature.tasks.length === 0) return;
  const covered = new Set(feature.tasks.flatMap((task) => task.requirements));
  for (const requirement of feature.requirements) {
    if (covered.has(requirement.id)) continue;
    found.warning(
      "uncovered-requirement",
      { target: feature.id, place: requirement.place },
      {
        message: `No task of ${feature.id} covers ${requirement.id}.`,
        fix: `Add ${requirement.id} to the requirements of a task.`,
      },
    );
  }
}

function checkCycles(
  order: TopologicalOrder,
  tasks: ReadonlyMap<string, Task>,
  features: ReadonlyMap<string, Feature>,
  found: Findings,
): void {
  for (const cycle of order.cycles()) {
    const first = cycle[0] ?? "";
    const task = tasks.get(first);
    const feature = features.get(first);
    const place = task?.places.depends_on ?? task?.place ?? feature?.places.depends_on ?? null;
    found.error(
      "cycle",
      { target: first, place },
      {
        message: `These wait for each other: ${cycle.join(" → ")}.`,
        fix: "Remove one of these dependencies.",
      },
    );
  }
}
