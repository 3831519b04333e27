// How does what a gate said lose the paths of this machine? Evidence enters windows, and must be the same wherever and how
// often the gate runs. It does not know what was said.

import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

interface Ground {
  /** Folder with the tree, absolute. */
  readonly dir: string;
  /** Folder of the project in it. */
  readonly root: string;
  readonly scratch: string;
}

/** Paths in the tree become relative to the project in it, also where they are spelled as URLs. */
export function withinTree({ dir, root, scratch }: Ground, text: string): string {
  const up = root === "" ? "" : "../".repeat(root.split("/").length);
  const own = root === "" ? [] : [[join(dir, root), ""] as const];
  return [[scratch, ""] as const, ...own, [dir, up] as const]
    .flatMap(([folder, before]) =>
      [`file://${encodeURI(folder)}`, `file://${folder}`, folder].map(
        (spelled) => [spelled, before] as const,
      ),
    )
    .reduce(
      (said, [folder, before]) =>
        said.replaceAll(`${folder}/`, before).replaceAll(folder, before.replace(/\/$/, "") || "."),
      text,
    );
}

/** A person's home becomes `~`, and the folder that a program made among the temporary ones loses its name. */
export function withoutMachine(text: string): string {
  const temporary = new RegExp(`${escaped(tmpdir())}/[^/\\s'"]+/`, "g");
  const said = text.replace(temporary, "…/");
  const home = homedir();
  return home.length > 1 ? said.replaceAll(`${home}/`, "~/") : said;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
