import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/model/diagnostic.ts";
import {
  buildDocument,
  checkDocument,
  diagnosticsDocument,
  explainDocument,
  jsonText,
  statusDocument,
} from "../../src/report/json.ts";
import { R2_CHANGED, taskResult } from "./samples.ts";

const WARNING: Diagnostic = {
  severity: "warning",
  code: "no-canary",
  message: "Gate lint has no canary.",
  target: "shop-api/",
  file: "projects.yaml",
  line: 9,
  column: 5,
  fix: "Declare one.",
};
const STATUS = {
  id: "products:T01",
  title: "Product model",
  type: "code",
  project: "shop-api",
  verdict: "stale",
  reasons: [R2_CHANGED],
  agent: "coder",
  windowBytes: 1834,
} as const;
const REASON = { code: "requirement-changed", subject: "R2", file: "specs/products/feature.md", line: 14 };

describe("the document of a build", () => {
  const project = {
    id: "shop-api",
    branch: "main",
    commit: "c0ffee",
    tree: "beef",
    merged: true,
  };
  const result = {
    ok: true,
    projects: [{ ...project, moved: true }],
    tasks: [taskResult(), taskResult({ usd: 0.5 })],
    diagnostics: [WARNING],
    ms: 900,
  };

  it("has the fields of the contract and no other", () => {
    const task = {
      id: "products:T01",
      project: "shop-api",
      action: "regenerated",
      reasons: [REASON],
      attempts: 1,
      agent: "coder",
      calls: 3,
      tokens: { in: 1200, out: 300, cached: 0 },
      usd: 0.0125,
      window_bytes: 1834,
      ms: 4120,
    };
    expect(buildDocument(result)).toEqual({
      schema: 1,
      ok: true,
      projects: [project],
      tasks: [task, { ...task, usd: 0.5 }],
      totals: {
        calls: 6,
        tokens: { in: 2400, out: 600, cached: 0 },
        usd: 0.5125,
        estimated: false,
        ms: 900,
      },
      diagnostics: [WARNING],
    });
  });

  it("counts planning, which is on no task's account, among the totals", () => {
    const usage = {
      calls: 5,
      tokens: { in: 5000, out: 1000, cached: 0 },
      usd: 0.25,
      estimated: true,
    } as const;
    expect(buildDocument({ ...result, planning: { usage, failed: 0 } })).toMatchObject({
      totals: { calls: 11, tokens: { in: 7400, out: 1600, cached: 0 }, usd: 0.7625, estimated: true },
    });
  });

  it("has no total cost as soon as one price is unknown", () => {
    const tasks = [taskResult(), taskResult({ usd: null })];
    expect(buildDocument({ ...result, tasks })).toMatchObject({ totals: { usd: null } });
  });
});

describe("the document of a status", () => {
  it("has the fields of a built task, with the verdict in place of the action", () => {
    const built = Object.keys(buildTask()).map((key) => (key === "action" ? "verdict" : key));
    const [task] = statusDocument([STATUS]).tasks as readonly Record<string, unknown>[];
    expect(Object.keys(task!)).toEqual([...built, "type"]);
    expect(task).toMatchObject({ verdict: "stale", reasons: [REASON], window_bytes: 1834, calls: 0, usd: 0 });
  });

  it("is all right with stale tasks, and a check is not", () => {
    expect(statusDocument([STATUS])).toMatchObject({ ok: true });
    expect(checkDocument([STATUS])).toMatchObject({ ok: false });
    expect(checkDocument([{ ...STATUS, verdict: "fresh" }], [WARNING])).toMatchObject({ ok: true });
    expect(checkDocument([], [{ ...WARNING, severity: "error" }])).toMatchObject({ ok: false });
  });
});

it("diagnostics are all right as long as they only warn", () => {
  expect(diagnosticsDocument([WARNING])).toEqual({ schema: 1, ok: true, diagnostics: [WARNING] });
  expect(diagnosticsDocument([{ ...WARNING, severity: "error" }])).toMatchObject({ ok: false });
});

it("an explanation carries the texts before and after", () => {
  const document = explainDocument({
    ...STATUS,
    task: STATUS.id,
    key: null,
    said: null,
    review: null,
    segments: [],
    dependents: [],
    outputs: [],
  });
  expect(document.reasons).toEqual([{ ...REASON, before: R2_CHANGED.before, after: R2_CHANGED.after }]);
});

it("JSON text gives back the value and holds nothing that a terminal would obey", () => {
  const value = { title: "a\u001b[2J\u009b31m\u202e\u2028 注文 \u{e0001} b\nc" };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\u2028]/u);
  expect(text).toContain("注文");
});

function buildTask(): Record<string, unknown> {
  const document = buildDocument({ ok: true, projects: [], tasks: [taskResult()], diagnostics: [], ms: 0 });
  return (document.tasks as readonly Record<string, unknown>[])[0]!;
}
