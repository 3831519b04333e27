// Which items does the graph show? Projects, until one is opened into its features, a feature into its tasks, and a task into
// the requirements that it follows and the files that it may write: thousands of tasks are a dozen items then, and a line
// between two of them stands for all between what they hold. It draws nothing.

import { columnOf, matches } from "./board.ts";
import type { Column } from "./board-columns.ts";
import { type Item, type Line, NONE, type Picture } from "./picture.ts";
import type { State } from "./store.ts";
import type { Requirement } from "./wire.ts";

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
  const lines = new Map<string, Line>();
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
      const requirement = requirementItem(one, shown.path);
      count(above, requirement, column);
      join(requirement.id, id);
    }
    for (const path of files) {
      const file = { id: `file ${project}/${path}`, kind: "file", label: path, name: path } as const;
      count(below, { ...file, path: shown.path }, column);
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

function requirementItem({ feature, id, text }: Requirement, path: Shown["path"]): Shown {
  return {
    id: `requirement ${feature} ${id}`,
    kind: "requirement",
    label: `${id} ${text}`,
    name: feature,
    path,
  };
}

interface Node {
  readonly id: string;
  readonly project: string;
  readonly feature: string;
}

function itemFor({ id, project, feature }: Node, opened: ReadonlySet<string>): Shown {
  const whole = `${project}/`;
  if (!opened.has(whole)) return { id: whole, kind: "project", label: whole, name: project, path: [] };
  const part = `${project}/${feature}`;
  if (!opened.has(part)) return { id: part, kind: "feature", label: feature, name: feature, path: [whole] };
  return { id, kind: "task", label: id, name: id, path: [whole, part] };
}
