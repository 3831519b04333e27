// Does `factory revert` say what became of the code, and no more?

import { expect, test } from "vitest";
import type { BuildResult, ProjectResult, TaskResult } from "../../src/model/build-result.ts";
import { digestOfBytes } from "../../src/model/digest.ts";
import type { SpecState, SpecVersion } from "../../src/model/spec-version.ts";
import { revertText } from "../../src/report/revert-text.ts";
import { taskResult } from "./samples.ts";

const FOLDED = { number: 2, digest: digestOfBytes("2"), sameAs: null, feature: {} as SpecVersion["feature"] };
const APP: ProjectResult = {
  id: "app",
  branch: "main",
  commit: null,
  tree: null,
  merged: true,
  moved: true,
};

function told(
  part: Partial<BuildResult>,
  unrestored: readonly TaskResult[] = [],
  folder = "notes",
): readonly string[] {
  const state: SpecState = { origin: null, folder, feature: null, unreadable: false };
  const report = {
    feature: "notes",
    folder: "specs/notes",
    version: { ...FOLDED, first: state, last: state },
    changes: [{ path: "feature.md", change: "changed" as const, precious: false }],
    copies: null,
    unrestored,
    stale: [],
    build: { ok: true, projects: [APP], tasks: [], diagnostics: [], ms: 1, ...part },
    isDone: true,
  };
  return revertText(report, false).slice(2);
}

test("code that did not reach its branch is not called done", () => {
  expect(told({})).toEqual(["  its code is restored, without a call"]);
  expect(told({ projects: [{ ...APP, merged: false }] })).toEqual([
    "  its code is restored, and did not reach the branch of app/",
  ]);
});

test("what a template of today wrote is told apart from what came back", () => {
  const tasks = [
    taskResult({ id: "notes:T01", action: "restored" }),
    taskResult({ id: "notes:T02", action: "regenerated" }),
    taskResult({ id: "other:T01", action: "regenerated" }),
  ];
  expect(told({ tasks }).slice(1)).toEqual(["  regenerated with the current templates: notes:T02"]);
});

test("results of a feature that was renamed are known by its old name", () => {
  const lost = taskResult({ id: "notes:T01", action: "failed", reasons: [] });
  expect(told({ tasks: [lost] }, [lost], "memos")).toEqual([
    "  1 task could not be restored without a call:",
    "    notes:T01",
    "    its results are recorded for memos, its name at that time",
    "    → factory build notes",
  ]);
});
