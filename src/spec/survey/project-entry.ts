// How does a proposal read in projects.yaml? As the entry of a project, with what was left out of it as comments, so that a
// person who repairs a gate takes the marks away.

import { blockYaml, inlineYaml } from "../yaml/yaml-scalar.ts";
import type { Proposal, ProposedGate } from "./proposal.ts";
import type { ProposedPackage } from "./workspace-packages.ts";

/** A gate that is no part of the entry, and why. */
export interface LeftOut {
  readonly gate: ProposedGate;
  readonly why: string;
}

/** Longest piece of what a gate said that stands in a comment. */
const WHY_LENGTH = 200;

/** `packages` that could be projects of their own stand behind as a comment. */
export function proposalText(
  id: string,
  proposal: Proposal,
  leftOut: readonly LeftOut[],
  packages: readonly ProposedPackage[] = [],
): string {
  const { kind, specs, setup, keep, gates } = proposal;
  const lines = [
    `  # A project of ${kind}. Products are merged into the branch that is checked out; your own commits are kept.`,
    `  - id: ${inlineYaml(id, false)}`,
    "    path: ./",
    ...(specs === undefined ? [] : [`    specs: ${inlineYaml(specs, false)}`]),
    ...(setup === null ? [] : [blockYaml("setup", setup, 4)]),
    ...(keep.length === 0 ? [] : [blockYaml("keep", [...keep], 4)]),
    ...(gates.length === 0 ? ["    gates: []"] : ["    gates:", ...gates.flatMap(gateLines)]),
    ...(gates.length + leftOut.length === 0 ? EXAMPLE : []),
    ...leftOut.flatMap(({ gate, why }) => [
      `      # Left out: ${oneLine(why)}`,
      ...gateLines(gate).flatMap((lines) =>
        lines.split("\n").map((line) => `      # ${line.slice(6)}`.trimEnd()),
      ),
    ]),
  ];
  return `${[...lines, ...packageLines(packages, proposal)].join("\n")}\n`;
}

/** What a person writes where nobody could propose anything. */
const EXAMPLE = [
  "    # gates:                           # commands that fail where something is wrong, such as",
  "    #   - {id: test, run: sh tests/run.sh}",
];

/** The setup is that of the repository, so the first of them says it. */
function packageLines(packages: readonly ProposedPackage[], { setup }: Proposal): string[] {
  if (packages.length === 0) return [];
  const entries = packages.flatMap(({ id, root, hasSpecs, gates }, at) => [
    `  - id: ${inlineYaml(id, false)}`,
    "    path: ./",
    `    root: ${inlineYaml(root, false)}`,
    ...(hasSpecs ? ["    specs: specs"] : []),
    ...(setup === null || at > 0 ? [] : [blockYaml("setup", setup, 4)]),
    "    gates:",
    ...gates.flatMap(gateLines),
  ]);
  return [
    "  # Or a project for each package that has tests: take these marks away, and the project above.",
    ...entries.flatMap((entry) => entry.split("\n").map((line) => `  # ${line.slice(2)}`.trimEnd())),
  ];
}

function gateLines({ id, run, report, canaries, source }: ProposedGate): string[] {
  const canary = canaries[0];
  return [
    `      - id: ${inlineYaml(id, false)} # ${oneLine(source)}`,
    blockYaml("run", run, 8),
    ...(report === null ? [] : [`        report: ${report}`]),
    ...(canary === undefined ? [] : [blockYaml("canary", { ...canary }, 8)]),
  ];
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > WHY_LENGTH ? `${line.slice(0, WHY_LENGTH)}…` : line;
}
