// Which backlog does an imported feature make? Its drafts in their order get the requirements and criteria that can be
// told to be theirs, and every window stays within its limit.

import type { ImportedFeature, ImportedRequirement } from "../../model/imported.ts";
import type { Gate } from "../../model/project.ts";
import { cover, groupOf, tasksFor } from "./coverage.ts";
import { acceptanceOf, type Covering, coveringOf, lighten, type Room } from "./covering.ts";
import { gatesOf, proveDrafts } from "./draft-proof.ts";
import type { Notes } from "./foreign.ts";
import { type Drafts, isDocument, type TaskDraft } from "./task-drafts.ts";
import { orderOf } from "./task-order.ts";

export interface PlannedTask {
  readonly id: string;
  readonly title: string;
  readonly type: "code" | "refactor" | "debug" | "docs";
  readonly description: string;
  readonly requirements: readonly string[];
  readonly dependsOn: readonly string[];
  readonly files: readonly string[];
  readonly acceptance: readonly string[];
  /** Null means all gates of the project. */
  readonly gates: readonly string[] | null;
}

export interface TaskLimits extends Room {
  /** Gates of the project. */
  readonly gates: readonly Gate[];
}

/** Without drafts, each story or requirement is a task. Empty where nothing is asked for either. */
export function tasksOf(
  feature: Pick<ImportedFeature, "requirements">,
  drafts: Drafts,
  limits: TaskLimits,
  notes: Notes,
): readonly PlannedTask[] {
  const { gates } = limits;
  proveDrafts(drafts, gates, notes);
  const listed = drafts.drafts.map((draft) => coveringOf(draft, feature));
  for (const task of listed) lighten(task, limits, notes);
  const first = listed.length > 0 ? listed : tasksFor(leading(feature.requirements), limits, notes);
  const isAside = ({ draft }: Covering) => typeOf(draft) === "docs" || draft.step.kind === "test";
  const { roomless, open } = cover(feature.requirements, first, { room: limits, isAside, notes });
  const isListed = listed.length > 0;
  // Without a list every requirement may have a task of its own.
  const added = tasksFor(isListed ? roomless : [...roomless, ...open], limits, notes);
  const [unknown] = isListed ? open : [];
  if (unknown !== undefined)
    notes.warn(
      "open-requirement",
      unknown.spot,
      `Left open: ${open.map(({ id }) => id).join(", ")}. No task names ${open.length === 1 ? "it" : "them"}, and no words tell which one is meant: add each to the requirements of its task in BACKLOG.yaml.`,
    );
  for (const { draft, requirements } of isListed ? added : [])
    notes.warn(
      "task-added",
      draft.step.spot,
      `No task has room for ${requirements.map(({ id }) => id).join(", ")}: ${draft.step.id} is added, which may write anywhere.`,
    );
  const tasks = [...first, ...added];
  const order = orderOf({ ...drafts, drafts: tasks.map(({ draft }) => draft) }, notes);
  return tasks.map((one): PlannedTask => {
    const { draft, title, description, requirements } = one;
    return {
      id: draft.step.id,
      title,
      type: typeOf(draft),
      description,
      requirements: inOrder(requirements, feature.requirements).map(({ id }) => id),
      dependsOn: [...(order.get(draft.step.id) ?? [])],
      files: draft.files,
      acceptance: acceptanceOf(one, limits),
      gates: gatesOf(draft, gates),
    };
  });
}

/** Those that lead others, such as stories; all, where none does. */
function leading(requirements: readonly ImportedRequirement[]): readonly ImportedRequirement[] {
  const sizes = new Map<string, number>();
  for (const one of requirements) sizes.set(groupOf(one), (sizes.get(groupOf(one)) ?? 0) + 1);
  const groups = requirements.filter((one) => (sizes.get(groupOf(one)) ?? 0) > 1);
  return groups.length > 0 ? groups : requirements;
}

function inOrder(
  some: readonly ImportedRequirement[],
  all: readonly ImportedRequirement[],
): readonly ImportedRequirement[] {
  return all.filter((requirement) => some.includes(requirement));
}

function typeOf({ step, files }: TaskDraft): PlannedTask["type"] {
  if (files.every(isDocument)) return "docs";
  if (/^refactor\b/i.test(step.text)) return "refactor";
  return /^(?:fix|debug)\b/i.test(step.text) ? "debug" : "code";
}
