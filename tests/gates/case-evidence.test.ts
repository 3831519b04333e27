// Which failed test speaks for a report, and in which words?

import { describe, expect, it } from "vitest";
import { caseEvidence } from "../../src/gates/case-evidence.ts";
import { parseJUnit } from "../../src/gates/junit.ts";

function line(cases: string, output = ""): string | null {
  const parsed = parseJUnit(`<testsuites><testsuite name="s">${cases}</testsuite></testsuites>`);
  if (!parsed.ok) throw new Error(parsed.failure);
  return caseEvidence(parsed.value, output);
}

const failing = (name: string, inside: string) =>
  `<testcase name="${name}" classname="c">${inside}</testcase>`;

describe("a report without a failed test", () => {
  it("has no line", () => expect(line('<testcase name="works"/>', "Error: x")).toBeNull());
});

describe("a failed test", () => {
  it.each([
    ["an empty message", '<failure message=""/>'],
    ["a message of its own name", '<error message="collection failure"/>'],
    ["a bare class", '<failure message="java.lang.AssertionError" type="java.lang.AssertionError"/>'],
    ["a quoted nothing", "<failure>Error: 'test failed'</failure>"],
  ])("with %s is told by what it printed, then by what the command printed", (_what, failure) => {
    const printed = `${failure}<system-out>asking\nError: the till is closed\nbye</system-out>`;
    expect(line(failing("opens", printed))).toBe("opens: Error: the till is closed");
    const stderr = `${failure}<system-out>Error: later</system-out><system-err>Error: the till is closed</system-err>`;
    expect(line(failing("opens", stderr))).toBe("opens: Error: the till is closed");
    expect(line(failing("opens", failure), "x\nerror: no till in src/till.c\n")).toBe(
      "opens: error: no till in src/till.c",
    );
  });

  it("with nothing but a stack is told by its class and the first place in the tree", () => {
    const stack = [
      "java.lang.IllegalStateException",
      "\tat java.base/java.util.Objects.requireNonNull(Objects.java:208)",
      "\tat shop.Till.open(Till.java:15)",
      "\tat org.junit.platform.engine.Node.execute(Node.java:1)",
    ].join("\n");
    expect(line(failing("opens", `<error type="java.lang.IllegalStateException">${stack}</error>`))).toBe(
      "opens: Till.java:15: java.lang.IllegalStateException",
    );
  });

  it("with nothing anywhere is told by its name and what little the report says", () => {
    expect(line(failing("opens", '<failure message="test failed"/>'))).toBe("opens: test failed");
    expect(line(failing("opens", "<failure/>"))).toBe("opens");
    expect(line(failing("", "<failure/>"), "Segmentation fault")).toBe("Segmentation fault");
  });

  it("tells the cause behind what was thrown", () => {
    const text = [
      "shop.StartException: cannot start",
      "\tat shop.Shop.start(Shop.java:3)",
      "Caused by: java.io.IOException: no route",
      "\t... 3 more",
      "Caused by: java.net.ConnectException: port 5432 is closed",
      "\t... 9 more",
    ].join("\n");
    expect(line(failing("starts", `<error message="cannot start" type="x">${text}</error>`))).toBe(
      "starts: Shop.java:3: shop.StartException: cannot start, caused by java.net.ConnectException: port 5432 is closed",
    );
  });
});

describe("of several failed tests", () => {
  const silent = failing("tests/till.test.js", '<failure message="test failed"/>');
  const wrong = failing("adds", '<failure message="expected 3 to be 4"/>');
  const unloadable = failing(
    "tests.test_till",
    "<error message='collection failure'>E   ModuleNotFoundError: No module named 'till'</error>",
  );

  it("the one that cannot be loaded speaks: the others follow from it", () => {
    expect(line(wrong + unloadable)).toBe("tests.test_till: ModuleNotFoundError: No module named 'till'");
  });

  it("one that says something speaks for one that does not, unless the command said why", () => {
    expect(line(silent + wrong)).toBe("adds: expected 3 to be 4");
    expect(line(silent + wrong, "Cannot find module 'src/till.js' imported from tests/till.test.js\n")).toBe(
      "Cannot find module 'src/till.js' imported from tests/till.test.js",
    );
  });

  it("what the command printed does not drown what a test found", () => {
    expect(line(wrong, "SyntaxError: Unexpected token\nError: expected\n")).toBe("adds: expected 3 to be 4");
  });
});
