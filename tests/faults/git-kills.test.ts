// What if the system kills a git that the build has started: before it does anything, while it writes, or when all is done and
// only its word is missing? And with it the build itself? A program called git in front of the real one counts how often it is
// started, and strikes once.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { FACTORY } from "../rig/factory-rig.ts";
import type { Run } from "../rig/program.ts";
import { KEYS } from "../rig/small-work.ts";
import { chanceOf, drawn, LONG, report, times } from "./extent.ts";
import { broken, tail } from "./intact.ts";
import { calm } from "./struck-build.ts";
import { Trial } from "./trial.ts";

const MOMENTS = ["before", "during", "after"] as const;

interface GitStrike {
  /** Which git of the build is struck, counted from 1. */
  readonly nth: number;
  readonly moment: (typeof MOMENTS)[number];
  /** Seconds that pass first in the middle of its work. */
  readonly delay: string;
  /** The build dies with it. */
  readonly both: boolean;
}

interface StruckGit {
  readonly run: Run;
  /** How often git was started. */
  readonly started: number;
  /** What was struck; null where the build never came there. */
  readonly command: string | null;
}

const GIT = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();

/** Beside the workspace, so that nothing of it is taken for what a build has left. */
function gitIn(folder: string, strike: GitStrike | null): string {
  const { nth = 0, moment = "before", delay = "0", both = false } = strike ?? {};
  const die = `${both ? `kill -KILL "$(cat ${folder}/pid)"; ` : ""}kill -KILL $$`;
  const script = [
    "#!/bin/sh",
    `echo x >> ${folder}/started`,
    `if [ "$(wc -l < ${folder}/started)" -eq ${nth} ] && mkdir ${folder}/struck 2>/dev/null; then`,
    `  printf '%s ' "$@" > ${folder}/struck/command`,
    ...(moment === "after" ? [`  ${GIT} "$@"`] : []),
    ...(moment === "during"
      ? [
          `  ${GIT} "$@" <&0 &`,
          `  /bin/sleep ${delay}`,
          "  kill -KILL $! 2>/dev/null",
          "  wait $! 2>/dev/null",
        ]
      : []),
    `  ${die}`,
    "fi",
    `exec ${GIT} "$@"`,
    "",
  ].join("\n");
  const programs = join(folder, "bin");
  mkdirSync(programs);
  writeFileSync(join(programs, "git"), script, { mode: 0o755 });
  return programs;
}

async function buildWith(trial: Trial, strike: GitStrike | null): Promise<StruckGit> {
  const folder = mkdtempSync(join(tmpdir(), "git-kills-"));
  try {
    const PATH = `${gitIn(folder, strike)}${delimiter}${process.env.PATH}`;
    const command = ["/bin/sh", "-c", 'echo $$ > "$0"; exec "$@"', `${folder}/pid`] as const;
    const build = [process.execPath, FACTORY, "build"];
    const run = await trial.rig.launch(".", [...command, ...build], { ...KEYS, PATH }).done;
    const struck = join(folder, "struck/command");
    return {
      run,
      started: readFileSync(join(folder, "started"), "utf8").trim().split("\n").length,
      command: existsSync(struck) ? readFileSync(struck, "utf8") : null,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function badlyTold({ run, command }: StruckGit, both: boolean): readonly string[] {
  if (command === null) return [];
  const screen = run.stdout + run.stderr;
  if (both) return run.signal === "SIGKILL" ? [] : [`the build was not killed: ${run.code}\n${tail(run)}`];
  if (run.code === null) return [`it did not end (${run.signal})\n${tail(run)}`];
  if (/this is a bug|^\s+at .*:\d+:\d+/m.test(screen)) return [`a stack is shown\n${tail(run)}`];
  return run.code === 0 || /SIGKILL|killed/.test(screen)
    ? []
    : [`nobody says that git was killed\n${tail(run)}`];
}

function toldAs({ nth, moment, delay, both }: GitStrike, { command, run }: StruckGit): string {
  const what = command?.replaceAll(/-c \S+ /g, "").slice(0, 120) ?? "not reached";
  const when = moment === "during" ? `after ${delay} s of` : moment;
  return `SIGKILL ${when} git ${nth} (${what})${both ? " and of the build" : ""}, exit ${run.code ?? run.signal}`;
}

test(
  "whenever a git is killed, alone or with its build, the next build ends as if none had been",
  LONG,
  async () => {
    const chance = chanceOf("kills of git");
    const { golden } = await calm();
    await using undisturbed = await Trial.begin();
    const { started, run } = await buildWith(undisturbed, null);
    expect([run.code, started > 20], run.stderr).toEqual([0, true]);
    const all = Array.from({ length: started }, (_, index) => index + 1).flatMap((nth) =>
      MOMENTS.flatMap((moment) =>
        [false, true].map((both): GitStrike => ({ nth, moment, delay: (chance() * 0.004).toFixed(4), both })),
      ),
    );
    const strikes = drawn(all, times(4, 50, all.length), chance);
    const wrong: string[] = [];
    for (const strike of strikes) {
      await using trial = await Trial.begin();
      const build = await buildWith(trial, strike);
      const bad = [...badlyTold(build, strike.both), ...(await broken(trial, golden, [build.run]))];
      if (bad.length === 0) continue;
      wrong.push([toldAs(strike, build), ...bad].join("\n  ").replaceAll(trial.rig.root, "."));
      console.log(wrong.at(-1));
    }
    const held = strikes.length - wrong.length;
    report({
      what: `SIGKILL of a git, alone or with the build (${started} gits)`,
      tried: strikes.length,
      held,
    });
    expect(wrong).toEqual([]);
  },
);
