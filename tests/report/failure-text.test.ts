import { describe, expect, it } from "vitest";
import { EXIT, exitOf } from "../../src/cli/exit-code.ts";
import type { Json } from "../../src/model/digest.ts";
import type { Failure, HostilePath } from "../../src/model/failure.ts";
import { failureBlock } from "../../src/report/failure-block.ts";
import { diagnosticOf } from "../../src/report/failure-diagnostic.ts";
import { failureText } from "../../src/report/failure-text.ts";
import { HOSTILE_TEXT } from "../../src/report/hostile-text.ts";
import { EVIDENCE_BYTES, negativeEvidence } from "../../src/report/negative-evidence.ts";
import { expectGolden } from "./golden.ts";
import { FAILURES, GREEN, RED } from "./samples.ts";

const ALL: readonly Failure[] = Object.values(FAILURES);
const CONTROL = /[\p{Cc}\p{Cf}]/u;

describe("the words of a failure", () => {
  it("say for every reason what happened, in the evidence's own words, and what to do", () => {
    expectGolden(
      "failures.txt",
      ALL.flatMap((failure) => [failure.reason, ...failureBlock(failure, "products:T01", false), ""]),
    );
  });

  it.each(ALL)("are whole sentences for $reason", (failure) => {
    const { message, fix } = failureText(failure);
    expect(message).toMatch(/^\S.*[.!?]$/u);
    expect(fix).toMatch(/^[A-Z].*[.!?]$/u);
  });

  it.each(ALL)("never hand a control character to the terminal for $reason", (failure) => {
    const { message, detail, fix } = failureText(poisoned(failure));
    for (const line of [message, ...detail, fix]) expect(line).not.toMatch(CONTROL);
  });

  it("spell out the invisible part of a hostile path", () => {
    const failure: Failure = { reason: "hostile-path", path: "a\u202etxt.exe", cause: "control-character" };
    expect(failureText(failure).message).toContain('"a\\u202etxt.exe"');
  });

  it("tell why git failed, in one sentence, and a signal only where there was one", () => {
    const told = (how: { code: number | null; signal?: string }, stderr: string) =>
      failureText({ reason: "git", command: "git write-tree", stderr, ...how });
    const text = told({ code: 128 }, "hint: read this\nfatal: invalid object for 'a.bin'\nfatal: no tree\n");
    expect(text.message).toBe(
      "\"git write-tree\" failed with exit code 128: fatal: invalid object for 'a.bin'.",
    );
    expect(text.detail).toEqual(["hint: read this", "fatal: no tree"]);
    expect(told({ code: null }, "fatal: odd").message).toBe('"git write-tree" failed: fatal: odd.');
    expect(told({ code: null, signal: "SIGKILL" }, "").message).toContain("with signal SIGKILL.");
    expect(told({ code: 1 }, "").fix).toContain("gave no cause");
    const [diagnostic] = diagnosticOf(
      { reason: "git", command: "git x", code: 1, stderr: "fatal: one\nfatal: two" },
      "a:T01",
    );
    expect(diagnostic).toMatchObject({ message: expect.stringContaining("fatal: one") });
    expect(diagnostic?.fix).toContain(".factory/tasks/a/T01.notes.md");
  });

  it("leave no diagnostic without the cause that a program gave", () => {
    const exit = { reason: "agent-exit", code: 3, signal: null, output: "reading\nno such model\n" } as const;
    expect(diagnosticOf(exit, "a:T01")[0]?.message).toContain("no such model");
    for (const failure of ALL)
      for (const { fix } of diagnosticOf(failure, "a:T01")) expect(fix).not.toMatch(/\babove\b/);
  });

  it("name what is in the way of a product, and tell an operation of git from a person's files", () => {
    const paths = ["a.ts", "b.ts", "c.ts", "d.ts"];
    const files = failureText({ reason: "dirty-worktree", paths });
    expect(files.message).toContain('4 files, "a.ts", "b.ts", "c.ts" …');
    expect(files.detail).toEqual(["d.ts"]);
    const merging = failureText({ reason: "dirty-worktree", paths: [".git/MERGE_HEAD"] });
    expect(merging.message).toContain('git operation, ".git/MERGE_HEAD"');
    expect(merging.fix).toContain("git status");
  });

  it("tell who wants what in a manifest, and leave no place out", () => {
    const clash = (at: string, first: Json, second: Json) => ({
      at: ["dependencies", at],
      wanted: [
        { task: "a:T01" as const, value: first },
        { task: "a:T02" as const, value: second },
      ],
    });
    const clashes = [clash("x", "^1.0.0", "^2.0.0"), clash("y", null, [1]), clash("z\u001b", "1", "2")];
    const { detail, message } = failureText({
      reason: "shared-file",
      path: "package.json",
      tasks: ["a:T01", "a:T02"],
      detail: "",
      clashes: [...clashes, clash("w", 1, 2)],
    });
    expect(message).toBe(
      'a:T01 and a:T02 do not agree on "package.json": dependencies.x: a:T01 wants "^1.0.0", a:T02 wants "^2.0.0"; dependencies.y: a:T01 removes it, a:T02 wants [1]; dependencies.z: a:T01 wants "1", a:T02 wants "2"; and 1 more.',
    );
    expect(detail).toEqual(["dependencies.w: a:T01 wants 1, a:T02 wants 2"]);
  });

  it("name every cause of a hostile path", () => {
    for (const cause of Object.keys(HOSTILE_TEXT) as HostilePath[])
      expect(failureText({ reason: "hostile-path", path: "x", cause }).message).toMatch(
        /which (has|is|leads|reaches|holds|goes|differs)/,
      );
  });

  it("keep the end of a long output and say how much is left out", () => {
    const output = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join("\n");
    const { detail } = failureText({ reason: "agent-exit", code: null, signal: "SIGKILL", output });
    expect(detail).toHaveLength(21);
    expect(detail[0]).toBe("(30 earlier lines are left out)");
    expect(detail.at(-1)).toBe("line 50");
  });
});

describe("the negative evidence of a failure", () => {
  it("is one line for what an agent caused, and nothing for the rest", () => {
    expectGolden(
      "negative-evidence.txt",
      ALL.map((failure) => `${failure.reason}: ${negativeEvidence(failure) ?? "-"}`),
    );
  });

  it("names the scope when a draft wrote outside of it", () => {
    const scope = { ...RED, gate: "scope", evidence: "src/other.ts is not in files_hint" };
    expect(negativeEvidence({ reason: "gates-failed", results: [scope, RED] })).toBe(
      "Don't write outside the files of this task: tried, failed because src/other.ts is not in files_hint.",
    );
  });

  it("stays within its bytes and on one line, whatever the gate said", () => {
    const evidence = `\u001b]0;owned\u0007first\nsecond ${"ü".repeat(400)}`;
    const line = negativeEvidence({ reason: "gates-failed", results: [GREEN, { ...RED, evidence }] });
    expect(Buffer.byteLength(line!)).toBeLessThanOrEqual(EVIDENCE_BYTES);
    expect(line).toMatch(/^Don't repeat that draft: tried, failed because gate test said: first second ü/);
    expect(line).not.toMatch(CONTROL);
  });
});

describe("the diagnostics of a failure", () => {
  it("are one per failing gate, with its evidence", () => {
    expect(diagnosticOf({ reason: "gates-failed", results: [GREEN, RED] }, "products:T01")).toEqual([
      {
        severity: "error",
        code: "gates-failed",
        message: "Gate test failed: tests/products/product.test.ts: expected 3 to be 4",
        target: "products:T01",
        file: "tests/products/product.test.ts",
        line: null,
        column: null,
        fix: failureText(FAILURES["gates-failed"]).fix,
      },
    ]);
  });

  it("gives the first words of a gate that stops a project, for a line is all that a log shows", () => {
    const broken = { reason: "gate-broken", gate: RED.gate, how: "fails-untouched", result: RED } as const;
    const product = { reason: "product-failed", project: "app", results: [GREEN, RED], tasks: [] } as const;
    for (const failure of [broken, product]) {
      expect(diagnosticOf(failure, "app/")).toMatchObject([
        { code: failure.reason, message: expect.stringContaining(`${RED.gate}: ${RED.evidence}`) },
      ]);
    }
  });

  it("speaks of planning where no task would need a model", () => {
    expect(diagnosticOf({ reason: "model-needed", tasks: [] }, "notes")).toMatchObject([
      { message: "Planning would need a model call, and none is allowed here." },
    ]);
  });

  it("are those of the specs where the specs are not sound", () => {
    expect(diagnosticOf(FAILURES["invalid-spec"], null)).toEqual(FAILURES["invalid-spec"].diagnostics);
  });

  it("name the task in the step that answers its question", () => {
    expect(diagnosticOf(FAILURES.question, "products:T01")).toMatchObject([
      { fix: expect.stringContaining("products:T01") },
    ]);
  });

  it("point to the line of a template", () => {
    expect(diagnosticOf(FAILURES.template, null)).toMatchObject([
      { file: "templates/features/rest/code/model.ts.hbs", line: 7 },
    ]);
  });

  it("are never empty", () => {
    for (const failure of ALL) expect(diagnosticOf(failure, null).length).toBeGreaterThan(0);
  });
});

describe("the exit code of a failure", () => {
  it("tells apart what a caller treats differently", () => {
    const codes = Object.fromEntries(ALL.map((failure) => [failure.reason, exitOf(failure)]));
    expect(codes).toMatchObject({
      "gates-failed": EXIT.failed,
      "invalid-spec": EXIT.invalid,
      "merge-conflict": EXIT.person,
      question: EXIT.person,
      "agent-missing": EXIT.unavailable,
      locked: EXIT.locked,
      cancelled: EXIT.interrupted,
    });
    expect(Object.values(codes).every((code) => code !== EXIT.done)).toBe(true);
  });
});

/** The same failure with escape sequences in every text that it carries. */
function poisoned(failure: Failure): Failure {
  return JSON.parse(JSON.stringify(failure), (key, value) =>
    typeof value === "string" && !["reason", "how", "cause", "end", "severity"].includes(key)
      ? `${value}\u001b[2J\u0007\u009b31m\u202e\r`
      : value,
  ) as Failure;
}
