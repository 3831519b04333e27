// Who drafts a task: its own choice, the route of its type, or the default?

import { expect, test } from "vitest";
import { routeTask } from "../../src/engine/route.ts";
import { DEFAULT_LIMITS, type Workspace } from "../../src/model/workspace.ts";
import { placeAt, taskOf } from "./samples.ts";

const place = placeAt("projects.yaml", 1);

function workspace(
  implementer: Workspace["routing"]["implementer"],
  roles: Workspace["routing"]["roles"] = {},
): Workspace {
  return {
    projects: [],
    agents: ["local", "coder", "writer"].map((id) => ({ id, kind: "generator", place })),
    routing: { roles, implementer },
    budget: { usd: null, perTaskUsd: null, perHourUsd: null },
    prices: {},
    limits: DEFAULT_LIMITS,
    templates: [],
    checkpoints: { backlog: "auto" },
  };
}

test("the route of a task's type beats the default, and its own choice beats both", () => {
  const routes = workspace({ docs: ["writer", "coder"], default: ["coder"] });
  expect(routeTask(taskOf("a", "T01"), routes).id).toBe("coder");
  expect(routeTask(taskOf("a", "T01", { type: "docs" }), routes).id).toBe("writer");
  expect(routeTask(taskOf("a", "T01", { type: "docs", agent: "local" }), routes).id).toBe("local");
});

test("what a template brings code for goes to its own route, whatever the type; all else does not", () => {
  const routes = workspace({ docs: ["writer"], default: ["coder"] }, { generator: ["local"] });
  const rendered = { generator: "data-model/model" } as const;
  expect(routeTask(taskOf("a", "T01", { ...rendered, type: "docs" }), routes).id).toBe("local");
  expect(routeTask(taskOf("a", "T01", { ...rendered, agent: "writer" }), routes).id).toBe("writer");
  expect(routeTask(taskOf("a", "T01"), routes).id).toBe("coder");
});

test("without any route the first agent of the workspace drafts", () => {
  expect(routeTask(taskOf("a", "T01"), workspace({})).id).toBe("local");
});

test("a workspace without agents cannot have got here: sound specs name one", () => {
  expect(() => routeTask(taskOf("a", "T01"), { ...workspace({}), agents: [] })).toThrow("bug");
});
