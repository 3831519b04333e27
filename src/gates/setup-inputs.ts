// From which files of a tree is an install made? Lockfiles and manifests, as far as names tell, and what the setup was
// seen to read: a generated client follows its schema, and a package that is built follows its sources. Pure: whoever
// runs the setup looks at the disk.

import type { Oid, Tree } from "../model/tree.ts";
import { lockfilesAmong } from "./toolchain.ts";

export type SetupInputs = Readonly<Record<string, Oid>>;

/** Where nobody could see what a setup read: files from which code is generated in most projects. */
const GENERATED_FROM =
  /\.(?:prisma|proto|graphqls?|gql|thrift|avsc|avdl|capnp|fbs|smithy|cue|xsd|wsdl|raml|edmx)$|(?:^|\/)(?:openapi|swagger|asyncapi)[^/]*\.(?:ya?ml|json)$/i;

/** `read`: paths of the tree that the setup opened; null where that could not be seen. */
export function setupInputs(tree: Tree, read: readonly string[] | null): SetupInputs {
  const paths = [...tree.keys()];
  const seen = read ?? paths.filter((path) => GENERATED_FROM.test(path));
  const inputs: Record<string, Oid> = {};
  for (const path of [...lockfilesAmong(paths), ...seen].sort()) {
    const entry = tree.get(path);
    if (entry !== undefined) inputs[path] = entry.oid;
  }
  return inputs;
}

/** Files of the tree that are of the kind of an input, and that the setup had before it and did not read. */
export function passedBy(inputs: SetupInputs, tree: Tree): readonly string[] {
  const kinds = new Set(Object.keys(inputs).map(kindOf));
  return [...tree.keys()].filter((path) => !Object.hasOwn(inputs, path) && kinds.has(kindOf(path)));
}

/** Whether an install that was made from these files, and passed by those, is the one that this tree asks for. */
export function fitsInputs(inputs: SetupInputs, passed: readonly string[], tree: Tree): boolean {
  for (const [path, oid] of Object.entries(inputs)) if (tree.get(path)?.oid !== oid) return false;
  const unread = new Set(passed);
  // A new file of the kind of one that was read, and in its place, would have been read, too.
  if (passedBy(inputs, tree).some((path) => !unread.has(path))) return false;
  return lockfilesAmong([...tree.keys()]).every((path) => Object.hasOwn(inputs, path) || unread.has(path));
}

/**
 * Folder and extension. A manifest is of the kind of its name wherever it lies: package managers look for the packages of
 * a repository by patterns. A file without an extension is of no kind but its own.
 */
function kindOf(path: string): string {
  const [, folder = "", name = path, extension] = /^(.*\/)?([^/]+?(\.[^./]+)?)$/.exec(path) ?? [];
  if (lockfilesAmong([path]).length > 0) return `**/${name}`;
  return extension === undefined ? path : `${folder}*${extension}`;
}
