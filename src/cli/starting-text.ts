// What does a new workspace's projects.yaml say? A text that teaches, and that the product itself reads without a finding.

import { schemaLine } from "../spec/schema/schema-line.ts";
import { scaffoldedProject, USUAL_SCAFFOLD } from "./scaffold-entries.ts";

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

function noProjectText(): string {
  const example = scaffoldedProject("my-project", USUAL_SCAFFOLD)
    .split("\n")
    .map((line) => (line === "" ? line : `# ${line}`));
  return `projects: []                         # or, without the comment marks:\n# projects:\n${example.join("\n")}`;
}
