// What of a package.json can change an install? Where a setup does nothing but install packages, a new script or another
// description cannot. Pure.

import { digestOf, type Json } from "../model/digest.ts";
import { jsonObject } from "../model/json-object.ts";
import type { Oid } from "../model/tree.ts";

/** One call of a package manager with nothing but options: whatever else a command does may read all of the file. */
const INSTALLS_ALONE =
  /^\s*(?:npm (?:ci|install|i)|pnpm (?:install|i)|yarn(?: install)?|bun install)(?:\s+--?[\w-]+(?:[= ](?!-)[\w./:@-]+)?)*\s*$/;

/** Scripts that package managers run by themselves. */
const LIFECYCLE = /^(?:pre|post)?(?:install|prepare|prepublish|dependencies)$/;

const DECIDING = [
  ...["dependencies", "devDependencies", "peerDependencies", "peerDependenciesMeta", "optionalDependencies"],
  ...["bundleDependencies", "bundledDependencies", "overrides", "resolutions", "pnpm", "workspaces", "bin"],
  ...["dependenciesMeta", "installConfig", "trustedDependencies", "engines", "os", "cpu", "packageManager"],
];

/** Stands for the file in the inputs of a setup: the same for files that give the same install. */
export function installFace(setup: string, path: string, oid: Oid, text: string): Oid {
  if (!INSTALLS_ALONE.test(setup)) return oid;
  const fields = jsonObject(text);
  if (fields === null) return oid;
  const scripts =
    fields.scripts !== null && typeof fields.scripts === "object" ? Object.keys(fields.scripts) : [];
  if (!/--ignore-scripts\b/.test(setup) && scripts.some((name) => LIFECYCLE.test(name))) return oid;
  // Others are linked to a package of a workspace by its name and version; nobody is to the one at the top.
  const names = path === "package.json" ? DECIDING : [...DECIDING, "name", "version"];
  const deciding = Object.entries(fields).filter(([name]) => names.includes(name));
  return digestOf("install-face/1", Object.fromEntries(deciding) as Json) as string as Oid;
}
