// Does `factory graph` show the tasks that were asked for, with all that they need?

import { expect, test } from "vitest";
import { documentOf } from "../rig/factory-rig.ts";
import { builtShop, everyTask, shop } from "../rig/shop.ts";

interface GraphDocument {
  readonly nodes: readonly { readonly id: string; readonly verdict: string | null; readonly level: number }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

test("all tasks are in the picture, each above what it needs, and not judged unless asked", async () => {
  await using rig = await shop();
  const graph = documentOf<GraphDocument>(await rig.factory("graph", "--json"));
  expect(graph.nodes.map(({ id }) => id).sort()).toEqual(Object.keys(everyTask("fresh")).sort());
  expect(new Set(graph.nodes.map(({ verdict }) => verdict))).toEqual(new Set([null]));
  const level = new Map(graph.nodes.map((node) => [node.id, node.level]));
  for (const { from, to } of graph.edges) expect(level.get(to)).toBeGreaterThan(level.get(from) as number);
});

test("a target brings along what it needs, and nothing else", async () => {
  await using rig = await shop();
  const graph = documentOf<GraphDocument>(await rig.factory("graph", "orders", "--json"));
  expect(graph.nodes.map(({ id, level }) => [id, level])).toEqual([
    ["money:T02", 0],
    ["orders:T01", 1],
  ]);
  expect(graph.edges).toEqual([{ from: "money:T02", to: "orders:T01" }]);
});

test("with --status every task has its verdict, those that a target needs too", async () => {
  await using rig = await builtShop();
  rig.edit("specs/money/feature.md", "An amount has a currency.", "Every amount has a currency.");
  const graph = documentOf<GraphDocument>(await rig.factory("graph", "orders", "--status", "--json"));
  expect(graph.nodes.map(({ id, verdict }) => [id, verdict])).toEqual([
    ["money:T02", "stale"],
    ["orders:T01", expect.any(String)],
  ]);
});

test("the formats are text, Mermaid and DOT, and an unknown one is a usage error", async () => {
  await using rig = await shop();
  expect((await rig.factory("graph")).stdout).toMatch(/^level 0\n/);
  expect((await rig.factory("graph", "--format", "mermaid")).stdout).toMatch(/^flowchart|^graph/);
  expect((await rig.factory("graph", "--format", "dot")).stdout).toMatch(/^digraph factory \{\n[\s\S]*\}\n$/);
  expect((await rig.factory("graph", "--format", "png")).code).toBe(2);
});

test("a target that names nothing is a usage error", async () => {
  await using rig = await shop();
  const run = await rig.factory("graph", "nowhere");
  expect([run.code, run.stdout]).toEqual([2, ""]);
});
