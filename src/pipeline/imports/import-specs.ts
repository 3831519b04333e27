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
import { type Drafts, draftsOf } from "../../spec/imports/task-drafts.ts";
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
    const spot = feature.steps[0]?.spot ?? feature.requirements[0]?.spot ?? null;
    if (drafts.drafts.length > 0) {
      const tasks = tasksOf(feature, drafts, this.ground.workshop, attempt);
      const thin = this.ground.canPlan ? thinness(feature, drafts, tasks) : null;
      if (thin === null) {
        notes.list.push(...attempt.list);
        tellTicks(feature, notes);
        return { tasks, files: [] };
      }
      notes.note("left-to-planning", spot, `${thin}: the planners will cut its backlog from feature.md.`);
      return { tasks: null, files: [] };
    }
    const why = feature.steps.length === 0 ? "It has no tasks" : "None of its tasks names a file";
    if (this.ground.canPlan) {
      notes.note("left-to-planning", spot, `${why}: the planners will cut its backlog from feature.md.`);
      return { tasks: null, files: [] };
    }
    // As one task it has every requirement in its window, and again as a criterion.
    const bytes = feature.requirements.reduce((sum, { text }) => sum + 2 * Buffer.byteLength(text), 500);
    if (feature.files.length > 0 && bytes <= this.ground.workshop.windowBytes) {
      notes.warn(
        "one-task",
        spot,
        `${why}, and nobody is routed to plan: it is one task, which may write the files of its design.`,
      );
      return { tasks: null, files: feature.files };
    }
    notes.warn(
      "cannot-be-planned",
      spot,
      `${why}, and nobody is routed to plan: write a backlog, or route a planner in projects.yaml.`,
    );
    return { tasks: null, files: [] };
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

/** Why these tasks would leave out most of what is asked for; null where they do not. */
function thinness(feature: ImportedFeature, drafts: Drafts, tasks: readonly PlannedTask[]): string | null {
  if (drafts.fileless > drafts.drafts.length)
    return `${drafts.fileless} of its ${feature.steps.length} tasks name no file`;
  const covered = new Set(tasks.flatMap(({ requirements }) => requirements));
  const open = feature.requirements.filter(({ id }) => !covered.has(id)).length;
  const total = feature.requirements.length;
  return open * 4 > total ? `its tasks have no room for ${open} of its ${total} requirements` : null;
}

function tellTicks({ steps }: ImportedFeature, notes: Notes): void {
  const ticked = steps.filter(({ done }) => done);
  const [first] = ticked;
  if (first !== undefined)
    notes.note(
      "ticked",
      first.spot,
      `${ticked.length} of ${steps.length} tasks are ticked; here gates say what is done, so they are built like the others.`,
    );
}

function claimsOf(files: readonly string[]): Claims {
  const claims = new Claims();
  for (const file of files) claims.add(file, file);
  return claims;
}
