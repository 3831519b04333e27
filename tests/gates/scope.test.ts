// Does a draft stay within its scope, and are the tests of others as strong as before?

import { describe, expect, it } from "vitest";
import { scopeGate } from "../../src/gates/scope.ts";
import type { TaskId } from "../../src/model/address.ts";
import { change, taskOf } from "./nouns.ts";

describe("the gate scope", () => {
  const scope = (filesHint: string[], ...paths: string[]) =>
    scopeGate(
      taskOf({ filesHint }),
      paths.map((path) => change(path, "x")),
      [],
      () => false,
    );

  it("passes a draft that writes what the task may write", () => {
    const result = scope(
      ["src/a.ts", "docs/**", "app/[id]/page.tsx", ".github/*.yml"],
      "src/a.ts",
      "docs/.deep/x.md",
      "app/[id]/page.tsx",
      ".github/ci.yml",
    );
    expect(result).toMatchObject({ gate: "scope", passed: true, evidence: "", end: "built-in" });
  });

  it("fails a draft that writes elsewhere, and lists where", () => {
    const result = scope(["src/*.ts", "!src/b.ts"], "src/a.ts", "src/deep/b.ts", "package.json");
    expect(result).toMatchObject({
      passed: false,
      evidence: "outside files_hint: src/deep/b.ts, package.json",
    });
  });

  it("counts a deletion as a write", () => {
    expect(scopeGate(taskOf(), [change("src/a.ts", null)], [], () => false).passed).toBe(false);
  });
});

describe("a test of another task", () => {
  const path = "tests/product.test.ts";
  const before = `import { it, expect } from "vitest";
it("[products:T01.A1] rejects a negative price", () => {
  expect(() => price(-1)).toThrow();
});
it("adds tax", () => {
  expect(tax(100)).toBe(119);
});
`;
  const evidence = (after: string | null, owner = "products:T01", at = path, old = before) =>
    scopeGate(
      taskOf({ id: "products:T02" as TaskId, filesHint: ["**"] }),
      [change(at, after)],
      [{ path: at, owner: owner as TaskId, content: Buffer.from(old) }],
      () => false,
    ).evidence;

  it("may grow and be formatted anew", () => {
    expect(
      evidence(
        before.replaceAll("  ", "\t").replaceAll(";\n", "\n") +
          `it("more", () => { expect(1).toBe(1) }) // and more, to be longer\n`,
      ),
    ).toBe("");
  });

  it("may not be deleted", () => {
    expect(evidence(null)).toBe(`${path} proves products:T01 and may not be deleted`);
  });

  it.each([
    ["a test removed", before.slice(0, before.indexOf('it("adds')), "1 test removed"],
    ["a test skipped", before.replace('it("adds', 'it.skip("adds'), "1 test skipped or singled out"],
    ["a test singled out", before.replace('it("adds', 'it.only("adds'), "1 test skipped or singled out"],
    ["a test to do", before.replace('it("adds', 'it.todo("adds'), "1 test skipped or singled out"],
    [
      "a test skipped by option",
      before.replace('tax", ', 'tax", { skip: true }, '),
      "1 test skipped or singled out",
    ],
    [
      "an assertion removed",
      before.replace("expect(tax(100)).toBe(119);", "tax(100);"),
      "1 assertion removed",
    ],
    [
      "an assertion replaced",
      `${before.replace("toBe(119)", "toBeDefined()")}// long enough`,
      "1 assertion removed",
    ],
    ["an assertion in a comment", before.replace("  expect(tax", "  // expect(tax"), "1 assertion removed"],
    ["a tag removed", before.replace("[products:T01.A1]", "[products:T02.A1]"), "[products:T01.A1] gone"],
    ["less content", before.replace("adds tax", "adds"), "content shrank"],
  ])("may not be weakened: %s", (_how, after, phrase) => {
    expect(evidence(after)).toContain(`${path} proves products:T01 and may not be weakened: `);
    expect(evidence(after)).toContain(phrase);
  });

  it("may not be weakened in Python either", () => {
    const python = "def test_price():\n    assert price(-1) is None\n";
    const at = "tests/test_price.py";
    expect(evidence(`import pytest\n@pytest.mark.skip\n${python}`, "products:T01", at, python)).toContain(
      "skipped",
    );
    expect(evidence(python.replace("    assert", "    pass # assert"), "products:T01", at, python)).toContain(
      "assertion",
    );
  });

  it("is the task's own business where the task owns it, and where it is no test", () => {
    expect(evidence(null, "products:T02")).toBe("");
    expect(evidence(null, "products:T01", "src/product.ts")).toBe("");
  });
});
