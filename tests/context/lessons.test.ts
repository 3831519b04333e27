// How much of what earlier attempts taught has room in a window?

import { expect, test } from "vitest";
import { withLessons } from "../../src/context/lessons.ts";
import type { Window } from "../../src/model/window.ts";

const EMPTY: Window = { segments: [], taskBytes: 0 };
const LESSONS = ["oldest", "older", "newest"].map(
  (name) =>
    `Don't repeat that draft: tried, failed because the ${name} gate said no. It changed ${name}.ts (+1 -1).`,
);
const told = (room: number) => withLessons(EMPTY, LESSONS, room).segments.map(({ text }) => text);

test("all of them, oldest first, where there is room", () => {
  expect(told(3000)).toEqual(LESSONS);
  expect(withLessons(EMPTY, [], 3000).segments).toEqual([]);
});

test("what has no room is counted, and the last that is told ends with a sentence", () => {
  expect(told(300)).toEqual(["What 1 older attempt taught has no room here.", ...LESSONS.slice(1)]);
  expect(told(220)).toEqual(["What 2 older attempts taught has no room here.", LESSONS[2]]);
  const cut = "Don't repeat that draft: tried, failed because the newest gate said no. (1 more sentence)";
  expect(told(180)).toEqual(["What 2 older attempts taught has no room here.", cut]);
  expect(told(60)).toEqual([]);
  for (let room = 0; room < 500; room++)
    expect(withLessons(EMPTY, LESSONS, room).taskBytes).toBeLessThanOrEqual(room);
});
