// What becomes of a build on a file system that really fills up? All of its programs share it: git, agents, gates. The next
// build has room again.

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FACTORY } from "../rig/factory-rig.ts";
import { KEYS } from "../rig/small-work.ts";
import { chanceOf, LONG, report, times } from "./extent.ts";
import { broken } from "./intact.ts";
import { calm } from "./struck-build.ts";
import { Trial } from "./trial.ts";

/**
 * A file system of its own, in memory, lies over the workspace while the build runs; what it holds at the end is put back to
 * where others see it. $1: the folder; $2: bytes that are free for the build; $3: the original, under another name.
 */
const IN_LITTLE_ROOM = `
base=$1 free=$2 beneath=$3
shift 3
mount --bind "$base" "$beneath" &&
mount -t tmpfs -o size=64m tmpfs "$base" &&
cp -a "$beneath/." "$base" || exit 99
left=$(df --output=avail -B1 "$base" | tail -n 1)
cd "$base" && head -c $((left - free)) /dev/zero > ballast && cd - > /dev/null
"$@"
code=$?
rm "$base/ballast"
find "$beneath" -mindepth 1 -delete && cp -a "$base/." "$beneath" || exit 98
exit $code
`;
const OWN = ["--map-root-user", "--mount"];

function canMount(): boolean {
  try {
    execFileSync("unshare", [...OWN, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { stdio: "ignore" });
    return true;
  } catch {
    console.warn("skipped: no file system of one's own can be mounted here");
    return false;
  }
}

const MOST = 512 * 1024;

test.skipIf(!canMount())(
  "whatever room a disk still has, the next build ends as if it had never been full",
  LONG,
  async () => {
    const chance = chanceOf("full disk");
    const { golden } = await calm();
    const rooms = [0, ...Array.from({ length: times(2, 20, 200) }, () => Math.floor(chance() ** 2 * MOST))];
    const wrong: string[] = [];
    let full = 0;
    for (const room of rooms) {
      await using trial = await Trial.begin();
      const beneath = join(trial.base, "..", `beneath-${room}`);
      mkdirSync(beneath, { recursive: true });
      const words = ["-c", IN_LITTLE_ROOM, "sh", trial.base, String(room), beneath];
      const build = [process.execPath, FACTORY, "build"];
      const command = ["unshare", ...OWN, "sh", ...words, ...build] as [string, ...string[]];
      const run = await trial.rig.launch(".", command, KEYS).done;
      const screen = run.stdout + run.stderr;
      if (run.code !== 0) full++;
      const told =
        run.code === 0 || /ENOSPC|[Nn]o space left/.test(screen)
          ? []
          : [`what is full is not told: exit ${run.code}\n${screen.slice(-2000)}`];
      const stack = /this is a bug|^\s+at .*:\d+:\d+/m.test(screen) ? [`a stack is shown\n${screen}`] : [];
      const bad = [...told, ...stack, ...(await broken(trial, golden, [run]))];
      if (bad.length > 0) wrong.push([`${room} bytes free`, ...bad].join("\n  "));
    }
    report({ what: "The file system fills up", tried: rooms.length, held: rooms.length - wrong.length });
    expect(wrong).toEqual([]);
    expect(full).toBeGreaterThan(0);
  },
);
