// Can a build be killed at any moment, and while it recovers from that, and go on as if nothing had happened? At every place
// where it asks the file system for something: among them lie all steps of a call, from its room and its INTENT to its answer
// and its DONE, of a slot, a gate, a publication and a lock. And at moments that a clock draws.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Run } from "../rig/program.ts";
import { KEYS } from "../rig/small-work.ts";
import { chanceOf, drawn, LONG, oneOf, report, times } from "./extent.ts";
import { broken } from "./intact.ts";
import { type CallPlace, calm, struckBuild, toldAs } from "./struck-build.ts";
import { Trial } from "./trial.ts";

/** Kills one build of the trial; what is told of it. */
type Kill = (trial: Trial) => Promise<{ readonly what: string; readonly run: Run }>;

function killAt(place: CallPlace, chance: () => number): Kill {
  const nth = chance() < 0.5 ? 1 : 1 + Math.floor(chance() * place.calls);
  const strike = { place, code: "KILL", nth, lasts: false };
  return async (trial) => {
    const build = await struckBuild(trial, strike);
    return { what: toldAs(strike, build, trial.rig.root), run: build.run };
  };
}

function killAfter(ms: number): Kill {
  return async (trial) => {
    const build = trial.rig.startWith(KEYS, "build");
    await Promise.race([sleep(ms), build.done]);
    build.child.kill("SIGKILL");
    return { what: `killed after ${Math.round(ms)} ms`, run: await build.done };
  };
}

async function survive(what: string, rounds: readonly (readonly Kill[])[]): Promise<void> {
  const { golden } = await calm();
  const wrong: string[] = [];
  for (const kills of rounds) {
    await using trial = await Trial.begin();
    const done = [];
    for (const kill of kills) done.push(await kill(trial));
    const bad = await broken(
      trial,
      golden,
      done.map(({ run }) => run),
    );
    if (bad.length === 0) continue;
    wrong.push([...done.map((kill) => kill.what), ...bad].join("\n  ").replaceAll(trial.rig.root, "."));
    console.log(wrong.at(-1));
  }
  report({ what, tried: rounds.length, held: rounds.length - wrong.length });
  expect(wrong).toEqual([]);
}

test("killed at any call of the file system, the next build ends as if none had been", LONG, async () => {
  const chance = chanceOf("kills");
  const { places } = await calm();
  const count = times(2, 70, places.length);
  const rounds = drawn(places, count, chance).map((place) => [killAt(place, chance)]);
  await survive(`SIGKILL at a call of the file system (${places.length} places)`, rounds);
});

test("killed again while it recovers, up to three times, it ends all the same", LONG, async () => {
  const chance = chanceOf("kills of recoveries");
  const { places, ms } = await calm();
  const rounds = Array.from({ length: times(1, 20, 100) }, () =>
    Array.from({ length: 2 + Math.floor(chance() * 2) }, () =>
      chance() < 0.5 ? killAt(oneOf(places, chance), chance) : killAfter(chance() * ms),
    ),
  );
  await survive("SIGKILL of a build and of its recoveries, 2 or 3 in a row", rounds);
});
