// What would outlive a build if nobody ended it? Programs that leave at no signal that can be caught, and that start others
// which leave family, session and environment behind. Each tells its number in a file beside the workspace's sources.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, vi } from "vitest";
import type { FactoryRig } from "./factory-rig.ts";

/**
 * Arguments: the file for the numbers, and how far it goes. `plain` works alone. `family` has a child in a session of its
 * own, and one that went to the background, without parent or any variable, and works elsewhere. Each `call` is a line, as of an agent that goes on paying.
 */
const DEAF = `trap '' TERM HUP INT QUIT
marks=$1
tell() { echo "$1" >> "$marks"; }
if [ "$2" = family ]; then
  setsid sh "$0" "$marks" plain </dev/null >/dev/null 2>&1 &
  (cd / && env -i PATH="$PATH" setsid sh "$0" "$marks" plain </dev/null >/dev/null 2>&1 &)
fi
tell $$
while :; do echo call >> "$marks.calls"; sleep 0.2; done
`;

const DEAF_FILE = "deaf.sh";

/** The files that a workspace needs for it; `deaf` is the command. */
export const DEAF_FILES = { [DEAF_FILE]: DEAF } as const;

export function deaf(rig: FactoryRig, marks: string, how: "plain" | "family"): string {
  return `sh ${rig.path(DEAF_FILE)} ${rig.path(marks)} ${how}`;
}

const known = new Set<number>();

// Where a test fails, nobody else ends them. Only numbers that are still such a program's.
afterEach(() => {
  for (const pid of known) if (isDeaf(pid)) process.kill(pid, "SIGKILL");
  known.clear();
});

function isDeaf(pid: number): boolean {
  try {
    return readFileSync(join("/proc", String(pid), "cmdline"), "utf8").includes(DEAF_FILE);
  } catch {
    return false;
  }
}

/** The numbers that were told, once there are so many. */
export async function told(rig: FactoryRig, marks: string, many: number): Promise<readonly number[]> {
  return vi.waitFor(
    () => {
      const pids = existsSync(rig.path(marks)) ? rig.read(marks).trim().split("\n").map(Number) : [];
      for (const pid of pids) known.add(pid);
      if (pids.length < many) throw new Error(`${pids.length} of ${many} in ${marks}`);
      return pids;
    },
    { timeout: 60_000, interval: 20 },
  );
}

/** A killed process that nobody has collected yet still has an entry. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(readFileSync(join("/proc", String(pid), "stat"), "utf8"));
  } catch {
    return false;
  }
}
