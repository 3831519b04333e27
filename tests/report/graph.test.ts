import { describe, expect, it } from "vitest";
import type { GraphNode, GraphView } from "../../src/model/graph-view.ts";
import { graphDot } from "../../src/report/graph-dot.ts";
import { graphMermaid } from "../../src/report/graph-mermaid.ts";
import { graphText } from "../../src/report/graph-text.ts";
import { graphDocument } from "../../src/report/json.ts";
import { expectGolden } from "./golden.ts";

const MODEL: GraphNode = {
  id: "products:T01",
  title: "Product model",
  whole: null,
  project: "shop-api",
  feature: "products",
  files: ["src/model.ts"],
  verdict: "fresh",
  level: 0,
};
const ROUTES: GraphNode = { ...MODEL, id: "products:T02", title: "Routes", verdict: "stale", level: 1 };
const PAGE: GraphNode = {
  ...MODEL,
  id: "page:T01",
  title: "Page",
  project: "shop-web",
  feature: "page",
  verdict: null,
  level: 2,
};
const VIEW: GraphView = {
  nodes: [MODEL, ROUTES, PAGE],
  edges: [
    ["products:T01", "products:T02"],
    ["products:T01", "page:T01"],
    ["products:T02", "page:T01"],
  ],
};
const HOSTILE: GraphView = {
  nodes: [
    {
      ...MODEL,
      id: 'a]"b:T01',
      title: 'say "hi" [now] <script>alert(1)</script> `x` \\N #35; end; --> }\u001b[31m',
      project: 'p"] --> x["',
    },
  ],
  edges: [['a]"b:T01', "gone:T01"]],
};

describe("factory graph", () => {
  it("shows on a terminal the tasks by level with what they depend on", () => {
    expectGolden("graph.txt", graphText(VIEW, false));
  });

  it("names a few dependencies and counts the rest", () => {
    const many = Array.from({ length: 9 }, (_, index): GraphNode => ({ ...MODEL, id: `a:T0${index}` }));
    const view: GraphView = {
      nodes: [...many, ROUTES],
      edges: many.map((node) => [node.id, ROUTES.id] as const),
    };
    expect(graphText(view, false).find((line) => line.includes("Routes"))).toMatch(
      /← a:T00, a:T01, a:T02 \+6 more$/,
    );
  });

  it("becomes a Mermaid flowchart with a subgraph per project", () => {
    expectGolden("graph.mmd", graphMermaid(VIEW));
  });

  it("becomes a DOT digraph with a cluster per project", () => {
    expectGolden("graph.dot", graphDot(VIEW));
  });

  it("lets no text break out of a Mermaid label", () => {
    const text = graphMermaid(HOSTILE);
    expectGolden("graph-hostile.mmd", text);
    for (const label of text.matchAll(/\["(.*)"\]/g))
      expect(label[1]!.replaceAll("<br/>", "").replace(/#\d+;/g, "")).not.toMatch(/["[\]<>`;#{}()\\|]/);
    expect(text).not.toContain("gone");
  });

  it("lets no text break out of a DOT label", () => {
    const text = graphDot(HOSTILE);
    expectGolden("graph-hostile.dot", text);
    for (const label of text.matchAll(/label="((?:[^"\\]|\\.)*)"(.*)/g))
      expect(label[2]).toMatch(/^(;|, fillcolor=\w+\];)$/);
    expect(text).toContain("\\\\N");
  });

  it("is a document of nodes and edges for scripts", () => {
    expect(graphDocument({ ...VIEW, nodes: [MODEL] })).toEqual({
      schema: 1,
      nodes: [MODEL],
      edges: [
        { from: "products:T01", to: "products:T02" },
        { from: "products:T01", to: "page:T01" },
        { from: "products:T02", to: "page:T01" },
      ],
    });
  });
});
