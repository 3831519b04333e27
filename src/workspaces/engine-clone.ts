// Where does the factory do its own git work on a project? In a bare clone that borrows the project's objects and
// holds nothing that cannot be made again: at any doubt another one is made. It has no refs. None is replaced where it lies:
// whoever reads the workspace meanwhile, or builds, goes on in the one it has.

import { randomBytes } from "node:crypto";
import { mkdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Result } from "../model/result.ts";
import { now } from "../platform/clock.ts";
import { namesIn, onDisk, replaceFile, unlessMissing } from "./disk.ts";
import { Git } from "./git.ts";
import { type Blueprint, layRepository } from "./lay-repository.ts";
import type { Located } from "./locate.ts";

/** Written last, so that a clone that is not whole is nobody's. */
const SOURCE = "factory-source";
/** Of what `layRepository` lays; a clone that an earlier version laid serves no more. */
const LAYOUT = 3;
/** For how long a command may go on reading in a clone that serves no more, or make one. */
const LEFT_MS = 3_600_000;

/**
 * What `open` comes to in the newest clone of the folder that fits the project as it stands; made where there is none. Where git
 * fails in it, an object may be missing that the project has: it is asked once more, in another one, and nobody opens the first
 * any more.
 */
export async function openInClone<T>(
  clones: string,
  project: Located,
  open: (clone: Promise<Result<Git>>) => Promise<Result<T>>,
): Promise<Result<T>> {
  const clone = fittingClone(clones, project);
  const [first, git] = await Promise.all([open(clone), clone]);
  if (first.ok || first.failure.reason !== "git" || !git.ok) return first;
  const path = join(git.value.place.gitDir, SOURCE);
  const discarded = await onDisk(path, "discard the engine's clone", () => rm(path, { force: true }));
  return discarded.ok ? open(fittingClone(clones, project)) : discarded;
}

function fittingClone(clones: string, project: Located): Promise<Result<Git>> {
  return onDisk(clones, "open the engine's clone", async () => {
    const [source, names] = await Promise.all([sourceOf(project), namesIn(clones)]);
    for (const name of [...names].sort().reverse()) {
      const gitDir = resolve(clones, name);
      if ((await unlessMissing(readFile(join(gitDir, SOURCE), "utf8"))) === source)
        return new Git({ gitDir });
    }
    const name = `${now().toString(36)}-${randomBytes(4).toString("hex")}`;
    return new Git({ gitDir: await makeClone(resolve(clones, name), project, source) });
  });
}

/** What lies beside the clone goes, once nobody can be reading there any more. To be asked by whoever has the build lock. */
export function dropOtherClones({ place }: Git): Promise<Result<null>> {
  const clones = join(place.gitDir, "..");
  return onDisk(clones, "remove clones that serve no more", async () => {
    for (const name of await namesIn(clones)) {
      const path = join(clones, name);
      if (name === basename(place.gitDir)) continue;
      await dropLeft(path);
    }
    // Of questions that a kill left without an answer.
    for (const folder of ["indexes", "scratch"].map((name) => join(place.gitDir, name)))
      for (const name of await namesIn(folder)) await dropLeft(join(folder, name));
    return null;
  });
}

async function dropLeft(path: string): Promise<void> {
  const found = await unlessMissing(stat(path));
  if (found !== null && found.mtimeMs < now() - LEFT_MS) await rm(path, { recursive: true, force: true });
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

async function makeClone(gitDir: string, project: Located, source: string): Promise<string> {
  await mkdir(join(gitDir, ".."), { recursive: true });
  await layRepository(gitDir, await blueprintOf(project));
  await mkdir(join(gitDir, "indexes"));
  await replaceFile(join(gitDir, SOURCE), source);
  return gitDir;
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
