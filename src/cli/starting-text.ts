// What does a new workspace's projects.yaml say? A text that teaches, and that the product itself reads without a finding.

import { schemaLine } from "../spec/schema/schema-line.ts";

export interface StartingText {
  /** The entry of a project; null: the text shows what one looks like, and declares none. */
  readonly project: string | null;
  /** Path of the JSON Schema, from the workspace. */
  readonly schema: string;
  /** Presets of programs that are agents from the start; the first of them implements. */
  readonly programs: readonly string[];
}

export function startingText({ project, schema, programs }: StartingText): string {
  return `${schemaLine(schema)}# What to build, how to judge it, and which agents write it. \`factory validate\` reads this file and says what is wrong with it.
version: 1

${project === null ? noProjectText() : `projects:\n${project}`}
agents:
  local: {kind: generator}           # renders templates/features/<name>/code: deterministic, offline and free
${programs.map((name) => `  ${name}: {kind: command, preset: ${name}}\n`).join("")}  # Any program can be an agent; {{window}} is the path of what it is asked to do:
  # pair: {kind: command, run: "my-agent --in {{window}}", timeout: 15m}

routing:                             # role, or type of task -> agent
  generator: local                   # code of templates stays deterministic and free
  implementer: {default: ${programs[0] ?? "local"}}
  # implementer: {docs: pair, default: ${programs[0] ?? "local"}}

limits:
  agents: 8                          # drafts at once
  gates: 2                           # gate runs at once; they need processors
  attempts: 2                        # drafts of one task before a person is asked
`;
}

/** The entry of a project that is made from the scaffold for Node and TypeScript. */
export function scaffoldedProject(id: string): string {
  return `  # A git repository of its own. Where it does not exist yet, it is made from its scaffold.
  - id: ${id}
    path: projects/${id}
    scaffold: node-ts                # templates/projects/node-ts, here or in the package
    branch: main                     # products are merged into it; your own commits are kept
    setup: npm ci --ignore-scripts --prefer-offline --no-audit --no-fund
    # Gates run in this order. A canary is a set of files that a gate must refuse: an instrument that cannot fail
    # measures nothing, so a build stops before it judges any code.
    gates:
      - id: typecheck
        run: node_modules/.bin/tsc --noEmit
        timeout: 120s
        canary:
          src/canary.ts: |
            export const canary: number = "text";
      - id: lint
        run: node_modules/.bin/biome lint --error-on-warnings .
        timeout: 60s
        canary:
          src/canary.ts: |
            export const canary: any = 1;
      - id: test
        run: node_modules/.bin/vitest run --reporter=junit --outputFile={{report}}
        timeout: 180s
        report: junit                # each criterion needs a test that names it; without a report nothing proves any
        canary:
          tests/canary.test.ts: |
            import { expect, it } from "vitest";

            it("fails", () => expect(1).toBe(2));
`;
}

function noProjectText(): string {
  const example = scaffoldedProject("my-project")
    .split("\n")
    .map((line) => (line === "" ? line : `# ${line}`));
  return `projects: []                         # or, without the comment marks:\n# projects:\n${example.join("\n")}`;
}
