// Does anything come along from a stranger's spec that no screen shows, and does what is left say something?

import { expect, test } from "vitest";
import type { ImportFormat } from "../../../src/model/imported.ts";
import { Importer } from "../../../src/pipeline/imports/import-specs.ts";
import { readForeign } from "../../../src/spec/imports/readers.ts";
import { seenText } from "../../../src/spec/imports/seen-text.ts";
import { parseFeature } from "../../../src/spec/read/parse-feature.ts";

const HIDDEN = "\u001b[8m\u0007\u009b\u202e\u200b\u00ad\u2066\u3164\u{e0049}\u{e0067}";

function imported(format: ImportFormat, files: Readonly<Record<string, string>>) {
  const read = Object.entries(files).map(
    ([path, text]) => [path, { path, bytes: Buffer.from(text) }] as const,
  );
  const spec = {
    format,
    name: "thing",
    source: "old\u202e",
    root: "/none",
    files: new Map(read),
    around: new Map(),
  };
  const ground = {
    project: "app",
    specs: "specs",
    features: [],
    taskLimits: { windowBytes: 8192, gates: [] },
    canPlan: false,
  };
  const [one] = readForeign(spec);
  if (one?.feature === undefined || one.feature === null) throw new Error(JSON.stringify(one?.notes.list));
  return new Importer(ground).add(one.feature, { id: "thing", tool: format, source: spec.source }, one.notes);
}

function faultsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const source = (name: string) => {
    const text = files[name];
    return text === undefined ? null : { path: `specs/thing/${name}`, bytes: Buffer.from(text) };
  };
  const feature = source("feature.md");
  if (feature === null) return ["no feature.md"];
  const { diagnostics } = parseFeature({ feature, backlog: source("BACKLOG.yaml"), plan: source("PLAN.md") });
  return diagnostics.flatMap(({ severity, code, message }) =>
    severity === "error" ? [`${code}: ${message}`] : [],
  );
}

const SPECS: readonly (readonly [ImportFormat, (sign: string) => Readonly<Record<string, string>>])[] = [
  [
    "kiro",
    (sign) => ({
      "requirements.md": `# Requirements\n\n### Requirement 1: Pay${sign}\n\n**User Story:** As a buyer, I want to pay.\n\n#### Acceptance Criteria\n\n1. WHEN I pay THE SYSTEM SHALL thank me${sign}\n2. ${sign}\n3. \n`,
      "tasks.md": `# Tasks\n\n- [ ] 1. Write src/pay.ts${sign}\n  - ${sign}\n  - _Requirements: 1.1, 1.2, 1.3_\n- [ ] 2. ${sign}\n`,
    }),
  ],
  [
    "spec-kit",
    (sign) => ({
      "spec.md": `# Feature Specification: Pay${sign}\n\n## Requirements\n\n- **FR-001**: The system MUST take money${sign}\n- **FR-002**: ${sign}\n\n## Success Criteria\n\n- **SC-001**: ${sign}\n`,
      "tasks.md": `# Tasks\n\n- [ ] T001 Write src/pay.ts for FR-001${sign}\n- [ ] T002 ${sign}\n`,
    }),
  ],
  [
    "openspec",
    (sign) => ({
      "proposal.md": `# Pay${sign}\n\n## Why\n\nMoney${sign}.\n\n## What Changes\n\n- Pay${sign}\n- ${sign}\n`,
      "tasks.md": `## 1. Pay\n\n- [ ] 1.1 Write src/pay.ts${sign}\n- [ ] 1.2 ${sign}\n`,
      "specs/pay/spec.md": `## ADDED Requirements\n\n### Requirement: Pay${sign}\nThe system SHALL take money${sign}.\n\n#### Scenario: ${sign}\n- **WHEN** ${sign}\n- **THEN** it thanks\n\n### Requirement: ${sign}\n${sign}\n`,
    }),
  ],
  [
    "task-master",
    (sign) => ({
      "tasks.json": JSON.stringify({
        [`master${sign}`]: {
          tasks: [
            {
              id: 1,
              title: `Write src/pay.ts${sign}`,
              description: sign,
              acceptanceCriteria: [sign, "  ", `It thanks${sign}`],
            },
            {
              id: 2,
              title: sign,
              description: `More${sign}`,
              testStrategy: `- ${sign}\n- It thanks`,
              acceptanceCriteria: [],
            },
          ],
        },
      }).replaceAll(sign, JSON.stringify(sign).slice(1, -1)),
    }),
  ],
  [
    "github",
    (sign) => ({
      "issues.json": JSON.stringify([
        {
          number: 7,
          title: `Pay${sign}`,
          body: `Write \`src/pay.ts\`${sign}.\n\n## Tasks\n\n- [ ] Write \`src/pay.ts\`${sign}\n- [ ] ${sign}\n\n## Acceptance criteria\n\n- [ ] It thanks${sign}\n- [ ] ${sign}\n- ${sign}\n`,
          labels: [`money${sign}`],
          url: `https://example.com/${sign}`,
        },
      ]),
    }),
  ],
];

test.each(SPECS)("an import of %s leaves out what no screen shows, and says so", (format, specOf) => {
  const made = imported(format, specOf(HIDDEN));
  expect(faultsOf(made.files)).toEqual([]);
  for (const text of Object.values(made.files)) expect(seenText(text).first).toBeNull();
  expect(made.notes.map(({ code }) => code)).toContain("unseen-characters");
  expect(Object.values(made.files).join("")).toContain("pay.ts");
});

test.each(SPECS)(
  "an import of %s has no word for it where there is nothing of the kind",
  (format, specOf) => {
    const made = imported(format, specOf(""));
    expect(faultsOf(made.files)).toEqual([]);
    expect(made.notes.map(({ code }) => code)).not.toContain("unseen-characters");
  },
);

test("what scripts and emoji are joined by stays, and what hides a text in its signs does not", () => {
  for (const kept of ["می‌خواهم", "क्‍ष", "👩‍💻 ✔️ 葛\u{e0100}", "a\tb\nc"])
    expect(seenText(kept).text).toBe(kept);
  expect(seenText("pay\u200d.ts").text).toBe("pay.ts");
  expect(seenText("ok🙂\u{e0149}\u{e0138}\u{e0157}").text).toBe("ok🙂\u{e0149}");
  expect(seenText("\u001b[1mbold\u001b[0m \u001b]0;title\u0007")).toMatchObject({
    text: "bold  ]0;title ",
    unseen: 4,
  });
});

test("a picture that is called a spec is not read", () => {
  const files = { "spec.md": "\0\u0001\u0002\u0003 IHDR \0\u0007\u0001" };
  expect(() => imported("spec-kit", files)).toThrow("not-text");
});
