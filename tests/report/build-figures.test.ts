// Which figures of a build stay? What is told of it, folded.

import { expect, test } from "vitest";
import type { Event } from "../../src/model/event.ts";
import { foldFigures, NO_FIGURES } from "../../src/report/build-figures.ts";

test("a build begins with the first that is told, so one that only planned has a day, too", () => {
  const told: readonly Event[] = [
    { at: 86_400_000, type: "planning-started", feature: "notes" },
    { at: 86_400_500, type: "planning-ended", feature: "notes", failure: null },
    { at: 86_401_000, type: "build-started", build: "7", tasks: 1, settled: 0 },
  ];
  expect(told.reduce(foldFigures, NO_FIGURES).startedAt).toBe(86_400_000);
});
