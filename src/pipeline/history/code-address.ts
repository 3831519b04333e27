// Which file of which project do words such as `shop-api/src/cart.ts:12` name? A path of the file system that leads into a
// project does as well; and so does what compilers print, with a column behind the line, which says nothing more.

import { isAbsolute, posix, relative, resolve, sep } from "node:path";
import type { Project } from "../../model/project.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import { projectFolder } from "../projects/project-place.ts";

export interface CodeAddress {
  readonly project: Project;
  /** In the project, with `/`. */
  readonly path: string;
  /** From 1; null for the whole file. */
  readonly line: number | null;
}

/** `directory` is where the words were typed. Fails with `usage`. */
export function codeAddress(
  words: string,
  { root, directory, projects }: { root: string; directory: string; projects: readonly Project[] },
): Result<CodeAddress> {
  const [, named = words, digits] = /^(.*?):(\d+)(?::\d+)?$/s.exec(words) ?? [];
  const line = digits === undefined ? null : Number(digits);
  if (line === 0) return refused("lines count from 1", `Write \`${named}:1\` for the first line.`);
  const slash = named.indexOf("/");
  const id = slash < 0 ? named : named.slice(0, slash);
  const project = projects.find((one) => one.id === id);
  const found =
    project !== undefined
      ? { project, path: posix.normalize(named.slice(id.length + 1)) }
      : onDisk(resolve(directory, named), root, projects);
  if (found === null) {
    const message = `${JSON.stringify(named)} is in no project of this workspace`;
    return refused(
      message,
      suggestion(
        id,
        projects.map((one) => one.id),
      ),
    );
  }
  const path = found.path.replace(/^\.\//, "");
  if (path === "" || path === "." || path.endsWith("/"))
    return refused(`${JSON.stringify(named)} names no file`, `Write \`${found.project.id}/path/of/file\`.`);
  if (path === ".." || path.startsWith("../") || path.startsWith("/"))
    return refused(
      `${JSON.stringify(named)} leads out of ${found.project.id}`,
      "Name a file in the project.",
    );
  return success({ project: found.project, path, line });
}

/** The innermost project that holds the file. */
function onDisk(
  path: string,
  root: string,
  projects: readonly Project[],
): Pick<CodeAddress, "project" | "path"> | null {
  const inside = projects
    .map((project) => ({ project, path: relative(projectFolder(root, project), path) }))
    .filter((one) => one.path !== ".." && !one.path.startsWith(`..${sep}`) && !isAbsolute(one.path))
    .sort((a, b) => a.path.length - b.path.length)[0];
  return inside === undefined ? null : { ...inside, path: inside.path.split(sep).join("/") };
}

function refused(message: string, fix: string): Result<never> {
  return failed({ reason: "usage", message, fix });
}
