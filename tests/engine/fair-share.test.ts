// Do projects get the time of agents that they are due? Builds are simulated with a clock of their own, so that stages
// may take hours.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type SimulatedTask, simulate, timeBy } from "./simulated-build.ts";

const MINUTE = 60_000;

interface Rivals {
  readonly tasks: readonly SimulatedTask[];
  readonly agents: number;
  readonly priorities: ReadonlyMap<string, number>;
  readonly longest: number;
}

/** Two to four projects with a weight, many tasks each, and lengths of their own; `edges` adds dependencies. */
function rivals(given: { edges: boolean; weights?: number }): fc.Arbitrary<Rivals> {
  const project = fc.record({
    weight: fc.integer({ min: 1, max: given.weights ?? 8 }),
    lengths: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
    back: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  });
  return fc
    .record({
      projects: fc.array(project, { minLength: 2, maxLength: 4 }),
      agents: fc.integer({ min: 1, max: 6 }),
      each: fc.integer({ min: 12, max: 24 }),
    })
    .map(({ projects, agents, each }) => {
      const count = projects.length;
      const tasks = Array.from({ length: each * count }, (_, node) => {
        const { lengths, back } = projects[node % count] as (typeof projects)[number];
        const turn = Math.floor(node / count);
        const before = node - count * (back[turn % back.length] as number);
        return {
          project: `p${node % count}`,
          after: given.edges && before >= 0 ? [before] : [],
          takes: lengths[turn % lengths.length] as number,
        };
      });
      return {
        tasks,
        agents,
        priorities: new Map(projects.map(({ weight }, number) => [`p${number}`, weight])),
        longest: Math.max(...projects.flatMap(({ lengths }) => lengths)),
      };
    });
}

test("with priorities 3 and 1 and more work than agents, agent time divides 3 to 1, and the critical path of each goes first", () => {
  // The first tasks of each project are a chain; the rest stands alone.
  const tasks = Array.from({ length: 400 }, (_, node) => ({
    project: node % 2 === 0 ? "major" : "minor",
    after: node >= 2 && node < 20 ? [node - 2] : [],
    takes: (1 + (node % 7)) * MINUTE,
  }));
  const priorities = new Map([
    ["major", 3],
    ["minor", 1],
  ]);
  const drafts = simulate(tasks, { agents: 4, priorities });
  const scarce = Math.max(...drafts.filter(({ project }) => project === "major").map(({ at }) => at));
  for (const moment of [scarce / 4, scarce / 2, scarce]) {
    const time = timeBy(drafts, moment);
    const ratio = (time.get("major") as number) / (time.get("minor") as number);
    expect(ratio).toBeGreaterThan(2.6);
    expect(ratio).toBeLessThan(3.4);
  }
  for (const project of ["major", "minor"]) {
    const [first] = drafts.filter((draft) => draft.project === project);
    expect(first?.node).toBe(project === "major" ? 0 : 1);
  }
});

test("whatever the weights and the lengths of tasks, no project is further from its share than a round of the longest stages", () => {
  fc.assert(
    fc.property(rivals({ edges: false }), ({ tasks, agents, priorities, longest }) => {
      const drafts = simulate(tasks, { agents, priorities });
      const lastStarts = [...priorities.keys()].map((project) =>
        Math.max(...drafts.filter((draft) => draft.project === project).map(({ at }) => at)),
      );
      const scarce = Math.min(...lastStarts);
      const time = timeBy(drafts, scarce);
      const had = [...priorities].map(([project, weight]) => (time.get(project) ?? 0) / weight);
      expect(Math.max(...had) - Math.min(...had)).toBeLessThanOrEqual(2 * agents * (longest + 1));
    }),
  );
});

test("no stage that could start waits for more than a bounded number of others, however small its project's weight", () => {
  fc.assert(
    fc.property(rivals({ edges: true, weights: 5 }), ({ tasks, agents, priorities, longest }) => {
      const weights = [...priorities.values()].reduce((sum, weight) => sum + weight, 0);
      const bound = 2 * agents * (longest + 1) * weights + agents;
      const waited = new Map<number, number>();
      simulate(tasks, { agents, priorities }, (state, starts) => {
        const { wants } = state.pools.agents;
        const started = starts.filter(({ stage }) => stage === "draft");
        for (const [project, queue] of wants.entries()) {
          const own = started.some(({ project: name }) => name === `p${project}`);
          const now = own || queue.length === 0 ? 0 : (waited.get(project) ?? 0) + started.length;
          waited.set(project, now);
          expect(now).toBeLessThanOrEqual(bound);
        }
      });
    }),
  );
});

test("where all stages take the same, a project waits for no more starts of others than their weights allow", () => {
  const priorities = new Map([
    ["p0", 5],
    ["p1", 3],
    ["p2", 1],
  ]);
  const tasks = Array.from({ length: 300 }, (_, node) => ({
    project: `p${node % 3}`,
    after: [],
    takes: MINUTE,
  }));
  const drafts = simulate(tasks, { agents: 1, priorities });
  const turns = [...drafts.entries()].flatMap(([turn, { project }]) => (project === "p2" ? [turn] : []));
  const whileScarce = turns.slice(0, 15);
  for (const [index, turn] of whileScarce.entries()) {
    expect(turn - (whileScarce[index - 1] ?? 0)).toBeLessThanOrEqual(5 + 3 + 1 + 2);
  }
});

test("no agent is idle while a stage wants one, whatever the shares, but for a judgement that is due", () => {
  fc.assert(
    fc.property(rivals({ edges: true }), ({ tasks, agents, priorities }) => {
      simulate(tasks, { agents, priorities }, ({ pools, waitsUntil }) => {
        if (waitsUntil !== null) return;
        for (const { running, size, wants } of Object.values(pools)) {
          if (running < size) expect(wants.flat()).toEqual([]);
        }
      });
    }),
  );
});

test("a project that wanted nothing for hours has saved up nothing: from then on the agents are shared", () => {
  // The late project has work only when the first hundred drafts of the early one are through.
  const early = Array.from({ length: 300 }, () => ({ project: "early", after: [], takes: MINUTE }));
  const gate = { project: "early", after: [], takes: 100 * MINUTE };
  const late = Array.from({ length: 200 }, () => ({ project: "late", after: [0], takes: MINUTE }));
  const drafts = simulate([gate, ...early, ...late], { agents: 2, priorities: new Map() });
  const begin = Math.min(...drafts.filter(({ project }) => project === "late").map(({ at }) => at));
  expect(begin).toBeGreaterThan(99 * MINUTE);
  const time = timeBy(drafts, begin + 100 * MINUTE, begin);
  const difference = (time.get("late") as number) - (time.get("early") as number);
  expect(Math.abs(difference)).toBeLessThanOrEqual(4 * MINUTE);
});

test("a long draft under way counts while it runs: its project does not take the other's agents meanwhile", () => {
  const slow = Array.from({ length: 20 }, () => ({ project: "slow", after: [], takes: 60 * MINUTE }));
  const quick = Array.from({ length: 400 }, () => ({ project: "quick", after: [], takes: MINUTE }));
  const drafts = simulate([...slow, ...quick], { agents: 4, priorities: new Map() });
  for (const minutes of [10, 30, 50, 90]) {
    const time = timeBy(drafts, minutes * MINUTE);
    expect(time.get("quick")).toBeGreaterThanOrEqual((2 * minutes - 4) * MINUTE);
    expect(time.get("slow")).toBeGreaterThanOrEqual((2 * minutes - 4) * MINUTE);
  }
});

test("a priority that is missing, nought or below counts as 1", () => {
  const tasks = Array.from({ length: 120 }, (_, node) => ({
    project: `p${node % 3}`,
    after: [],
    takes: MINUTE,
  }));
  const priorities = new Map([
    ["p0", 0],
    ["p1", -10],
  ]);
  const drafts = simulate(tasks, { agents: 3, priorities });
  expect([...timeBy(drafts, 30 * MINUTE).values()]).toEqual([30 * MINUTE, 30 * MINUTE, 30 * MINUTE]);
});

test("stages that take no time at all still take turns", () => {
  const tasks = Array.from({ length: 40 }, (_, node) => ({ project: `p${node % 2}`, after: [], takes: 0 }));
  const order = simulate(tasks, { agents: 1, priorities: new Map() }).map(({ project }) => project);
  expect(new Set(order.slice(0, 4))).toEqual(new Set(["p0", "p1"]));
});
