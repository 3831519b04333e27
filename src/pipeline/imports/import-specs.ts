// What do foreign specs become in this workspace? Read, cut into tasks, put in order with what is here already, and
// written as documents of ours. Nothing reaches a disk here.

import type { Feature } from "../../model/feature.ts";
import {
  FORMAT_NAME,
  type ImportedFeature,
  type ImportFormat,
  type ImportNote,
} from "../../model/imported.ts";
import { stepForAll } from "../../spec/imports/coverage.ts";
import {
  backlogDocument,
  type DocumentInputs,
  featureDocument,
  notesDocument,
  planDocument,
} from "../../spec/imports/documents.ts";
import { Notes } from "../../spec/imports/foreign.ts";
import { seenText } from "../../spec/imports/seen-text.ts";
import { ANYWHERE, type Drafts, draftsOf } from "../../spec/imports/task-drafts.ts";
import { Claims } from "../../spec/imports/task-order.ts";
import { type PlannedTask, type TaskLimits, tasksOf } from "../../spec/imports/tasks.ts";

export interface ImportGround {
  readonly project: string;
  /** Folder that the new features go into, from the workspace root. */
  readonly specs: string;
  /** Features that the workspace has. */
  readonly features: readonly Feature[];
  readonly taskLimits: Omit<TaskLimits, "feature">;
  /** Whether agents are routed that could cut a backlog. */
  readonly canPlan: boolean;
}

export interface Import {
  readonly id: string;
  /** From the workspace root. */
  readonly folder: string;
  readonly source: string;
  readonly requirements: number;
  /** Null where the planners are to cut the backlog. */
  readonly tasks: number | null;
  readonly files: Readonly<Record<string, string>>;
  readonly notes: readonly ImportNote[];
}

interface Origin {
  readonly id: string;
  /** Null where a person wrote it for no tool. */
  readonly tool: ImportFormat | null;
  readonly source: string;
}

/** One after the other, so that each knows the files of those before it. */
export class Importer {
  private readonly ground: ImportGround;
  /** What each feature writes, and which it comes after. */
  private readonly others = new Map<string, { readonly claims: Claims; readonly after: readonly string[] }>();

  constructor(ground: ImportGround) {
    this.ground = ground;
    for (const { id, tasks, dependsOn } of ground.features) {
      const here = tasks.filter(({ project }) => project === ground.project);
      this.others.set(id, { claims: claimsOf(here.flatMap(({ filesHint }) => filesHint)), after: dependsOn });
    }
  }

  /** A request has no list of tasks: the planners cut it, and where nobody plans it is one task. */
  addRequest(request: ImportedFeature, { id, source }: Omit<Origin, "tool">, notes: Notes): Import {
    const spot = request.requirements[0]?.spot ?? { file: source, line: 1 };
    const whole = {
      ...stepForAll(request, spot),
      files: request.files,
      requirements: request.requirements.map((one) => one.id),
    };
    const feature = this.ground.canPlan ? request : { ...request, steps: [whole] };
    const made = this.add(feature, { id, tool: null, source }, notes);
    // It brings no plan, and its notes are few enough for a screen.
    const { "PLAN.md": _plan, "IMPORT.md": _notes, ...files } = made.files;
    return { ...made, files };
  }

  /** `id` is free; `origin` is what tool wrote it, and where it lies. */
  add(feature: ImportedFeature, { id, tool, source }: Origin, notes: Notes): Import {
    const { tasks, files } = this.cut(feature, { id, source }, notes);
    const written = tasks === null ? files : tasks.flatMap((task) => task.files);
    const dependsOn = this.ordered(id, [...new Set(written)], notes);
    const inputs: DocumentInputs = {
      id,
      project: this.ground.project,
      dependsOn,
      origin: seenText(tool === null ? source : `${source} (${FORMAT_NAME[tool]})`).text,
      feature,
      tasks,
      files,
    };
    const plan =
      tasks === null ? {} : { "PLAN.md": planDocument(inputs), "BACKLOG.yaml": backlogDocument(inputs) };
    const sorted = notes.sorted();
    const told =
      sorted.length === 0 ? {} : { "IMPORT.md": notesDocument({ origin: inputs.origin, source }, sorted) };
    return {
      id,
      folder: `${this.ground.specs}/${id}`,
      source,
      requirements: feature.requirements.length,
      tasks: tasks?.length ?? null,
      files: { "feature.md": featureDocument(inputs), ...plan, ...told },
      notes: sorted,
    };
  }

  private cut(
    feature: ImportedFeature,
    { id, source }: Pick<Origin, "id" | "source">,
    notes: Notes,
  ): { tasks: readonly PlannedTask[] | null; files: readonly string[] } {
    const attempt = new Notes();
    const listed = draftsOf(feature.steps, attempt);
    const isListed = listed.drafts.length > 0;
    const isSaid = isListed || feature.requirements.length > 0;
    const whole = () => draftsOf([stepForAll(feature, { file: source, line: 1 })], attempt);
    const drafts = isSaid ? listed : whole();
    const why = feature.steps.length === 0 ? "It has no tasks" : "None of its tasks is more than a check";
    const spot = feature.steps[0]?.spot ?? feature.requirements[0]?.spot ?? null;
    const { taskLimits, canPlan } = this.ground;
    if (!isListed && !canPlan && isOneTask(feature, taskLimits)) {
      notes.warn(
        "one-task",
        spot,
        `${why}, and nobody is routed to plan: it is one task, which may write the files of its design.`,
      );
      return { tasks: null, files: feature.files };
    }
    const bounds = feature.constraints.reduce((sum, text) => sum + Buffer.byteLength(text) + 3, 20);
    const windowBytes = taskLimits.windowBytes - (feature.constraints.length > 0 ? bounds : 0);
    const limits = { ...taskLimits, windowBytes, feature: id };
    const cut = tasksOf(feature, drafts, limits, attempt);
    // Each requirement may be more than a window holds, which is told by then.
    const tasks = cut.length > 0 ? cut : tasksOf({ requirements: [] }, whole(), limits, attempt);
    const thin = canPlan ? (isListed ? thinness(feature, drafts, tasks) : why) : null;
    if (thin !== null) {
      notes.note("left-to-planning", spot, `${thin}: the planners will cut its backlog from feature.md.`);
      return { tasks: null, files: [] };
    }
    if (!isListed)
      notes.warn(
        "from-requirements",
        spot,
        `${why}, and nobody is routed to plan: ${isSaid ? "each story or requirement is a task" : "the whole is one task"}, which may write anywhere in the project.`,
      );
    notes.list.push(...attempt.list);
    tellTicks(feature, notes);
    return { tasks, files: [] };
  }

  /** The features that it comes after: those that write the same file, without what they come after themselves. */
  private ordered(id: string, files: readonly string[], notes: Notes): readonly string[] {
    const shared = new Map<string, string>();
    for (const [other, { claims }] of this.others) {
      const file = files.find((one) => claims.meeting(one).size > 0);
      if (file !== undefined) shared.set(other, file);
    }
    const implied = this.before([...shared.keys()]);
    const before = [...shared.keys()].filter((other) => !implied.has(other)).sort();
    for (const other of before) {
      const file = shared.get(other) ?? "";
      const said = file === ANYWHERE ? "may write anywhere" : `writes ${file}, as ${other} may do`;
      notes.note("feature-order", null, `${id} ${said}, so it comes after ${other}.`);
    }
    this.others.set(id, { claims: claimsOf(files), after: before });
    return before;
  }

  /** All features that come before any of these. */
  private before(ids: readonly string[]): ReadonlySet<string> {
    const found = new Set<string>();
    const open = ids.flatMap((id) => this.others.get(id)?.after ?? []);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      open.push(...(this.others.get(id)?.after ?? []));
    }
    return found;
  }
}

/** A window holds its requirements, and each of them again as a criterion. */
function isOneTask(
  { files, requirements }: ImportedFeature,
  { windowBytes }: Pick<TaskLimits, "windowBytes">,
): boolean {
  const bytes = requirements.reduce((sum, { text }) => sum + 2 * Buffer.byteLength(text), 500);
  return files.length > 0 && requirements.length > 0 && bytes <= windowBytes;
}

/** Why these tasks would leave out most of what is asked for, or say too little; null where they do not. */
function thinness(
  feature: ImportedFeature,
  { drafts }: Drafts,
  tasks: readonly PlannedTask[],
): string | null {
  const fileless = drafts.filter(({ files }) => files.includes(ANYWHERE)).length;
  if (2 * fileless > drafts.length) return `${fileless} of its ${feature.steps.length} tasks name no file`;
  const listed = new Set(drafts.map(({ step }) => step.id));
  const covered = new Set(
    tasks.filter(({ id }) => listed.has(id)).flatMap(({ requirements }) => requirements),
  );
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
