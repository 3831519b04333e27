// What does somebody who writes a draft need to know of the gates that will judge it? Their ids, what they run and what
// they prove. It is no part of any key: other gates are a reason to inspect again, and none to draft anew.

import type { Gate } from "../model/project.ts";
import type { Segment } from "../model/window.ts";
import type { ProjectFacts } from "./project-facts.ts";
import { oneLine } from "./refused.ts";

export interface ShownGate {
  readonly id: string;
  /** Such as `npm test` (that is: node --test); tells each test by its name. */
  readonly told: string;
}

/** Of one command, in characters. */
const COMMAND = 100;
/** Of what one file says, and of what all of them say, in characters. */
const FILE = 400;
const FILES = 700;

export function shownGates(
  gates: readonly Pick<Gate, "id" | "run" | "report">[],
  facts: ProjectFacts,
): readonly ShownGate[] {
  return gates.map(({ id, run, report }) => {
    const script = scriptOf(run, facts.scripts);
    const means = script === null ? "" : ` (that is: ${clip(script)})`;
    const proves = report === null ? "" : "; tells each test by its name";
    return { id, told: `\`${clip(run)}\`${means}${proves}` };
  });
}

/** One line for each gate, and one for each file that says how the project is written and run. */
export function checkSegments(gates: readonly ShownGate[], facts: ProjectFacts): Segment[] {
  const checks = gates.map(
    ({ id, told }): Segment => ({ kind: "checks", name: id, text: told, place: null }),
  );
  let left = FILES;
  const files = facts.files.flatMap(({ path, facts: told }): Segment[] => {
    const text = fitting(told.map(clip), Math.min(FILE, left));
    left -= text.length;
    return text === "" ? [] : [{ kind: "checks", name: path, text, place: null }];
  });
  return [...checks, ...files];
}

/** Whole facts alone, and how many are left out. */
function fitting(facts: readonly string[], room: number): string {
  for (let kept = facts.length; kept > 0; kept--) {
    const rest = kept === facts.length ? [] : [`${facts.length - kept} more`];
    const text = [...facts.slice(0, kept), ...rest].join("; ");
    if (text.length <= room) return text;
  }
  return "";
}

/** `npm test`, `npm run lint -- --quiet`, `pnpm check`: the script by that name. */
function scriptOf(run: string, scripts: ProjectFacts["scripts"]): string | null {
  const name = /^\s*(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:-\S+\s+)*([\w:.-]+)/.exec(run)?.[1];
  return name !== undefined && Object.hasOwn(scripts, name) ? (scripts[name] ?? null) : null;
}

function clip(command: string): string {
  const line = oneLine(command);
  return line.length > COMMAND ? `${line.slice(0, COMMAND - 1)}…` : line;
}
