// What does somebody who writes a draft need to know of the gates that will judge it? Their ids, what they run and what
// they prove. It is no part of any key: other gates are a reason to inspect again, and none to draft anew.

import type { Gate } from "../model/project.ts";
import type { Segment } from "../model/window.ts";
import { oneLine } from "./refused.ts";

export interface ShownGate {
  readonly id: string;
  /** Such as `npm test` (that is: node --test); tells each test by its name. */
  readonly told: string;
}

/** What a project's package.json says to whoever would else read it first. */
export interface PackageFacts {
  readonly scripts: Readonly<Record<string, string>>;
  readonly type: string | null;
}

/** Of one command, in characters. */
const COMMAND = 100;
/** Of all scripts together, in characters. */
const SCRIPTS = 400;

export function shownGates(
  gates: readonly Pick<Gate, "id" | "run" | "report">[],
  facts: PackageFacts | null,
): readonly ShownGate[] {
  return gates.map(({ id, run, report }) => {
    const script = facts === null ? null : scriptOf(run, facts.scripts);
    const means = script === null ? "" : ` (that is: ${clip(script)})`;
    const proves = report === null ? "" : "; tells each test by its name";
    return { id, told: `\`${clip(run)}\`${means}${proves}` };
  });
}

/** One line for each gate, and one for the scripts of the project that no gate names. */
export function checkSegments(gates: readonly ShownGate[], facts: PackageFacts | null): Segment[] {
  const checks = gates.map(
    ({ id, told }): Segment => ({ kind: "checks", name: id, text: told, place: null }),
  );
  const scripts = Object.entries(facts?.scripts ?? {}).map(([name, run]) => `${name} = ${clip(run)}`);
  const type = facts?.type === "module" ? ["ES modules"] : [];
  const told = [...type, ...scripts].join("; ");
  if (told === "") return checks;
  const text = told.length > SCRIPTS ? `${told.slice(0, SCRIPTS)}…` : told;
  return [...checks, { kind: "checks", name: "package.json", text, place: null }];
}

/** `npm test`, `npm run lint -- --quiet`, `pnpm check`: the script by that name. */
function scriptOf(run: string, scripts: PackageFacts["scripts"]): string | null {
  const name = /^\s*(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-\S+\s+)*([\w:.-]+)/.exec(run)?.[1];
  return name !== undefined && Object.hasOwn(scripts, name) ? (scripts[name] ?? null) : null;
}

function clip(command: string): string {
  const line = oneLine(command);
  return line.length > COMMAND ? `${line.slice(0, COMMAND - 1)}…` : line;
}
