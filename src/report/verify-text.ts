// What does `factory verify` print? One line per project: the tree of its branch beside the one that was rebuilt.

import { pad } from "./columns.ts";
import { plain } from "./plain.ts";
import { type Line, paintAll } from "./theme.ts";

/** `rebuilt` is null where the tree could not be made. */
export interface ProjectTrees {
  readonly id: string;
  readonly tree: string | null;
  readonly rebuilt: string | null;
}

export function verifyText(projects: readonly ProjectTrees[], color: boolean): string[] {
  const width = Math.max(0, ...projects.map(({ id }) => plain(id).length + 1));
  return paintAll(
    projects.map((project) => lineOf(project, width)),
    color,
  );
}

function lineOf({ id, tree, rebuilt }: ProjectTrees, width: number): Line {
  const name = pad(`${plain(id)}/`, width);
  if (tree !== null && tree === rebuilt)
    return [["good", "✓ "], ["strong", name], `  tree ${tree} is rebuilt`];
  return [["bad", "✗ "], ["strong", name], `  tree ${tree ?? "none"}, rebuilt ${rebuilt ?? "not"}`];
}
