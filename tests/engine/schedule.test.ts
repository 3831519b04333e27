// Does the schedule keep its promises whatever the graph, the outcomes, and the order in which stages end? A random
// executor plays the line against the pure reducer.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Graph, link, withDependents } from "../../src/engine/graph.ts";
import { numberAt } from "../../src/engine/node-numbers.ts";
import { type Next, next, type Start } from "../../src/engine/schedule.ts";
import {
  blockedNodes,
  failedNodes,
  initialState,
  POOL_OF,
  type PoolName,
  type ScheduleState,
} from "../../src/engine/schedule-state.ts";
import type { Feature } from "../../src/model/feature.ts";
import { type Edges, edgesUpTo, featureWith } from "./samples.ts";

interface Game {
  readonly edges: Edges;
  /** Nodes that are known to need nothing. */
  readonly settled: ReadonlySet<number>;
  /** What each stage of a node ends in, in turn; the last entry ends the node. */
  readonly scripts: readonly (readonly Next[])[];
  /** Which of the running stages ends next. */
  readonly choices: readonly number[];
  readonly agents: number;
  readonly gates: number;
  readonly failFast: boolean;
  /** Weights of the projects that the nodes take turns in. */
  readonly weights: readonly number[];
  /** Milliseconds between one end and the next. */
  readonly pauses: readonly number[];
}

const STAGES_BETWEEN: readonly Next[] = ["prepare", "draft", "inspect", "review", "rewrite"];

function scriptOf(stages: readonly Next[]): fc.Arbitrary<readonly Next[]> {
  return fc
    .tuple(
      fc.array(fc.constantFrom(...stages), { maxLength: 4 }),
      fc.oneof({ weight: 5, arbitrary: fc.constant<Next>("settled") }, fc.constant<Next>("failed")),
    )
    .map(([between, end]) => [...between, end]);
}

/** `reopen`: nodes may also send back what only they are built on. */
function games(given: { failFast?: boolean; reopen?: boolean } = {}): fc.Arbitrary<Game> {
  const script = scriptOf(given.reopen === true ? [...STAGES_BETWEEN, "reopen", "reopen"] : STAGES_BETWEEN);
  return edgesUpTo(24).chain((edges) =>
    fc.record({
      edges: fc.constant(edges),
      settled: fc
        .array(fc.boolean(), { minLength: edges.length, maxLength: edges.length })
        .map((flags) => new Set([...flags.keys()].filter((node) => flags[node] && node % 3 === 0)))
        .map((nodes) => (given.reopen === true ? closedBelow(nodes, edges) : nodes)),
      scripts: fc.array(script, { minLength: edges.length, maxLength: edges.length }),
      choices: fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
      agents: fc.integer({ min: 1, max: 4 }),
      gates: fc.integer({ min: 1, max: 3 }),
      failFast: given.failFast === undefined ? fc.boolean() : fc.constant(given.failFast),
      weights: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
      pauses: fc.array(fc.nat(300), { minLength: 1, maxLength: 5 }),
    }),
  );
}

/** As builds have them: who builds on what is in doubt is in doubt, too. */
function closedBelow(nodes: ReadonlySet<number>, edges: Edges): ReadonlySet<number> {
  const closed = new Set<number>();
  for (const node of nodes) if ((edges[node] ?? []).every((below) => closed.has(below))) closed.add(node);
  return closed;
}

/** One transition, as it looked from outside. */
interface Move {
  readonly before: ScheduleState;
  readonly after: ScheduleState;
  readonly starts: readonly Start[];
  /** Stages that run after the move. */
  readonly running: readonly Start[];
  /** Nodes that have ended before the move's starts, with how. */
  readonly ended: ReadonlyMap<number, "settled" | "failed">;
  readonly anyFailed: boolean;
}

function play(game: Game, look: (move: Move) => void = () => {}) {
  const graph = link([inProjects(featureWith(game.edges), game.weights.length)]);
  const priorities = new Map(game.weights.map((weight, number) => [`p${number}`, weight]));
  let state = initialState(graph, game.settled, { ...game, priorities });
  const running: Start[] = [];
  const starts: Start[] = [];
  const ended = new Map<number, "settled" | "failed">([...game.settled].map((node) => [node, "settled"]));
  const turns = game.scripts.map(() => 0);
  let anyFailed = false;
  let reopened = 0;
  const step = (event: Parameters<typeof next>[1]) => {
    const before = state;
    const [after, started] = next(before, event);
    state = after;
    running.push(...started);
    starts.push(...started);
    look({ before, after, starts: started, running, ended, anyFailed });
  };
  step({ type: "begin" });
  let at = 0;
  for (let turn = 0; running.length > 0; turn++) {
    at += game.pauses[turn % game.pauses.length] as number;
    const { waitsUntil } = state;
    if (waitsUntil !== null && waitsUntil <= at) step({ type: "tick", at: waitsUntil });
    const choice = (game.choices[turn % game.choices.length] as number) % running.length;
    const [{ node }] = running.splice(choice, 1) as [Start];
    const scripted = game.scripts[node]?.[turns[node] as number] as Next;
    turns[node] = (turns[node] as number) + 1;
    const nodes = scripted === "reopen" && reopened < REOPENS ? partsOf(game, graph, node, turn) : [];
    // Whoever has nobody to send back tries it another way.
    const then = scripted === "reopen" && nodes.length === 0 ? "inspect" : scripted;
    if (then === "reopen") {
      reopened++;
      for (const again of withDependents(graph, nodes)) {
        if (!ended.delete(again)) continue;
        turns[again] = 0;
      }
    }
    if (then === "settled" || then === "failed") ended.set(node, then);
    if (then === "failed") anyFailed = true;
    step({ type: "ended", node, next: then, nodes, at });
  }
  return { graph, state, starts, ended, turns, reopened };
}

/** In one game, for each of them may send back others that do. */
const REOPENS = 6;

/** Some of what nobody but the node builds on, by itself or through others of them. */
function partsOf({ edges }: Game, graph: Graph, node: number, turn: number): readonly number[] {
  const own = new Set<number>();
  const add = (whole: number) => {
    for (const part of edges[whole] ?? []) {
      if (own.has(part) || [...graph.dependents.of(part)].some((one) => one !== node && !own.has(one)))
        continue;
      own.add(part);
      add(part);
    }
  };
  add(node);
  const parts = [...own].filter((_, index) => (index + turn) % 3 !== 0);
  return parts.length > 0 ? parts : [...own];
}

/** Node 1 sends node 0 back as it is judged: nobody waits for the end of that judging any more. */
const SENT_BACK_BY_JUDGING: Game = {
  edges: [[], [0], []],
  settled: new Set([0]),
  scripts: [["failed"], ["reopen", "failed"], ["review", "draft", "settled"]],
  choices: [0],
  agents: 1,
  gates: 1,
  failFast: false,
  weights: [0, 0],
  pauses: [0],
};

test("what is sent back is done again before whoever sent it back goes on, and all come to an end", () => {
  let reopened = 0;
  fc.assert(
    fc.property(games({ failFast: false, reopen: true }), (game) => {
      const played = play(game, ({ starts, ended, running }) => {
        for (const { node } of starts)
          for (const dependency of game.edges[node] ?? []) expect(ended.get(dependency)).toBe("settled");
        const count = (pool: PoolName) => running.filter(({ stage }) => POOL_OF[stage] === pool).length;
        expect(count("agents")).toBeLessThanOrEqual(game.agents);
        expect(count("gates")).toBeLessThanOrEqual(game.gates);
        expect(new Set(running.map((start) => start.node)).size).toBe(running.length);
      });
      const { state, ended } = played;
      const failed = new Set(failedNodes(state));
      const blocked = new Set(blockedNodes(state));
      for (const [node, below] of game.edges.entries()) {
        const waits = below.some((dependency) => failed.has(dependency) || blocked.has(dependency));
        expect(blocked.has(node)).toBe(waits);
        expect(ended.get(node)).toBe(waits ? undefined : failed.has(node) ? "failed" : "settled");
      }
      expect(play(game).starts).toEqual(played.starts);
      reopened += played.reopened;
    }),
    { examples: [[SENT_BACK_BY_JUDGING]] },
  );
  expect(reopened).toBeGreaterThan(0);
});

test("where something fails while others are sent back, a build that is to fail fast starts nothing new", () => {
  fc.assert(
    fc.property(games({ failFast: true, reopen: true }), (game) => {
      const { state, ended } = play(game, ({ starts, anyFailed }) => {
        if (anyFailed) expect(starts).toEqual([]);
      });
      const unfinished = new Set([...blockedNodes(state), ...failedNodes(state)]);
      for (const node of game.edges.keys()) expect(unfinished.has(node)).toBe(ended.get(node) !== "settled");
    }),
  );
});

test("a stage of a node starts only after all that the node depends on has settled", () => {
  fc.assert(
    fc.property(games(), (game) => {
      play(game, ({ starts, ended }) => {
        for (const { node } of starts) {
          for (const dependency of game.edges[node] ?? []) expect(ended.get(dependency)).toBe("settled");
        }
      });
    }),
  );
});

test("no more agents and gates run at once than their pools hold, and no node runs twice at once", () => {
  fc.assert(
    fc.property(games(), (game) => {
      play(game, ({ running }) => {
        const count = (pool: PoolName) => running.filter(({ stage }) => POOL_OF[stage] === pool).length;
        expect(count("agents")).toBeLessThanOrEqual(game.agents);
        expect(count("gates")).toBeLessThanOrEqual(game.gates);
        expect(count("judges")).toBeLessThanOrEqual(32);
        expect(new Set(running.map((start) => start.node)).size).toBe(running.length);
      });
    }),
  );
});

test("a free slot is left empty while a stage wants it only for a moment, and only by an agent that waits for a judgement", () => {
  fc.assert(
    fc.property(games({ failFast: false }), (game) => {
      play(game, ({ after, running }) => {
        const { judges, agents, gates } = after.pools;
        const waits = after.waitsUntil !== null;
        if (waits) expect(running.map(({ stage }) => stage)).toContain("judge");
        for (const pool of waits ? [judges, gates] : [judges, agents, gates]) {
          if (pool.running < pool.size) expect(pool.wants.flat()).toEqual([]);
        }
      });
    }),
  );
});

test("no node is judged twice, and each runs the very stages that its outcomes ask for", () => {
  fc.assert(
    fc.property(games({ failFast: false }), (game) => {
      const { starts } = play(game);
      for (const node of game.edges.keys()) {
        const stages = starts.filter((start) => start.node === node).map((start) => start.stage);
        const asked = ["judge", ...(game.scripts[node] as readonly Next[]).slice(0, -1)];
        if (stages.length > 0) expect(stages).toEqual(asked);
      }
    }),
  );
});

test("every node ends settled, failed or blocked, exactly as its own outcome and its ancestors say", () => {
  fc.assert(
    fc.property(games({ failFast: false }), (game) => {
      const { state, ended } = play(game);
      const expected = endings(game);
      const blocked = new Set(blockedNodes(state));
      const failed = new Set(failedNodes(state));
      const found = [...game.edges.keys()].map((node) => {
        if (blocked.has(node)) return "blocked";
        return failed.has(node) ? "failed" : ended.get(node);
      });
      expect(found).toEqual(expected);
    }),
  );
});

/** STAGES of the schedule are in this order. */
const REVIEW = 3;

const wantsReview = ({ stage }: ScheduleState, node: number) => numberAt(stage, node) === REVIEW;

test("of the stages of a project that want a slot, the one with the longest way to the end goes first; ties by graph order, or before a review", () => {
  fc.assert(
    fc.property(games({ failFast: false }), (game) => {
      const height = heights(game.edges);
      const lead = (a: number, b: number) => (height[a] as number) - (height[b] as number);
      play(game, ({ starts, after }) => {
        for (const { node, stage } of starts) {
          const pool = POOL_OF[stage];
          if (pool === null) continue;
          const ofProject = after.pools[pool].wants[node % game.weights.length] ?? [];
          for (const passedOver of ofProject) {
            const waitsForDraft = stage !== "review" && wantsReview(after, passedOver);
            const ahead = lead(node, passedOver);
            expect(ahead > 0 || (ahead === 0 && (node < passedOver || waitsForDraft))).toBe(true);
          }
        }
      });
    }),
  );
});

test("after a failure nothing new starts where the build is to fail fast, and what runs may still end well", () => {
  fc.assert(
    fc.property(games({ failFast: true }), (game) => {
      const { state, ended } = play(game, ({ starts, anyFailed }) => {
        if (anyFailed) expect(starts).toEqual([]);
      });
      const unfinished = new Set([...blockedNodes(state), ...failedNodes(state)]);
      for (const node of game.edges.keys()) expect(unfinished.has(node)).toBe(ended.get(node) !== "settled");
    }),
  );
});

test("a transition leaves the state that it was given as it was", () => {
  fc.assert(
    fc.property(games(), (game) => {
      let kept: ReturnType<typeof copyOf> | null = null;
      play(game, ({ before, after }) => {
        if (kept !== null) expect(copyOf(before)).toEqual(kept);
        kept = copyOf(after);
      });
    }),
  );
});

test("the same events give the same starts, so a build can be replayed", () => {
  fc.assert(
    fc.property(games(), (game) => {
      expect(play(game).starts).toEqual(play(game).starts);
    }),
  );
});

test("nodes that need nothing start nothing, and hold nobody up", () => {
  const graph = link([featureWith([[], [0], [1]])]);
  const [, starts] = next(
    initialState(graph, new Set([0, 1]), { agents: 1, gates: 1, failFast: false, priorities: new Map() }),
    {
      type: "begin",
    },
  );
  expect(starts).toEqual([{ node: 2, stage: "judge" }]);
  const [, none] = next(
    initialState(graph, new Set([0, 1, 2]), { agents: 1, gates: 1, failFast: false, priorities: new Map() }),
    {
      type: "begin",
    },
  );
  expect(none).toEqual([]);
});

test("a failure blocks what comes after it through many tasks, and nothing beside it", () => {
  const graph = link([featureWith([[], [0], [1], [], [3]])]);
  const [begun] = next(
    initialState(graph, new Set(), { agents: 9, gates: 9, failFast: false, priorities: new Map() }),
    {
      type: "begin",
    },
  );
  const [failed, starts] = next(begun, { type: "ended", node: 0, next: "failed", at: 0 });
  expect(starts).toEqual([]);
  expect(failedNodes(failed)).toEqual([0]);
  const [settled, then] = next(failed, { type: "ended", node: 3, next: "settled", at: 0 });
  expect(then).toEqual([{ node: 4, stage: "judge" }]);
  const [last] = next(settled, { type: "ended", node: 4, next: "settled", at: 0 });
  expect(blockedNodes(last)).toEqual([1, 2]);
});

/** Node 0 is in p0, node 1 in p1, and so on, and after the last project in p0 again. */
function inProjects(feature: Feature, projects: number): Feature {
  const tasks = feature.tasks.map((task, node) => ({ ...task, project: `p${node % projects}` }));
  return { ...feature, tasks };
}

/** All of a state that a transition could write to; the graph is shared. */
function copyOf({ graph: _, ...state }: ScheduleState): Omit<ScheduleState, "graph"> {
  return structuredClone(state);
}

function endings({ edges, settled, scripts }: Game): ("settled" | "failed" | "blocked")[] {
  const known: ("settled" | "failed" | "blocked")[] = [];
  for (const [node, below] of edges.entries()) {
    if (settled.has(node)) known.push("settled");
    else if (below.some((dependency) => known[dependency] !== "settled")) known.push("blocked");
    else known.push(scripts[node]?.at(-1) === "failed" ? "failed" : "settled");
  }
  return known;
}

/** Longest way to the end by plain recursion, to hold the flat computation against. */
function heights(edges: Edges): number[] {
  const above = (node: number): number[] => [...edges.keys()].filter((other) => edges[other]?.includes(node));
  const memory = new Map<number, number>();
  const height = (node: number): number => {
    const known = memory.get(node) ?? Math.max(0, ...above(node).map((other) => 1 + height(other)));
    memory.set(node, known);
    return known;
  };
  return [...edges.keys()].map(height);
}

test("what is drafted is reviewed before more is begun, but the last drafts do not wait for reviews", () => {
  const startsOf = (tasks: number) => {
    const graph = link([featureWith(Array.from({ length: tasks }, () => []))]);
    const limits = { agents: 2, gates: 2, failFast: false, priorities: new Map() };
    let [state] = next(initialState(graph, new Set(), limits), { type: "begin" });
    const end = (node: number, then: Next) => {
      const [after, starts] = next(state, { type: "ended", node, next: then, at: 0 });
      state = after;
      return starts;
    };
    for (const node of graph.tasks.keys()) end(node, "draft");
    // Both slots are taken until node 1 has drafted, and then two stages want the free one.
    end(0, "inspect");
    end(0, "review");
    return end(1, "inspect");
  };
  expect(startsOf(6)).toContainEqual({ node: 0, stage: "review" });
  expect(startsOf(5)).toContainEqual({ node: 3, stage: "draft" });
});

test("a task that sends others back waits for them again, and for what was done on top of them", () => {
  // Node 3 is made of 0, 1 and 2, of which 1 builds on 0; node 4 builds on it.
  const graph = link([featureWith([[], [0], [], [0, 1, 2], [3]])]);
  const limits = { agents: 2, gates: 2, failFast: false, priorities: new Map() };
  let [state, starts] = next(initialState(graph, new Set(), limits), { type: "begin" });
  const end = (node: number, then: Next, nodes: readonly number[] = []) => {
    [state, starts] = next(state, { type: "ended", node, next: then, nodes, at: 0 });
    return starts.map((start) => `${start.node} ${start.stage}`);
  };
  end(0, "settled");
  end(2, "settled");
  expect(end(1, "settled")).toEqual(["3 judge"]);
  expect(end(3, "inspect")).toEqual(["3 inspect"]);
  expect(end(3, "reopen", [0])).toEqual(["0 judge"]);
  expect(end(0, "settled")).toEqual(["1 judge"]);
  expect(end(1, "settled")).toEqual(["3 judge"]);
  expect(end(3, "settled")).toEqual(["4 judge"]);
  end(4, "settled");
  expect([blockedNodes(state), failedNodes(state)]).toEqual([[], []]);
});
