// What does a file show to those that build on it? Its declarations, each with the lines it stands on, so that a text that
// is too long can be cut by worth and what is left out can be pointed to.

export interface Declaration {
  readonly name: string;
  /** As it is shown: its head, without any body. */
  readonly text: string;
  /** What closes it after its members; empty where it has none. */
  readonly tail: string;
  readonly exported: boolean;
  /** Whether it says again what is told elsewhere: an import, or a member that another type asks for. */
  readonly repeats: boolean;
  /** Index of the declaration that it is a member of. */
  readonly within: number | null;
  /** Lines of the source, from 1. */
  readonly first: number;
  readonly last: number;
}

/** How much of a file could be told: all it declares, heads up to the bodies, a contract, or only that it is there. */
export type Rung = "declared" | "heads" | "contract" | "named";

/** What windows of other tasks show of one output. */
export interface Interface {
  readonly path: string;
  /** All of it. A change of this text, and of nothing else of the file, makes those that build on it stale. */
  readonly text: string;
  readonly rung: Rung;
  /** Its parts, in its order and often in fewer words; empty where it has none. */
  readonly declarations: readonly Declaration[];
  /** Lines of the whole file. */
  readonly lines: number;
}

/** The text of some declarations, in their order, each within what it is a member of. */
export function declarationsText(
  declarations: readonly Declaration[],
  isShown: (index: number) => boolean,
): string {
  const lines: string[] = [];
  const open: number[] = [];
  const close = (until: number | null) => {
    while (open.length > 0 && open.at(-1) !== until) {
      const { tail } = declarations[open.pop() as number] as Declaration;
      if (tail !== "") lines.push(tail);
    }
  };
  for (const [index, { text, within }] of declarations.entries()) {
    if (!isShown(index)) continue;
    close(within);
    lines.push(text);
    open.push(index);
  }
  close(null);
  return lines.join("\n");
}
