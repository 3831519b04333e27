// Is anything left in a person's repository by a build that was killed while it published? At every call of the file system that
// is about the note of a publication, the index of the project, its lock and its draft, and at those of the recovery, too.

import { expect, test } from "vitest";
import { chanceOf, drawn, LONG, report, times } from "./extent.ts";
import { broken } from "./intact.ts";
import { calm, struckBuild, toldAs } from "./struck-build.ts";
import { Trial } from "./trial.ts";

const OF_PUBLICATION = /\.publish(\.|$)|\.git\/index(\.|$)/;

test(
  "killed at any step of a publication, the next build leaves nothing of it in the project",
  LONG,
  async () => {
    const chance = chanceOf("kills of publications");
    const { golden, places } = await calm();
    const steps = places.filter(({ path }) => OF_PUBLICATION.test(path));
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(["link", "rename", "rm"]));
    const wrong: string[] = [];
    const chosen = drawn(steps, times(3, steps.length, steps.length), chance);
    for (const place of chosen) {
      await using trial = await Trial.begin();
      const strike = { place, code: "KILL", nth: place.calls, lasts: false };
      const build = await struckBuild(trial, strike);
      const bad = await broken(trial, golden, [build.run]);
      if (bad.length === 0) continue;
      wrong.push(
        [toldAs(strike, build, trial.rig.root), ...bad].join("\n  ").replaceAll(trial.rig.root, "."),
      );
      console.log(wrong.at(-1));
    }
    const held = chosen.length - wrong.length;
    report({
      what: `SIGKILL at a step of a publication (${steps.length} steps)`,
      tried: chosen.length,
      held,
    });
    expect(wrong).toEqual([]);
  },
);
