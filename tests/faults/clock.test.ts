// Does a build hang on the clock of the machine? It may be years off, or be set back while a build runs.

import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { FACTORY } from "../rig/factory-rig.ts";
import { KEYS } from "../rig/small-work.ts";
import { chanceOf, drawn, LONG, report, times } from "./extent.ts";
import { broken } from "./intact.ts";
import { calm } from "./struck-build.ts";
import { Trial } from "./trial.ts";

const PRELOAD = fileURLToPath(new URL("shifted-clock.cjs", import.meta.url));
const DAY_MS = 24 * 3_600_000;
const OFF = { "a day": DAY_MS, "an hour": DAY_MS / 24, "ten years": 3650 * DAY_MS };

const JUMPS = Object.entries(OFF).flatMap(([name, ms]) =>
  [ms, -ms].flatMap((off) =>
    [1, 40].map((from) => ({
      what: `${name} ${off > 0 ? "ahead" : "back"} from its question ${from} on`,
      off,
      from,
    })),
  ),
);

test("whatever the clock says, a build comes to the same, and so does the one after it", LONG, async () => {
  const { golden } = await calm();
  const wrong: string[] = [];
  const jumps = drawn(JUMPS, times(1, JUMPS.length, JUMPS.length), chanceOf("clock"));
  for (const { what, off, from } of jumps) {
    await using trial = await Trial.begin();
    const run = await trial.rig.launch(".", [process.execPath, "--require", PRELOAD, FACTORY, "build"], {
      ...KEYS,
      CLOCK_OFF_MS: String(off),
      CLOCK_FROM: String(from),
    }).done;
    const ended = run.code === 0 ? [] : [`it ends with ${run.code}\n${run.stderr.slice(-2000)}`];
    const bad = [...ended, ...(await broken(trial, golden, [run]))];
    if (bad.length > 0) wrong.push([what, ...bad].join("\n  "));
  }
  report({ what: "The clock is wrong, or jumps", tried: jumps.length, held: jumps.length - wrong.length });
  expect(wrong).toEqual([]);
});
