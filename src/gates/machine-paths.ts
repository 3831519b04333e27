// How does what a gate said lose the paths of this machine? Evidence enters windows, and must be the same wherever and how
// often the gate runs. It does not know what was said.

import { homedir, tmpdir } from "node:os";

/** Paths in the tree become relative, also where they are spelled as URLs. */
export function withinTree(dir: string, scratch: string, text: string): string {
  return [scratch, dir]
    .flatMap((folder) => [`file://${encodeURI(folder)}`, `file://${folder}`, folder])
    .reduce((said, folder) => said.replaceAll(`${folder}/`, "").replaceAll(folder, "."), text);
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
