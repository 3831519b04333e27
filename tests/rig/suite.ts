// What does the suite stand on? Tests run the real command, so there is a bundle of what stands before them; and whatever they and
// the processes that they start leave in the temporary folder goes away with it.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Linux keeps files of this folder in memory: a fifth of the suite's time goes to the journal of a disk. */
const MEMORY = "/dev/shm";

/** Bytes that must be free there; the files of one run take less than a quarter of it. */
const ROOM = 8 * 2 ** 30;

export default function setup(): () => void {
  execFileSync(process.execPath, ["scripts/bundle.mjs", "--if-changed"], { stdio: "inherit" });
  const folder = inMemory() ?? mkdtempSync(join(tmpdir(), "factory-suite-"));
  process.env.TMPDIR = folder;
  return () => {
    if (process.env.FACTORY_RIG_KEEP === undefined)
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}

/** None where a person names a folder, where it has too little room, or where nothing in it may be executed. */
function inMemory(): string | undefined {
  if (process.env.TMPDIR !== undefined) return;
  let folder: string | undefined;
  try {
    const space = statfsSync(MEMORY);
    if (space.bavail * space.bsize < ROOM) return;
    folder = mkdtempSync(join(MEMORY, "factory-suite-"));
    const probe = join(folder, "probe");
    writeFileSync(probe, "#!/bin/sh\n", { mode: 0o755 });
    execFileSync(probe);
    rmSync(probe);
    return folder;
  } catch {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    return;
  }
}
