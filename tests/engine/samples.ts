// The nouns of the engine as tests need them: complete, with the one or two fields that a test is about.

import fc from "fast-check";
import { type TaskId, taskId } from "../../src/model/address.ts";
import type { Feature } from "../../src/model/feature.ts";
import type { Place } from "../../src/model/place.ts";
import type { Task } from "../../src/model/task.ts";

export function placeAt(file: string, line: number): Place {
  return { file, line, column: 1 };
}

export function taskOf(feature: string, id: string, given: Partial<Task> = {}): Task {
  return {
    id: taskId(feature, id),
    feature,
    title: `Write ${id}`,
    type: "code",
    project: "app",
    description: "",
    requirements: [],
    dependsOn: [],
    filesHint: [`src/${feature}/${id}.ts`],
    acceptance: [],
    context: { files: [], constraints: [], patterns: [], negativeEvidence: [] },
    generator: null,
    agent: null,
    gates: null,
    independentTests: false,
    place: placeAt(`specs/${feature}/BACKLOG.yaml`, 1),
    places: {},
    ...given,
  };
}

export function featureOf(id: string, tasks: readonly Task[], given: Partial<Feature> = {}): Feature {
  return {
    id,
    title: id,
    file: `specs/${id}/feature.md`,
    projects: ["app"],
    template: null,
    params: [],
    dependsOn: [],
    sections: [],
    requirements: [],
    constraints: [],
    clarifications: [],
    tasks,
    backlog: "file",
    places: {},
    ...given,
  };
}

/** Direct dependencies by node: `edges[3]` are those of the fourth, all of them smaller. */
export type Edges = readonly (readonly number[])[];

/** Names that sort as their numbers do, so that a node is the position of its task in the graph. */
function nodeId(node: number): TaskId {
  return `f:T${String(node).padStart(6, "0")}`;
}

export function featureWith(edges: Edges): Feature {
  const tasks = edges.map((below, node) =>
    taskOf("f", nodeId(node).slice(2), { dependsOn: below.map(nodeId) }),
  );
  return featureOf("f", tasks);
}

/** Acyclic graphs of 1 to `most` nodes, from loose to dense. */
export function edgesUpTo(most: number): fc.Arbitrary<Edges> {
  return fc
    .integer({ min: 1, max: most })
    .chain((size) =>
      fc.tuple(
        ...Array.from({ length: size }, (_, node) =>
          node === 0
            ? fc.constant<number[]>([])
            : fc.uniqueArray(fc.integer({ min: 0, max: node - 1 }), { maxLength: 3 }),
        ),
      ),
    );
}
