// Does a host that reads SARIF 2.1.0 get what the format requires, and places from the root of its repository?

import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../src/model/diagnostic.ts";
import { sarifDocument } from "../../src/report/sarif.ts";
import { statusFindings } from "../../src/report/status-findings.ts";

const FINDING: Diagnostic = {
  severity: "error",
  code: "duplicate-id",
  message: "Requirement R1 stands twice.",
  target: "products",
  file: "specs/products/feature.md",
  line: 14,
  column: 3,
  fix: "Give one of them another id.",
};

const RUN = { version: "1.2.3", folder: "", complete: true };

function resultsOf(diagnostics: readonly Diagnostic[], folder = "") {
  const document = sarifDocument(diagnostics, { ...RUN, folder });
  const [run] = document.runs as unknown as [
    {
      results: { locations: { physicalLocation: Record<string, { uri: string }> }[] }[];
    },
  ];
  return run.results;
}

function uriOf(diagnostic: Diagnostic, folder = ""): string | undefined {
  return resultsOf([diagnostic], folder)[0]?.locations[0]?.physicalLocation.artifactLocation?.uri;
}

describe("a SARIF document", () => {
  it("names tool, rules, levels and places", () => {
    expect(sarifDocument([FINDING, { ...FINDING, severity: "warning", code: "a-code" }], RUN)).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          tool: {
            driver: {
              name: "spec-factory",
              version: "1.2.3",
              rules: [
                {
                  id: "a-code",
                  shortDescription: { text: "A code" },
                  defaultConfiguration: { level: "warning" },
                },
                { id: "duplicate-id", defaultConfiguration: { level: "error" } },
              ],
            },
          },
          columnKind: "utf16CodeUnits",
          results: [
            {
              ruleId: "duplicate-id",
              ruleIndex: 1,
              level: "error",
              message: { text: "Requirement R1 stands twice. Give one of them another id." },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "specs/products/feature.md", uriBaseId: "%SRCROOT%" },
                    region: { startLine: 14, startColumn: 3 },
                  },
                  logicalLocations: [{ fullyQualifiedName: "products" }],
                },
              ],
            },
            { ruleId: "a-code", ruleIndex: 0, level: "warning" },
          ],
        },
      ],
    });
  });

  it("counts places from the root of the repository, and escapes what an address cannot hold", () => {
    expect(uriOf(FINDING, "tools/factory")).toBe("tools/factory/specs/products/feature.md");
    expect(uriOf({ ...FINDING, file: "specs/a b#1?/%.md" })).toBe("specs/a%20b%231%3F/%25.md");
    expect(uriOf({ ...FINDING, file: "specs/\ud800.md" })).toBe("specs/%EF%BF%BD.md");
    expect(uriOf({ ...FINDING, file: "/tmp/x y" }, "tools")).toBe("file:///tmp/x%20y");
  });

  it("gives every result a place, and a region only where there is a line", () => {
    expect(uriOf({ ...FINDING, file: null, line: null, column: null }, "tools")).toBe("tools/projects.yaml");
    const [whole] = resultsOf([{ ...FINDING, line: null, column: null }]);
    expect(whole?.locations[0]?.physicalLocation).not.toHaveProperty("region");
  });

  it("holds what a check has against tasks and plans", () => {
    const reason = { code: "never-built", subject: "R1", file: FINDING.file, line: 14 } as const;
    const status = {
      id: "products:T01",
      title: "x",
      type: "code",
      project: "app",
      agent: "local",
      windowBytes: 1,
    } as const;
    const place = { file: "specs/products/BACKLOG.yaml", line: 7, column: 5 };
    const found = statusFindings(
      [
        { ...status, verdict: "fresh", reasons: [] },
        { ...status, id: "products:T02", verdict: "stale", reasons: [reason] },
        { ...status, id: "products:T03", verdict: "stale", reasons: [{ ...reason, file: null, line: null }] },
      ],
      [{ feature: "orders", file: "specs/orders/feature.md", reason: "never-planned" }],
      new Map([
        ["products:T02", place],
        ["products:T03", place],
      ]),
    );
    expect(found.map(({ code, target, file, line }) => ({ code, target, file, line }))).toEqual([
      { code: "plan-due", target: "orders", file: "specs/orders/feature.md", line: null },
      { code: "task-stale", target: "products:T02", file: FINDING.file, line: 14 },
      { code: "task-stale", target: "products:T03", file: place.file, line: 7 },
    ]);
    expect(found[1]?.fix).toContain("factory build products:T02");
  });
});
