// Which items does the graph show? Projects, until one is opened into its features, and a feature into its tasks: thousands
// of tasks are a dozen items then, and a line between two of them stands for all between what they hold. It draws nothing.

import type { Verdict } from "../../model/verdict.ts";
import { type Column, columnOf, matches } from "./board.ts";
import type { State } from "./store.ts";

export interface Item {
  /** `project/`, `project/feature`, or the address of a task. */
  readonly id: string;
  readonly kind: "project" | "feature" | "task";
  readonly label: string;
  /** Of its tasks. */
  readonly counts: Readonly<Record<Column, number>>;
  readonly verdict: Verdict | null;
}

export interface Picture {
  readonly items: readonly Item[];
  readonly lines: readonly { readonly from: string; readonly to: string }[];
}

export function pictureOf(state: State, opened: ReadonlySet<string>, words: string): Picture {
  const { overview, tasks } = state;
  if (overview === null || tasks === null) return { items: [], lines: [] };
  const items = new Map<string, Item & { counts: Record<Column, number> }>();
  const shownAs = new Map<string, string>();
  for (const { id, project, feature } of overview.graph.nodes) {
    const task = tasks.get(id);
    if (task === undefined || !matches(task, words)) continue;
    const shown = itemFor({ id, project, feature }, opened);
    shownAs.set(id, shown.id);
    const item = items.get(shown.id) ?? {
      ...shown,
      counts: { waits: 0, failing: 0, running: 0, stale: 0, fresh: 0 },
      verdict: shown.kind === "task" ? task.verdict : null,
    };
    items.set(shown.id, item);
    item.counts[columnOf(task, state)] += 1;
  }
  const lines = new Map<string, { from: string; to: string }>();
  for (const edge of overview.graph.edges) {
    const [from, to] = [shownAs.get(edge.from), shownAs.get(edge.to)];
    if (from !== undefined && to !== undefined && from !== to) lines.set(`${from}\n${to}`, { from, to });
  }
  return { items: [...items.values()], lines: [...lines.values()] };
}

interface Node {
  readonly id: string;
  readonly project: string;
  readonly feature: string;
}

function itemFor(
  { id, project, feature }: Node,
  opened: ReadonlySet<string>,
): Pick<Item, "id" | "kind" | "label"> {
  const whole = `${project}/`;
  if (!opened.has(whole)) return { id: whole, kind: "project", label: whole };
  const part = `${project}/${feature}`;
  if (!opened.has(part)) return { id: part, kind: "feature", label: feature };
  return { id, kind: "task", label: id };
}

/** The column that says most about an item: what needs a person first. */
export function worstOf(counts: Item["counts"]): Column {
  const order: readonly Column[] = ["waits", "failing", "running", "stale", "fresh"];
  return order.find((column) => counts[column] > 0) ?? "fresh";
}
