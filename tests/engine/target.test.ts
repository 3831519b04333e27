// Which tasks does a target name, and which targets name none?

import { expect, test } from "vitest";
import { link } from "../../src/engine/graph.ts";
import { selectTargets } from "../../src/engine/target.ts";
import { featureOf, taskOf } from "./samples.ts";

const GRAPH = link([
  featureOf("products", [taskOf("products", "T01"), taskOf("products", "T02", { project: "shop-cli" })]),
  featureOf("prices", [taskOf("prices", "T01")]),
  featureOf("app", [taskOf("app", "T01", { project: "shop-cli" })]),
  featureOf("unplanned", []),
]);

function named(...targets: string[]) {
  const { nodes, unknown } = selectTargets(GRAPH, targets);
  const ids = GRAPH.tasks.map((task) => task.id).filter((_, node) => nodes.has(node));
  return { ids, unknown };
}

const table: readonly [targets: string[], ids: string[], unknown: string[]][] = [
  [["products"], ["products:T01", "products:T02"], []],
  [["products:T02"], ["products:T02"], []],
  [["shop-cli/"], ["app:T01", "products:T02"], []],
  [["p*"], ["prices:T01", "products:T01", "products:T02"], []],
  [["*:T01"], ["app:T01", "prices:T01", "products:T01"], []],
  [["shop-*/"], ["app:T01", "products:T02"], []],
  [["{prices,products}:T01"], ["prices:T01", "products:T01"], []],
  [["prices", "products:T01", "prices:T01"], ["prices:T01", "products:T01"], []],
  [["unplanned", "unpl*"], [], []],
  [["unplanned:T01"], [], ["unplanned:T01"]],
  [["product"], [], ["product"]],
  [["products:T1"], [], ["products:T1"]],
  [["nothing/", "prices"], ["prices:T01"], ["nothing/"]],
  [[], [], []],
];

test.each(table)("%j", (targets, ids, unknown) => {
  expect(named(...targets)).toEqual({ ids, unknown });
});

test("a feature and a project of the same name are told apart by the slash", () => {
  expect(named("app").ids).toEqual(["app:T01"]);
  expect(named("app/").ids).toEqual(["prices:T01", "products:T01"]);
});
