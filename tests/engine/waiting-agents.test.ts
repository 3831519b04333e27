// Does an agent go to the task that is due, although another was judged before it? Judging takes moments, drafts take
// minutes, and what is judged first is chance.

import { expect, test } from "vitest";
import { link } from "../../src/engine/graph.ts";
import { type Next, next, type ScheduleEvent } from "../../src/engine/schedule.ts";
import { initialState, type ScheduleState } from "../../src/engine/schedule-state.ts";
import { featureOf, taskOf } from "./samples.ts";

/** A build that the test leads by hand: tasks by name in the order of the graph, with what they come after. */
class Played {
  readonly #names: readonly string[];
  #state: ScheduleState;

  constructor(
    tasks: readonly {
      readonly name: string;
      readonly project?: string;
      readonly after?: readonly string[];
    }[],
    limits: { readonly agents: number; readonly priorities?: ReadonlyMap<string, number> },
  ) {
    const ofFeature = tasks.map(({ name, project = "app", after = [] }) =>
      taskOf("f", name, { project, dependsOn: after.map((other) => `f:${other}` as const) }),
    );
    const graph = link([featureOf("f", ofFeature)]);
    this.#names = graph.tasks.map(({ id }) => id.slice(2));
    const more = { gates: 2, failFast: false, priorities: limits.priorities ?? new Map() };
    this.#state = initialState(graph, new Set(), { ...more, agents: limits.agents });
  }

  begin(): readonly string[] {
    return this.#step({ type: "begin" });
  }

  end(name: string, then: Next, at: number): readonly string[] {
    return this.#step({ type: "ended", node: this.#names.indexOf(name), next: then, at });
  }

  tick(): readonly string[] {
    return this.#step({ type: "tick", at: this.#state.waitsUntil ?? Number.NaN });
  }

  #step(event: ScheduleEvent): readonly string[] {
    const [after, starts] = next(this.#state, event);
    this.#state = after;
    return starts.map(({ node, stage }) => `${stage} ${this.#names[node]}`);
  }
}

test("the critical path of a project goes first, also where another task of it was judged sooner", () => {
  const build = new Played(
    [{ name: "a1" }, { name: "a2" }, { name: "long" }, { name: "z", after: ["long"] }],
    { agents: 1 },
  );
  expect(build.begin()).toEqual(["judge long", "judge a1", "judge a2"]);
  expect(build.end("a1", "draft", 4)).toEqual([]);
  expect(build.end("a2", "draft", 5)).toEqual([]);
  expect(build.end("long", "draft", 6)).toEqual(["draft long"]);
  expect(build.end("long", "inspect", 900)).toEqual(["draft a1", "inspect long"]);
});

test("the first agents are shared by weight, although one project was opened before the other", () => {
  const tasks = ["a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4"];
  const priorities = new Map([
    ["a", 1],
    ["b", 3],
  ]);
  const build = new Played(
    tasks.map((name) => ({ name, project: name.slice(0, 1) })),
    { agents: 4, priorities },
  );
  build.begin();
  const first = ["a1", "a2", "a3", "a4"].flatMap((name) => build.end(name, "draft", 30));
  const rest = ["b1", "b2", "b3", "b4"].flatMap((name) => build.end(name, "draft", 90));
  expect([first, rest]).toEqual([["draft a1"], ["draft b1", "draft b2", "draft b3"]]);
});

test("what takes long to look at, and what turns out to need nothing, keeps no agent", () => {
  const tasks = ["a1", "a2", "a3", "b1", "c1", "c2"].map((name) => ({ name, project: name.slice(0, 1) }));
  const build = new Played(tasks, { agents: 3 });
  build.begin();
  expect(build.end("a1", "draft", 10)).toEqual(["draft a1"]);
  expect(build.end("a2", "draft", 11)).toEqual([]);
  expect(build.end("a3", "draft", 12)).toEqual([]);
  expect(build.end("b1", "settled", 20)).toEqual([]);
  expect(build.tick()).toEqual(["draft a2", "draft a3"]);
  expect(build.end("c1", "draft", 9000)).toEqual([]);
  expect(build.end("a1", "inspect", 9001)).toEqual(["draft c1", "inspect a1"]);
});

test("a project that is cloned or set up takes no slot from any other, and keeps no agent for itself", () => {
  const slow = Array.from({ length: 40 }, (_, at) => ({ name: `s${at}`, project: "slow" }));
  const quick = [
    { name: "q1", project: "quick" },
    { name: "q2", project: "quick", after: ["q1"] },
  ];
  const build = new Played([...slow, ...quick], { agents: 1 });
  build.begin();
  expect(build.end("q1", "draft", 1)).toContain("draft q1");
  for (const { name } of slow) build.end(name, "prepare", 10);
  expect(build.end("q1", "inspect", 20)).toEqual(["inspect q1"]);
  expect(build.end("q1", "settled", 30)).toEqual(["judge q2"]);
  expect(build.end("q2", "draft", 31)).toEqual(["draft q2"]);
  expect(build.end("s7", "draft", 60_000)).toEqual([]);
  expect(build.end("q2", "inspect", 60_001)).toEqual(["draft s7", "inspect q2"]);
});
