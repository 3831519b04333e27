// What becomes of a build whose n-th call of the file system fails? For every place of the code that asks the system for a
// file, with every error that it can give, once and from then on.

import { expect, test } from "vitest";
import { chanceOf, drawn, LONG, report, times } from "./extent.ts";
import { broken } from "./intact.ts";
import { type CallPlace, calm, type Strike, type StruckBuild, struckBuild, toldAs } from "./struck-build.ts";
import { Trial } from "./trial.ts";

/** Of every place and error: the first call and one of the later ones, once, and the first one for good. */
function strikesAt(places: readonly CallPlace[], chance: () => number): readonly Strike[] {
  return places.flatMap((place) =>
    place.codes.flatMap((code) => {
      const once = { place, code, nth: 1, lasts: false };
      const later = 2 + Math.floor(chance() * (place.calls - 1));
      return [
        once,
        ...(place.calls > 1 ? [{ ...once, nth: later }] : []),
        // Whoever waits for a descriptor waits its full time; a build in which none ever comes free has a test of its own.
        ...(code === "EMFILE" ? [] : [{ ...once, lasts: true }]),
      ];
    }),
  );
}

const REMEDY = /Free space|Give this user the right|Raise the limit|Check the disk|Fix /;

/** What is wrong with how a build told that it could not go on. */
function badlyTold({ run }: StruckBuild, code: string): readonly string[] {
  const screen = run.stdout + run.stderr;
  if (run.code === null) return [`it did not end (${run.signal})\n${screen.slice(-2000)}`];
  if (/this is a bug|^\s+at .*:\d+:\d+/m.test(screen)) return [`a stack is shown\n${screen.slice(-3000)}`];
  if (run.code === 0) return [];
  return [
    ...(screen.includes(code) ? [] : [`${code} is not told\n${screen.slice(-2000)}`]),
    ...(REMEDY.test(screen) ? [] : [`no remedy is told\n${screen.slice(-2000)}`]),
    ...(/\w\/\.?\w/.test(screen) ? [] : [`no path is told\n${screen.slice(-2000)}`]),
  ];
}

test("whichever call of the file system fails, the next build ends as if none had", LONG, async () => {
  const chance = chanceOf("failing calls");
  const { golden, places } = await calm();
  const strikes = drawn(strikesAt(places, chance), times(3, 80, Number.POSITIVE_INFINITY), chance);
  const wrong: string[] = [];
  for (const strike of strikes) {
    await using trial = await Trial.begin();
    const build = await struckBuild(trial, strike);
    const bad = [...badlyTold(build, strike.code), ...(await broken(trial, golden, [build.run]))];
    if (bad.length === 0) continue;
    wrong.push([toldAs(strike, build, trial.rig.root), ...bad].join("\n  ").replaceAll(trial.rig.root, "."));
    console.log(wrong.at(-1));
  }
  const held = strikes.length - wrong.length;
  report({
    what: `One call of the file system fails (${places.length} places)`,
    tried: strikes.length,
    held,
  });
  expect(wrong).toEqual([]);
});
