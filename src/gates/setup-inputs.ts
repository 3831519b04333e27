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

/** Whether an install that was made from these files is the one that this tree asks for. */
export function fitsInputs(inputs: SetupInputs, tree: Tree): boolean {
  for (const [path, oid] of Object.entries(inputs)) if (tree.get(path)?.oid !== oid) return false;
  const kinds = new Set(Object.keys(inputs).map(kindOf));
  const locked = new Set(lockfilesAmong([...tree.keys()]));
  for (const path of tree.keys()) {
    if (Object.hasOwn(inputs, path)) continue;
    // A new file beside one that was read, and of its kind, would have been read, too.
    if (locked.has(path) || kinds.has(kindOf(path))) return false;
  }
  return true;
}

/** Folder and extension; of manifests and files without an extension, the whole path. */
function kindOf(path: string): string {
  const [, folder = "", extension] = /^(.*\/)?[^/]+(\.[^./]+)$/.exec(path) ?? [];
  return extension === undefined || lockfilesAmong([path]).length > 0 ? path : `${folder}*${extension}`;
}
