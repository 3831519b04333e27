// Nouns for tests, with every field that does not matter filled in.

import type { TaskId } from "../../src/model/address.ts";
import type { Change } from "../../src/model/output.ts";
import type { Gate } from "../../src/model/project.ts";
import type { Task } from "../../src/model/task.ts";

const PLACE = { file: "projects.yaml", line: 1, column: 1 };

export function gateOf(run: string, fields: Partial<Gate> = {}): Gate {
  const alone = { env: [], inputs: null, exclusive: false, place: PLACE };
  return { id: "test", run, timeoutMs: 60_000, canary: null, report: null, ...alone, ...fields };
}

export function taskOf(fields: Partial<Task> = {}): Task {
  return {
    id: "products:T01" as TaskId,
    feature: "products",
    title: "Product model",
    type: "code",
    project: "shop-api",
    description: "",
    requirements: [],
    dependsOn: [],
    filesHint: [],
    acceptance: [],
    context: { files: [], constraints: [], patterns: [], negativeEvidence: [] },
    generator: null,
    agent: null,
    gates: null,
    independentTests: false,
    place: PLACE,
    places: {},
    ...fields,
  };
}

export function criteria(texts: Readonly<Record<string, string>>): Task["acceptance"] {
  return Object.entries(texts).map(([id, text]) => ({ id, text, place: PLACE }));
}

export function change(path: string, text: string | null): Change {
  return { path, mode: "100644", content: text === null ? null : Buffer.from(text) };
}
