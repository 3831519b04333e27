// What do foreign specs become in this workspace? Read, cut into tasks, put in order with what is here already, and
// written as documents of ours. Nothing reaches a disk here.

import type { Feature } from "../../model/feature.ts";
import {
  FORMAT_NAME,
  type ImportedFeature,
  type ImportFormat,
  type ImportNote,
} from "../../model/imported.ts";
import {
  backlogDocument,
  featureDocument,
  planDocument,
  type Writing,
} from "../../spec/imports/documents.ts";
import { Notes } from "../../spec/imports/foreign.ts";
import { draftsOf } from "../../spec/imports/task-drafts.ts";
import { Claims } from "../../spec/imports/task-order.ts";
import { type PlannedTask, tasksOf, type Workshop } from "../../spec/imports/tasks.ts";

export interface ImportGround {
  readonly project: string;
  /** Features that the workspace has. */
  readonly features: readonly Feature[];
  readonly workshop: Workshop;
  /** Whether agents are routed that could cut a backlog. */
  readonly canPlan: boolean;
}

export interface Import {
  readonly id: string;
  readonly source: string;
  readonly requirements: number;
  /** Null where the planners are to cut the backlog. */
  readonly tasks: number | null;
  readonly files: Readonly<Record<string, string>>;
  readonly notes: readonly ImportNote[];
}

interface Origin {
  readonly id: string;
  readonly tool: ImportFormat;
  readonly source: string;
}

/** One after the other, so that each knows the files of those before it. */
export class Importer {
  private readonly ground: ImportGround;
  /** What each feature writes. */
  private readonly others = new Map<string, Claims>();

  constructor(ground: ImportGround) {
    this.ground = ground;
    for (const { id, tasks } of ground.features) {
      const here = tasks.filter(({ project }) => project === ground.project);
      this.others.set(id, claimsOf(here.flatMap(({ filesHint }) => filesHint)));
    }
  }

  /** `id` is free; `origin` is what tool wrote it, and where it lies. */
  add(feature: ImportedFeature, { id, tool, source }: Origin, notes: Notes): Import {
    const { tasks, files } = this.cut(feature, notes);
    const dependsOn = this.ordered(id, tasks, notes);
    const writing: Writing = {
      id,
      project: this.ground.project,
      dependsOn,
      origin: `${source} (${FORMAT_NAME[tool]})`,
      feature,
      tasks,
      files,
    };
    const plan =
      tasks === null ? {} : { "PLAN.md": planDocument(writing), "BACKLOG.yaml": backlogDocument(writing) };
    return {
      id,
      source,
      requirements: feature.requirements.length,
      tasks: tasks?.length ?? null,
      files: { "feature.md": featureDocument(writing), ...plan },
      notes: notes.sorted(),
    };
  }

  private cut(
    feature: ImportedFeature,
    notes: Notes,
  ): { tasks: readonly PlannedTask[] | null; files: readonly string[] } {
    const attempt = new Notes();
    const drafts = draftsOf(feature.steps, attempt);
    const isThin =
      drafts.drafts.length === 0 || (this.ground.canPlan && drafts.fileless > drafts.drafts.length);
    if (!isThin) {
      notes.list.push(...attempt.list);
      const done = feature.steps.filter((step) => step.done).length;
      if (done > 0) {
        const spot = feature.steps.find((step) => step.done)?.spot ?? null;
        notes.note(
          "ticked",
          spot,
          `${done} of ${feature.steps.length} tasks are ticked; here gates say what is done, so they are built like the others.`,
        );
      }
      return { tasks: tasksOf(feature, drafts, this.ground.workshop, notes), files: [] };
    }
    return { tasks: null, files: this.leftToPlanners(feature, drafts.fileless, notes) };
  }

  private leftToPlanners(feature: ImportedFeature, fileless: number, notes: Notes): readonly string[] {
    const spot = feature.steps[0]?.spot ?? feature.requirements[0]?.spot ?? null;
    const why =
      feature.steps.length === 0
        ? "It has no tasks"
        : `${fileless} of its ${feature.steps.length} tasks name no file`;
    if (this.ground.canPlan) {
      notes.note(
        "left-to-planning",
        spot,
        `${why}, so the planners will cut its backlog; feature.md holds what they go by.`,
      );
      return [];
    }
    const files = feature.files;
    if (files.length > 0)
      notes.warn(
        "one-task",
        spot,
        `${why}, and nobody is routed to plan: it is one task, which may write the files of its design.`,
      );
    else
      notes.warn(
        "cannot-be-planned",
        spot,
        `${why}, and nobody is routed to plan: add files: to feature.md, or route a planner in projects.yaml.`,
      );
    return files;
  }

  /** Features that write the same file stand in order. */
  private ordered(id: string, tasks: readonly PlannedTask[] | null, notes: Notes): readonly string[] {
    const files = [...new Set((tasks ?? []).flatMap((task) => task.files))];
    const before: string[] = [];
    for (const [other, claims] of this.others) {
      const shared = files.find((file) => claims.meeting(file).size > 0);
      if (shared === undefined) continue;
      before.push(other);
      notes.note(
        "feature-order",
        null,
        `${id} writes ${shared}, as ${other} does, so it comes after ${other}.`,
      );
    }
    this.others.set(id, claimsOf(files));
    return before.sort();
  }
}

function claimsOf(files: readonly string[]): Claims {
  const claims = new Claims();
  for (const file of files) claims.add(file, file);
  return claims;
}
