// By which rules does a project ignore files? The `.gitignore` files of one tree, laid into a folder of their own, so
// that git can be asked about paths that lie elsewhere and no file there can change its answer.

import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import type { Tree } from "../model/tree.ts";
import { inUse, onDisk, unlessMissing } from "./disk.ts";
import type { Git } from "./git.ts";
import { readBlobs } from "./objects.ts";

/** The folder with the rules of a tree, in the folder of all rules of a project; made where it is not there. */
export async function layIgnoreRules(git: Git, tree: Tree, all: string): Promise<Result<string>> {
  // git itself does not read one that is a link.
  const rules = [...tree].filter(
    ([path, { mode }]) => /(?:^|\/)\.gitignore$/.test(path) && mode !== "120000" && mode !== "160000",
  );
  const name = createHash("sha256").update(rules.map(([path, { oid }]) => `${oid} ${path}\0`).join(""));
  const folder = join(all, name.digest("hex").slice(0, 32));
  const found = await onDisk(folder, "look for rules", () => unlessMissing(stat(folder)));
  if (!found.ok) return found;
  if (found.value !== null) {
    await inUse(folder, found.value);
    return success(folder);
  }
  const contents = await readBlobs(
    git,
    rules.map(([, { oid }]) => oid),
  );
  if (!contents.ok) return contents;
  return onDisk(folder, "write rules", async () => {
    const draft = `${folder}.${randomUUID()}`;
    await mkdir(draft, { recursive: true });
    for (const [index, [path]] of rules.entries()) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), contents.value[index] as Uint8Array);
    }
    // Two builds never run at once, but two attempts of one build may ask for the same.
    await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
      await rm(draft, { recursive: true, force: true });
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
    return folder;
  });
}
