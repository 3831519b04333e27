// Can no text of a stranger become a command of a GitHub log, and does every finding become one whole?

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/model/diagnostic.ts";
import { jsonText } from "../../src/report/json.ts";
import { annotation, defused, groupCommand } from "../../src/report/workflow-command.ts";

/** As the runner reads a log: line by line, however a line ends; blanks before a command do not count. */
function commandsIn(log: string): string[] {
  return log.split(/\r\n|[\r\n]/).filter((line) => /^[\s\u0085\uFEFF]*::/.test(line) || line.includes("##["));
}

const FINDING: Diagnostic = {
  severity: "error",
  code: "unknown-key",
  message: "Unknown key `a`.",
  target: null,
  file: "specs/a,b:c/feature.md",
  line: 3,
  column: 5,
  fix: "100% remove it.",
};

/** Texts that are likely to do harm. */
const HOSTILE = fc
  .array(
    fc.constantFrom(
      "::",
      ":",
      "##[",
      "#",
      "[",
      "error",
      " ",
      "\t",
      "\n",
      "\r",
      "\u0085",
      "\u2028",
      "%0A",
      ",",
    ),
  )
  .map((parts) => parts.join(""));

describe("the log of a run", () => {
  it("obeys nothing in a text that was defused, which is otherwise as it was", () => {
    expect(defused("::error::x")).toBe(": :error::x");
    expect(defused("a\n \t::stop-commands::t\nb ##[add-mask]s")).toBe(
      "a\n \t: :stop-commands::t\nb ## [add-mask]s",
    );
    expect(defused("a ::b:: c\n- R1: x\n## Title\n")).toBe("a ::b:: c\n- R1: x\n## Title\n");
    fc.assert(
      fc.property(HOSTILE, (text) => {
        expect(commandsIn(defused(text))).toEqual([]);
        expect(defused(text).replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
    );
  });

  it("obeys nothing in a JSON document, which says the same", () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const document = jsonText({ [`k${text}`]: text });
        expect(commandsIn(document)).toEqual([]);
        expect(defused(document)).toBe(document);
        expect(JSON.parse(document)).toEqual({ [`k${text}`]: text });
      }),
    );
  });
});

describe("an annotation", () => {
  it("stands at the line, from the root of the repository", () => {
    expect(annotation(FINDING, "")).toBe(
      "::error file=specs/a%2Cb%3Ac/feature.md,line=3,col=5,title=unknown-key::" +
        "specs/a,b:c/feature.md:3:5: Unknown key `a`. [unknown-key] 100%25 remove it.",
    );
    expect(annotation({ ...FINDING, file: "projects.yaml" }, "tools")).toContain("file=tools/projects.yaml,");
    expect(annotation({ ...FINDING, file: "/tmp/log", line: null, column: null }, "tools")).toMatch(
      /^::error title=/,
    );
  });

  it("is one command, and so is the title of a group", () => {
    fc.assert(
      fc.property(HOSTILE, (text) => {
        const made = annotation({ ...FINDING, message: text, file: `specs/${text}`, fix: text }, "");
        expect(made.split(/[\r\n]/)).toHaveLength(1);
        expect(made.match(/^::error [^:]*::/)?.[0]).toMatch(/,line=3,col=5,title=unknown-key::$/);
        expect(groupCommand(text).split(/[\r\n]/)).toHaveLength(1);
      }),
    );
  });
});
