import { expect, test } from "vitest";
import { readForeign } from "../../../src/spec/imports/readers.ts";
import { foreign, order, read, requirements } from "./foreign-spec.ts";

const json = (value: unknown) => foreign("task-master", { "tasks.json": JSON.stringify(value, null, 2) });

test("subtasks are the tasks, under the requirement of their parent, and dependencies lead to them", () => {
  const made = read(
    json({
      master: {
        tasks: [
          { id: 1, title: "Base", description: "src/base.ts", status: "done", dependencies: [] },
          {
            id: 2,
            title: "House",
            description: "A house.",
            status: "pending",
            dependencies: [1],
            testStrategy: "Walk in.",
            subtasks: [
              { id: 1, title: "Walls", description: "src/walls.ts", dependencies: [] },
              {
                id: 2,
                title: "Roof",
                description: "src/roof.ts",
                dependencies: [1],
                acceptanceCriteria: "- is dry",
              },
              { id: 3, title: "Pool", description: "src/pool.ts", status: "cancelled", dependencies: [] },
            ],
          },
          { id: 3, title: "Garden", description: "src/garden.ts", dependencies: ["2", 9] },
        ],
      },
    }),
  );
  expect(requirements(made)).toEqual([
    "R1: Base. src/base.ts",
    "R2: House. A house.",
    "R2.1: Walk in.",
    "R3: Garden. src/garden.ts",
  ]);
  expect(order(made)).toEqual(["1", "2.1 <- 1", "2.2 <- 1 2.1", "3 <- 2.1 2.2"]);
  expect(made.tasks[2]?.acceptance).toEqual(["R2.1: Walk in.", "is dry"]);
  expect(made.notes.filter((note) => note.startsWith("left-out"))).toEqual(["left-out tasks.json:38"]);
});

test("each tag is a feature, and the older format is one", () => {
  const task = { id: 1, title: "One", description: "src/one.ts" };
  const tags = readForeign(
    json({ master: { tasks: [task] }, side: { tasks: [task] }, notes: "x", none: { tasks: [] } }),
  );
  expect(tags.map(({ name }) => name)).toEqual(["thing", "side"]);
  const old = readForeign(json({ tasks: [task], meta: { projectName: "Old shop" } }));
  expect(old.map(({ feature }) => feature?.title)).toEqual(["Old shop"]);
});

test.each([
  ["no JSON", "{", "invalid-json"],
  ["a list", "[]", "no-tasks"],
  ["nesting without end", `${'{"a":'.repeat(200_000)}1${"}".repeat(200_000)}`, null],
  [
    "a circle",
    '{"tasks":[{"id":1,"title":"a","details":"src/a.ts","dependencies":[2]},{"id":2,"title":"b","details":"src/b.ts","dependencies":[1]}]}',
    null,
  ],
  [
    "values of other types",
    '{"tasks":[{"id":{},"title":7},{"id":1,"title":["x"],"subtasks":{"a":1},"dependencies":"2"}]}',
    "no-task",
  ],
])("%s is told, and breaks nothing", (_name, text, code) => {
  const made = readForeign(foreign("task-master", { "tasks.json": text }));
  const codes = made.flatMap(({ notes }) => notes.list.map((note) => note.code));
  if (code !== null) expect(codes).toContain(code);
  expect(made.length).toBeGreaterThan(0);
});

test("a strategy is proved line by line, and where a window is full, details give way to what has to hold", () => {
  const made = read(
    json({
      master: {
        tasks: [
          {
            id: 1,
            title: "Oven",
            details: "src/oven.ts",
            testStrategy: "1. It heats\n2. **Safety**:\n   - It cools",
          },
          {
            id: 2,
            title: "Bakery",
            testStrategy: `It bakes ${"bread ".repeat(60)}`,
            subtasks: [{ id: 1, title: "Bake in src/bake.ts", details: "word ".repeat(480) }],
          },
        ],
      },
    }),
  );
  const [oven, bakery] = made.tasks;
  expect(oven?.acceptance).toEqual(["It heats", "Safety: It cools"]);
  expect(bakery).toMatchObject({ id: "2.1", requirements: ["R2", "R2.1"], description: "" });
  expect(made.notes.map((note) => note.split(" ")[0])).toContain("too-large");
  expect(made.tasks).toHaveLength(2);
});
