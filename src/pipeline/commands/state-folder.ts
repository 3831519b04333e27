// What lies in `.factory/` before anything is built? What keeps it out of git, and the schemas that editors check the specs
// with: a path into the package is one of this machine, and has no business in a file that is committed.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type Result, success } from "../../model/result.ts";
import { fileFailure } from "../../platform/file-failure.ts";
import { SCHEMAS } from "../../spec/schema/schema-line.ts";

/** From the workspace, with slashes. */
export function schemaInState(name: string): string {
  return `./${SCHEMAS}/${name}`;
}

/** It keeps itself out of the workspace's git, whatever the workspace's own .gitignore says. */
export function makeStateFolder(root: string, packageRoot: string): Result<void> {
  const folder = join(root, ".factory");
  try {
    mkdirSync(folder, { recursive: true });
    // Not written again: in a shared folder the file may be another person's.
    const ignore = join(folder, ".gitignore");
    if (!existsSync(ignore) || readFileSync(ignore, "utf8") !== "*\n") writeFileSync(ignore, "*\n");
    layOutSchemas(join(root, SCHEMAS), join(packageRoot, "schemas"));
    return success(undefined);
  } catch (error) {
    return fileFailure(folder, "create", error);
  }
}

/** Each command does, so it must cost nothing where they are there: a look at their sizes and times. */
function layOutSchemas(folder: string, source: string): void {
  for (const name of readdirSync(source)) {
    const [from, to] = [join(source, name), join(folder, name)];
    const there = statSync(to, { throwIfNoEntry: false });
    const ours = statSync(from);
    if (there !== undefined && there.size === ours.size && there.mtimeMs >= ours.mtimeMs) continue;
    mkdirSync(folder, { recursive: true });
    // An editor reads it at any time: it appears whole.
    const draft = `${to}.${process.pid}`;
    copyFileSync(from, draft);
    renameSync(draft, to);
  }
}
