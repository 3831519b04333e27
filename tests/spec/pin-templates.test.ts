// Does a pin get into projects.yaml without touching what people wrote there?

import { expect, test } from "vitest";
import { CATALOGUE } from "../../src/agents/agent-kinds.ts";
import { type Pin, pinTemplates } from "../../src/spec/edit/pin-templates.ts";
import { parseWorkspace } from "../../src/spec/read/parse-workspace.ts";

const SOURCE = `# Our shop
version: 1
projects:   # one is enough
  - {id: app, path: projects/app}

limits: {agents: 2}   # small machine
`;

const PIN: Pin = {
  git: "https://example.org/templates.git",
  ref: "v1.0.0",
  commit: "0123456789012345678901234567890123456789",
  folder: null,
  only: ["note"],
};

function pinned(source: string, pin: Pin): string {
  const text = pinTemplates(source, pin);
  if (!text.ok) throw new Error(JSON.stringify(text.failure));
  return text.value;
}

test.each([SOURCE, SOURCE.replaceAll("\n", "\r\n")])(
  "an entry is added, and every other line stays",
  (source) => {
    const text = pinned(source, PIN);
    const lines = text.split(/\r?\n/);
    expect(source.split(/\r?\n/).every((line) => lines.includes(line))).toBe(true);
    const { value, diagnostics } = parseWorkspace(
      { path: "projects.yaml", bytes: Buffer.from(text) },
      CATALOGUE,
    );
    expect(diagnostics).toEqual([]);
    expect(value?.templates).toMatchObject([PIN]);
  },
);

test("the same repository again moves its pin, and another one comes after it", () => {
  const first = pinned(SOURCE, PIN).replace("limits:", "# moved by hand never\nlimits:");
  const moved = pinned(first, { ...PIN, ref: "v1.1.0", commit: "a".repeat(40), only: null });
  expect(moved).toBe(first.replace("v1.0.0", "v1.1.0").replace(PIN.commit, "a".repeat(40)));
  const second = pinned(moved, { ...PIN, git: "../templates" });
  expect(
    parseWorkspace({ path: "projects.yaml", bytes: Buffer.from(second) }, CATALOGUE).value?.templates,
  ).toHaveLength(2);
});

test.each([
  "http://example.org/t.git",
  "git://example.org/t.git",
  "ext::sh -c x",
  "https://me:secret@example.org/t.git",
])("%s is no address for templates", (git) => {
  const text = `version: 1\nprojects: []\ntemplates:\n  - {git: "${git}", commit: "${PIN.commit}"}\n`;
  const { diagnostics } = parseWorkspace({ path: "projects.yaml", bytes: Buffer.from(text) }, CATALOGUE);
  expect(diagnostics).toMatchObject([{ severity: "error", file: "projects.yaml", line: 4 }]);
});
