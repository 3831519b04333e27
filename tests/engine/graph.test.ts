// Is the graph the same whatever the order of what it was made from, and does its size not matter?

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Edges } from "../../src/engine/edges.ts";
import {
  type Graph,
  link,
  nodesOf,
  relink,
  withDependencies,
  withDependents,
  withFeature,
} from "../../src/engine/graph.ts";
import { initialState } from "../../src/engine/schedule-state.ts";
import type { Feature } from "../../src/model/feature.ts";
import { edgesUpTo, featureOf, featureWith, type Edges as SampleEdges, taskOf } from "./samples.ts";

const lists = (edges: Edges) => Array.from({ length: edges.size }, (_, node) => [...edges.of(node)]);
const addresses = (graph: Graph) => graph.tasks.map((task) => task.id);

test("tasks stand after all that they depend on, and ties are settled by address", () => {
  const graph = link([
    featureOf("b", [
      taskOf("b", "T02", { dependsOn: ["b:T01"] }),
      taskOf("b", "T01", { dependsOn: ["c:T01"] }),
    ]),
    featureOf("c", [taskOf("c", "T01")]),
    featureOf("a", [taskOf("a", "T02"), taskOf("a", "T01", { dependsOn: ["c:T01"] })]),
  ]);

  expect(addresses(graph)).toEqual(["a:T02", "c:T01", "a:T01", "b:T01", "b:T02"]);
  expect(lists(graph.dependencies)).toEqual([[], [], [1], [1], [3]]);
  expect(lists(graph.dependents)).toEqual([[], [2, 3], [], [4], []]);
  expect(addresses(graph).map((id) => graph.indexOf.get(id))).toEqual([0, 1, 2, 3, 4]);
});

test("a feature that depends on another comes after all of its tasks, without being told so task by task", () => {
  const graph = link([
    featureOf("api", [taskOf("api", "T01"), taskOf("api", "T02")], { dependsOn: ["model"] }),
    featureOf("model", [taskOf("model", "T01"), taskOf("model", "T02")]),
  ]);

  expect(addresses(graph)).toEqual(["model:T01", "model:T02", "api:T01", "api:T02"]);
  expect(lists(graph.dependencies)).toEqual([[], [], [0, 1], [0, 1]]);
});

test("a dependency that is given both by the task and by its feature counts once", () => {
  const graph = link([
    featureOf("api", [taskOf("api", "T01", { dependsOn: ["model:T01"] })], { dependsOn: ["model"] }),
    featureOf("model", [taskOf("model", "T01")]),
  ]);

  expect(lists(graph.dependencies)).toEqual([[], [0]]);
  expect(lists(graph.dependents)).toEqual([[1], []]);
});

test("the tasks of projects are told in graph order, also after a feature came to say something else", () => {
  const web = featureOf("web", [taskOf("web", "T01", { project: "web" })]);
  const graph = link([
    featureOf("api", [taskOf("api", "T01", { project: "api", dependsOn: ["web:T01"] })]),
    web,
    featureOf("zoo", [taskOf("zoo", "T01", { project: "web" })]),
  ]);
  expect(addresses(graph)).toEqual(["web:T01", "api:T01", "zoo:T01"]);
  expect(nodesOf(graph, ["web"])).toEqual([0, 2]);
  expect(nodesOf(graph, ["api", "web"])).toEqual([0, 1, 2]);
  expect(nodesOf(graph, ["gone"])).toEqual([]);

  const moved = withFeature(graph, { ...web, tasks: [taskOf("web", "T01", { project: "api" })] });
  expect(nodesOf(moved, ["api"])).toEqual([0, 1]);
});

test("the order of features, of tasks and of dependencies in the input does not show", () => {
  const workspace = fc.tuple(edgesUpTo(12), fc.infiniteStream(fc.nat()));
  fc.assert(
    fc.property(workspace, ([edges, numbers]) => {
      const features = acrossFeatures(edges);
      const shuffled = shuffle(features, numbers).map((feature) => ({
        ...feature,
        tasks: shuffle(feature.tasks, numbers).map((task) => ({
          ...task,
          dependsOn: shuffle(task.dependsOn, numbers),
        })),
      }));
      const [one, other] = [link(features), link(shuffled)];
      expect(addresses(other)).toEqual(addresses(one));
      expect(lists(other.dependencies)).toEqual(lists(one.dependencies));
      expect(lists(other.dependents)).toEqual(lists(one.dependents));
    }),
  );
});

test("linking again after an edit gives what linking anew gives, or says that it cannot", () => {
  const edit = fc.record({
    at: fc.nat({ max: 11 }),
    what: fc.constantFrom("text", "links", "project", "gone", "more", "depends"),
  });
  fc.assert(
    fc.property(edgesUpTo(12), edit, (edges, { at, what }) => {
      const features = [...acrossFeatures(edges), featureOf("z", [taskOf("z", "T01")])];
      const before = link(features);
      const edited = features.map((feature, index) =>
        index === at % 3 ? changedBy(what, feature, features) : feature,
      );
      const [again, anew] = [relink(before, edited), link(edited)];
      if (what === "text") expect(again).not.toBeNull();
      if (again !== null) expect(told(again)).toEqual(told(anew));
    }),
    { numRuns: 300 },
  );
});

const told = (graph: Graph) => ({
  ...graph,
  indexOf: [...graph.indexOf],
  dependencies: lists(graph.dependencies),
  dependents: lists(graph.dependents),
  features: [...graph.features],
  byProject: [...graph.byProject],
});

function changedBy(what: string, feature: Feature, all: readonly Feature[]): Feature {
  const needed = new Set(all.flatMap(({ tasks }) => tasks.flatMap(({ dependsOn }) => dependsOn)));
  const [first, ...rest] = feature.tasks;
  if (first === undefined) return feature;
  switch (what) {
    case "text":
      return { ...feature, tasks: [{ ...first, description: "other" }, ...rest] };
    case "links":
      return { ...feature, tasks: [{ ...first, dependsOn: first.dependsOn.slice(1) }, ...rest] };
    case "project":
      return { ...feature, tasks: [{ ...first, project: "web" }, ...rest] };
    case "gone":
      return { ...feature, tasks: feature.tasks.filter(({ id }) => needed.has(id)) };
    case "more":
      return { ...feature, tasks: [...feature.tasks, taskOf(feature.id, "T200")] };
    default:
      return { ...feature, dependsOn: ["z"] };
  }
}

test("both directions of the graph agree, and every edge points back", () => {
  fc.assert(
    fc.property(edgesUpTo(20), (edges) => {
      const graph = link(acrossFeatures(edges));
      for (const [node, below] of lists(graph.dependencies).entries()) {
        for (const dependency of below) {
          expect(dependency).toBeLessThan(node);
          expect([...graph.dependents.of(dependency)]).toContain(node);
        }
      }
      expect(lists(graph.dependents).flat().length).toBe(lists(graph.dependencies).flat().length);
    }),
  );
});

test("what a task needs and what comes after it are the two closures of the same edges", () => {
  fc.assert(
    fc.property(edgesUpTo(12), (edges) => {
      const graph = link([featureWith(edges)]);
      for (const node of edges.keys()) {
        const needs = withDependencies(graph, [node]);
        expect(needs).toEqual([...needs].sort((a, b) => a - b));
        for (const other of edges.keys()) {
          expect(withDependents(graph, [other]).includes(node)).toBe(needs.includes(other));
        }
      }
    }),
  );
});

test("a chain of 50,000 tasks is linked, closed and scheduled without a deep stack", () => {
  const size = 50_000;
  const graph = link([
    featureWith(Array.from({ length: size }, (_, node) => (node === 0 ? [] : [node - 1]))),
  ]);

  expect(withDependents(graph, [0])).toHaveLength(size);
  expect(withDependencies(graph, [size - 1])).toHaveLength(size);
  const state = initialState(graph, new Set(), {
    agents: 1,
    gates: 1,
    failFast: false,
    priorities: new Map(),
  });
  expect(state.ranks.height[0]).toBe(size - 1);
});

test("a cycle that the specs' own inspection let through is told as a bug, not as an endless loop", () => {
  const tasks = [taskOf("a", "T01", { dependsOn: ["a:T02"] }), taskOf("a", "T02", { dependsOn: ["a:T01"] })];
  expect(() => link([featureOf("a", tasks)])).toThrow("cycle");
});

/** The nodes dealt out to three features, so that edges cross them and addresses do not sort as nodes do. */
function acrossFeatures(edges: SampleEdges): Feature[] {
  const names = ["b", "c", "a"];
  const address = (node: number) => [names[node % 3] as string, `T${100 - node}`] as const;
  const tasks = edges.map((below, node) =>
    taskOf(...address(node), {
      dependsOn: below.map((at) => `${address(at)[0]}:${address(at)[1]}` as const),
    }),
  );
  return names.map((name) =>
    featureOf(
      name,
      tasks.filter((task) => task.feature === name),
    ),
  );
}

function shuffle<T>(items: readonly T[], numbers: Iterator<number>): T[] {
  const rest = [...items];
  const shuffled: T[] = [];
  while (rest.length > 0) {
    shuffled.push(...rest.splice((numbers.next().value as number) % rest.length, 1));
  }
  return shuffled;
}
