// What if several commands work in one workspace at once? One builds and the others wait, whatever order they come in; a
// watch and a collection of garbage among them.

import { once } from "node:events";
import { expect, test } from "vitest";
import { KEYS } from "../rig/small-work.ts";
import { LONG, report, times } from "./extent.ts";
import { broken, tail } from "./intact.ts";
import { calm } from "./struck-build.ts";
import { Trial } from "./trial.ts";

test("builds, a watch and collections of garbage at once come to what one build does", LONG, async () => {
  const { golden } = await calm();
  const rounds = times(1, 3, 10);
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    await using trial = await Trial.begin();
    const { rig } = trial;
    const start = (...args: readonly string[]) => rig.startWith(KEYS, ...args);
    const watch = start("build", "--watch");
    const others = [start("build", "--json"), start("gc"), start("build")];
    if (watch.child.stderr !== null) await once(watch.child.stderr, "data");
    const runs = await Promise.all(others.map((program) => program.done));
    watch.child.kill("SIGINT");
    runs.push(await watch.done);
    const failed = runs.slice(0, -1).filter(({ code }) => code !== 0);
    const twice = [...trial.bill.values()].filter((times) => times > 1);
    const bad = [
      ...failed.map((run) => `a command ends with ${run.code ?? run.signal}\n${tail(run)}`),
      ...(twice.length === 0 ? [] : [`${twice.length} answers were paid for twice`]),
      ...(await broken(trial, golden, runs)),
    ];
    if (bad.length > 0) wrong.push([`round ${round}`, ...bad].join("\n  "));
  }
  report({
    what: "Two builds, a watch and a collection of garbage at once",
    tried: rounds,
    held: rounds - wrong.length,
  });
  expect(wrong).toEqual([]);
});
