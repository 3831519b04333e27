// What is a picture of the graph made of? It neither knows where that comes from, nor where it stands.

import type { Column } from "./board-columns.ts";

export interface Item {
  /** `project/`, `project/feature`, the address of a task; with a blank in it, a requirement or a file. */
  readonly id: string;
  readonly kind: "project" | "feature" | "task" | "requirement" | "file";
  readonly label: string;
  /** What it is called where it belongs: its feature for a requirement, its path for a file. */
  readonly name: string;
  /** The project, and the feature of it, that it stands in: a picture with many items has a block for each. */
  readonly path: readonly string[];
  /** Of its tasks, or of the tasks that it belongs to. */
  readonly counts: Readonly<Record<Column, number>>;
}

/** By the ids of items. */
export interface Line {
  readonly from: string;
  readonly to: string;
}

export interface Picture {
  /** In an order in which no line leads back. */
  readonly items: readonly Item[];
  readonly lines: readonly Line[];
}

export const NONE = { waits: 0, failing: 0, running: 0, stale: 0, fresh: 0 } as const;

/** The column that says most about an item: what needs a person first. */
export function worstOf(counts: Item["counts"]): Column {
  const order: readonly Column[] = ["waits", "failing", "running", "stale", "fresh"];
  return order.find((column) => counts[column] > 0) ?? "fresh";
}
