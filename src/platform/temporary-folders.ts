// Whose is a folder among the system's temporary files? Its name says which process made it, so that whoever comes after a
// process that was killed takes away what that could not. It knows nothing of what lies in them.

import { lstatSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "./file-failure.ts";
import { birthOf, PIPE_FOLDER } from "./process-table.ts";
import { processPlace } from "./run-marks.ts";

/** What the name begins with, of what lies there. */
const FOLDERS = { child: "factory-child-", git: "factory-git-", hosts: "factory-hosts-", pipes: PIPE_FOLDER };
/** Space of processes, number and birth in it. */
const OWNED = new RegExp(`^(?:${Object.values(FOLDERS).join("|")})(\\d+)\\.(\\d+)\\.(\\d+)-`);

let own: string | null = null;

/** What the path of a folder begins with in which git's answers or a child's files lie, the socket of a proxy, or pipes before they are opened. */
export function temporaryPath(use: keyof typeof FOLDERS): string {
  own ??= `${spaceNumber() ?? 0}.${process.pid}.${birthOf(process.pid)}`;
  return join(tmpdir(), `${FOLDERS[use]}${own}-`);
}

/** Removes one, or a file in it. What the system does not let go now, a sweep takes once this process is dead. */
export function dropTemporary(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    systemCode(error);
  }
}

/** Removes those whose process is dead. Where the system does not tell, none is. */
export function sweepTemporaryFolders(): Result<void> {
  const space = spaceNumber();
  if (space === null) return success(undefined);
  try {
    for (const name of readdirSync(tmpdir())) {
      const [, where, pid, birth] = OWNED.exec(name) ?? [];
      // A number means nothing in another space, as that of a container that has the same temporary files.
      if (where !== space || birthOf(Number(pid)) === Number(birth)) continue;
      const path = join(tmpdir(), name);
      // Whoever builds beside us sweeps, too.
      const owner = lstatSync(path, { throwIfNoEntry: false })?.uid;
      if (owner !== undefined && owner === process.getuid?.()) rmSync(path, { recursive: true, force: true });
    }
    return success(undefined);
  } catch (error) {
    return fileFailure(tmpdir(), "remove what a killed process left in", error);
  }
}

function spaceNumber(): string | null {
  return /\d+/.exec(processPlace().space ?? "")?.[0] ?? null;
}
