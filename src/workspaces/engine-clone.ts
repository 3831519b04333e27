// Where does the factory do its own git work on a project? In a bare clone that borrows the project's objects and
// holds nothing that cannot be made again: at any doubt it is thrown away. It has no refs.

import { mkdir, mkdtemp, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Result } from "../model/result.ts";
import { onDisk, replaceFile, unlessMissing } from "./disk.ts";
import { Git } from "./git.ts";
import { type Blueprint, layRepository } from "./lay-repository.ts";
import type { Located } from "./locate.ts";

const SOURCE = "factory-source";
/** Of what `layRepository` lays; a clone that an earlier version laid is made again. */
const LAYOUT = 2;

/** The clone at `gitDir`, made or made again where it does not fit the project as it stands. */
export function openClone(gitDir: string, project: Located): Promise<Result<Git>> {
  return onDisk(gitDir, "open the engine's clone", async () => {
    const [source, found] = await Promise.all([
      sourceOf(project),
      unlessMissing(readFile(join(gitDir, SOURCE), "utf8")),
    ]);
    if (found !== source) {
      await rm(gitDir, { recursive: true, force: true });
      await makeClone(gitDir, project, source);
    }
    return new Git({ gitDir });
  });
}

/** Throws the clone away; for the caller that found an object missing in it. */
export function discardClone(gitDir: string): Promise<Result<void>> {
  return onDisk(gitDir, "discard the engine's clone", () => rm(gitDir, { recursive: true, force: true }));
}

/** The object folders that a clone of the project must borrow, the project's own alternates included. */
export async function objectFolders(project: Pick<Located, "commonDir">): Promise<readonly string[]> {
  const folders: string[] = [];
  const waiting = [join(project.commonDir, "objects")];
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    if (folders.includes(folder)) continue;
    folders.push(folder);
    const alternates = (await unlessMissing(readFile(join(folder, "info/alternates"), "utf8"))) ?? "";
    // git follows relative alternates on the first floor only, so all of them are made absolute here.
    const base = folder;
    for (const line of alternates.split("\n")) {
      if (line !== "" && !line.startsWith("#")) waiting.push(resolve(base, line));
    }
  }
  return folders;
}

/** The project's list of commits whose parents it does not have; null where its history is whole. */
export function shallowFile({ commonDir }: Pick<Located, "commonDir">): Promise<Result<Uint8Array | null>> {
  const path = join(commonDir, "shallow");
  return onDisk(path, "read where the history ends", () => unlessMissing(readFile(path)));
}

async function makeClone(gitDir: string, project: Located, source: string): Promise<void> {
  await mkdir(dirname(gitDir), { recursive: true });
  const scratch = await mkdtemp(`${gitDir}.new-`);
  try {
    const draft = join(scratch, "git");
    await layRepository(draft, await blueprintOf(project));
    await mkdir(join(draft, "indexes"));
    await replaceFile(join(draft, SOURCE), source);
    await rename(draft, gitDir);
  } catch (error) {
    // A reading command may have made the same clone at the same moment; then that one serves.
    if ((await unlessMissing(readFile(join(gitDir, SOURCE), "utf8"))) !== source) throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function blueprintOf(project: Located): Promise<Blueprint> {
  return {
    objectFormat: project.objectFormat,
    alternates: await objectFolders(project),
    shallow: await unlessMissing(readFile(join(project.commonDir, "shallow"))),
    bare: true,
  };
}

// What the clone was made from. The boot is in it because objects in the clone are not flushed: after a power cut
// they may be torn, and git would take a torn object for one that need not be written.
async function sourceOf(project: Located): Promise<string> {
  const objects = join(project.commonDir, "objects");
  const [{ dev, ino }, real, alternates, shallow, boot] = await Promise.all([
    stat(objects, { bigint: true }),
    realpath(objects),
    objectFolders(project),
    unlessMissing(readFile(join(project.commonDir, "shallow"), "utf8")),
    unlessMissing(readFile("/proc/sys/kernel/random/boot_id", "utf8")),
  ]);
  return JSON.stringify({
    layout: LAYOUT,
    objects: real,
    file: `${dev}:${ino}`,
    alternates,
    shallow,
    boot: boot?.trim() ?? hostname(),
  });
}
