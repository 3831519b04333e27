// Is a person asked whenever a new text of a task gives more away than the old one, and left alone otherwise?

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scopeGate } from "../../src/gates/scope.ts";
import { isSensitivePath } from "../../src/model/sensitive-path.ts";
import type { Task } from "../../src/model/task.ts";
import { wideningsOf, wideningsOfLoss } from "../../src/spec/compare/find-widenings.ts";
import { change, criteria, taskOf } from "../gates/nouns.ts";

/** As the one list says, and in paths of the property below. */
const isSensitive = (path: string) => isSensitivePath(path, ["**/b.ts"]);

const added = (before: readonly string[], after: readonly string[]) =>
  wideningsOf(taskOf({ filesHint: before }), taskOf({ filesHint: after }), isSensitive).map((one) =>
    one.kind === "scope" ? one.pattern : one.kind,
  );

describe("files", () => {
  it.each([
    [["src/a.ts"], ["src/a.ts"]],
    [["src/a.ts", "src/b.ts"], ["src/b.ts"]],
    [["src/**"], ["src/a.ts", "src/deep/*.ts", "src/{a,b}.ts", "src/[id]/page.tsx"]],
    [["src/*"], ["src/a.ts", "src/*.ts"]],
    [["**"], ["anything/*", ".github/**", "a.txt"]],
    [["**/*.test.js"], ["tests/a.test.js", "**/*.test.js"]],
    [["app/*/page.tsx"], ["app/home/page.tsx"]],
    [["app/[id]/page.tsx"], ["app/[id]/page.tsx"]],
  ])("%j may become %j", (before, after) => {
    expect(added(before, after)).toEqual([]);
  });

  it.each([
    [["src/a.ts"], ["**"]],
    [["src/a.ts"], ["src/*"]],
    [["src/a.ts"], ["{src/a.ts,check.sh}"]],
    [["src/a.ts"], ["src/a.ts|**"]],
    [["src/**"], ["src/a|check.sh", 'src"/a', "{src/a,b}"]],
    [["src/*"], ["src/deep/a.ts", "src/**", "src/*/a.ts"]],
    [["src/*.ts"], ["src/*", "src/*.js", "src/?.ts"]],
    [["**/*.test.js"], ["tests/a.js", "**"]],
    [["src/**"], ["srcs/a.ts", "**/src/a.ts", "package.json"]],
    [["app/[id]/page.tsx"], ["app/i/page.tsx"]],
  ])("%j may not become %j unseen", (before, after) => {
    expect(added(before, after)).toEqual(after);
  });

  it("lets nothing pass that the gate would let pass in addition", () => {
    const segment = fc.constantFrom(
      "a",
      "b.ts",
      "*",
      "**",
      "*.ts",
      "?",
      "[ab]",
      "{a,b.ts}",
      "@(a)",
      "!(a)",
      "a|b",
      "a*",
      "**a",
    );
    const pattern = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
    const path = fc
      .array(fc.constantFrom("a", "b", "b.ts", "ab", ".c", "x"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("/"));
    const hints = fc.array(pattern, { minLength: 1, maxLength: 3 });
    const passes = (filesHint: readonly string[], file: string) =>
      scopeGate(taskOf({ filesHint }), [change(file, "x")], [], isSensitive).passed;
    fc.assert(
      fc.property(hints, hints, fc.array(path, { minLength: 20, maxLength: 20 }), (before, after, paths) => {
        if (added(before, after).length > 0) return;
        for (const file of paths)
          if (passes(after, file))
            expect([before, after, file, passes(before, file)]).toEqual([before, after, file, true]);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("criteria and what judges them", () => {
  const task = taskOf({
    filesHint: ["src/a.ts"],
    requirements: ["R1", "R2"],
    acceptance: criteria({ A1: "refuses zero", A2: "adds tax" }),
    gates: ["test", "types"],
  });
  const changed = (fields: Partial<Task>) => wideningsOf(task, { ...task, ...fields }, isSensitive);

  it("may be more, and may be wrapped anew", () => {
    const acceptance = criteria({ A1: "refuses\n  zero ", A2: "adds tax", A3: "rounds" });
    expect(changed({ acceptance, title: "Better", description: "Said well." })).toEqual([]);
  });

  it("are told by their ids where they say something else, or nothing", () => {
    expect(changed({ acceptance: criteria({ A1: "accepts zero" }) })).toEqual([
      { kind: "criterion-reworded", id: "A1", before: "refuses zero", after: "accepts zero" },
      { kind: "criterion-dropped", id: "A2", before: "adds tax" },
    ]);
    expect(wideningsOfLoss(task)).toHaveLength(2);
  });

  it("are no list of texts: two that change places are both another one", () => {
    const swapped = criteria({ A1: "adds tax", A2: "refuses zero" });
    expect(changed({ acceptance: swapped }).map(({ kind }) => kind)).toEqual([
      "criterion-reworded",
      "criterion-reworded",
    ]);
  });

  it("lose nothing of what they come from, nor of who judges them", () => {
    expect(changed({ requirements: ["R2"] })).toEqual([{ kind: "requirement-dropped", id: "R1" }]);
    expect(changed({ gates: ["types", "test"] })).toEqual([]);
    expect(changed({ gates: ["types"], type: "docs", agent: "other" })).toMatchObject([
      { key: "type", before: "code", after: "docs" },
      { key: "agent", before: "as routed", after: "other" },
      { key: "gates", before: "test, types", after: "types" },
    ]);
  });

  it("are the same beside themselves, and fewer files are more again on the way back", () => {
    const hints = fc.uniqueArray(fc.constantFrom("a", "b/**", "c/*.ts", "d/[id].ts", "**"), { minLength: 1 });
    fc.assert(
      fc.property(hints, fc.nat(), (filesHint, index) => {
        expect(added(filesHint, filesHint)).toEqual([]);
        const narrow = filesHint.filter((_, at) => at !== index % filesHint.length);
        expect(added(filesHint, narrow)).toEqual([]);
        const back = added(narrow, filesHint);
        const left = filesHint[index % filesHint.length] as string;
        expect(back).toEqual(narrow.includes("**") ? [] : [left]);
      }),
    );
  });
});
