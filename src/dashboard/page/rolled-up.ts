// Which items does the graph show? Projects, until one is opened into its features, a feature into its tasks, and a task into
// the requirements that it follows and the files that it may write: thousands of tasks are a dozen items then, and a line
// between two of them stands for all between what they hold. It draws nothing.

import { type Column, columnOf, matches } from "./board.ts";
import type { State } from "./store.ts";
import type { Requirement } from "./wire.ts";

export interface Item {
  /** `project/`, `project/feature`, the address of a task; with a blank in it, a requirement or a file. */
  readonly id: string;
  readonly kind: "project" | "feature" | "task" | "requirement" | "file";
  readonly label: string;
  /** What it is called where it belongs: its feature for a requirement, its path for a file. */
  readonly name: string;
  /** Of its tasks, or of the tasks that it belongs to. */
  readonly counts: Readonly<Record<Column, number>>;
}

export interface Picture {
  /** In an order in which no line leads back. */
  readonly items: readonly Item[];
  readonly lines: readonly { readonly from: string; readonly to: string }[];
}

/** What is looked at. */
export interface View {
  readonly opened: ReadonlySet<string>;
  /** Parts that all occur in the address, project, state, agent or a path of a task. */
  readonly words: string;
  /** By task, of all features; empty until they have come. */
  readonly requirements: ReadonlyMap<string, readonly Requirement[]>;
}

type Counted = Item & { readonly counts: Record<Column, number> };

export function pictureOf(state: State, { opened, words, requirements }: View): Picture {
  const { overview, tasks } = state;
  if (overview === null || tasks === null) return { items: [], lines: [] };
  const above = new Map<string, Counted>();
  const items = new Map<string, Counted>();
  const below = new Map<string, Counted>();
  const lines = new Map<string, { from: string; to: string }>();
  const join = (from: string, to: string) => lines.set(`${from}\n${to}`, { from, to });
  const shownAs = new Map<string, string>();
  for (const { id, project, feature, files } of overview.graph.nodes) {
    const task = tasks.get(id);
    if (task === undefined) continue;
    const column = columnOf(task, state);
    if (!matches(task, words, [column, ...files])) continue;
    const shown = itemFor({ id, project, feature }, opened);
    shownAs.set(id, shown.id);
    count(items, shown, column);
    if (shown.kind !== "task" || !opened.has(id)) continue;
    for (const one of requirements.get(id) ?? []) {
      const requirement = requirementItem(one);
      count(above, requirement, column);
      join(requirement.id, id);
    }
    for (const path of files) {
      const file = { id: `file ${project}/${path}`, kind: "file", label: path, name: path } as const;
      count(below, file, column);
      join(id, file.id);
    }
  }
  for (const edge of overview.graph.edges) {
    const [from, to] = [shownAs.get(edge.from), shownAs.get(edge.to)];
    if (from !== undefined && to !== undefined && from !== to) join(from, to);
  }
  return { items: [...above.values(), ...items.values(), ...below.values()], lines: [...lines.values()] };
}

type Shown = Omit<Item, "counts">;

function count(items: Map<string, Counted>, shown: Shown, column: Column): void {
  const item = items.get(shown.id) ?? { ...shown, counts: { ...NONE } };
  items.set(shown.id, item);
  item.counts[column] += 1;
}

const NONE = { waits: 0, failing: 0, running: 0, stale: 0, fresh: 0 } as const;

function requirementItem({ feature, id, text }: Requirement): Shown {
  return { id: `requirement ${feature} ${id}`, kind: "requirement", label: `${id} ${text}`, name: feature };
}

interface Node {
  readonly id: string;
  readonly project: string;
  readonly feature: string;
}

function itemFor({ id, project, feature }: Node, opened: ReadonlySet<string>): Shown {
  const whole = `${project}/`;
  if (!opened.has(whole)) return { id: whole, kind: "project", label: whole, name: project };
  const part = `${project}/${feature}`;
  if (!opened.has(part)) return { id: part, kind: "feature", label: feature, name: feature };
  return { id, kind: "task", label: id, name: id };
}

/** The column that says most about an item: what needs a person first. */
export function worstOf(counts: Item["counts"]): Column {
  const order: readonly Column[] = ["waits", "failing", "running", "stale", "fresh"];
  return order.find((column) => counts[column] > 0) ?? "fresh";
}
