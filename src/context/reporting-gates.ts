// What is told, before there are tasks, of how criteria can be proved? Whoever plans would else promise tests by name
// where no gate tells which tests passed.

import type { Gate } from "../model/project.ts";
import type { Segment } from "../model/window.ts";
import { oneLine } from "./refused.ts";

export interface ReportingProject {
  readonly id: string;
  readonly gates: readonly Pick<Gate, "id" | "report">[];
}

export interface GatedProject {
  readonly id: string;
  readonly gates: readonly Pick<Gate, "id" | "report" | "run">[];
}

/** One line for each project. They count in no limit, as the maps do: nobody can make them shorter. */
export function reportingGates(projects: readonly ReportingProject[]): Segment[] {
  return projects.map(({ id, gates }) => {
    const names = gates.filter(({ report }) => report !== null).map((gate) => `\`${gate.id}\``);
    const text =
      names.length === 0
        ? "no gate reports tests, so no criterion is proved by one: let each say what shows in the change itself."
        : `gate ${names.join(", ")} reports each test by its name, so a criterion can be proved by a test.`;
    return { kind: "reporting-gates", name: id, text, place: null };
  });
}

/** Of one command, in characters. */
const COMMAND = 80;

/** For whoever cuts tasks: also what each gate runs, and what becomes of criteria that no test can prove. */
export function backlogGates(projects: readonly GatedProject[], isReviewed: boolean): Segment[] {
  const judge = isReviewed
    ? "a reviewer judges each by the change itself"
    : "nobody but a person judges them, so let each name what the text has to say";
  const docs = `A task of type \`docs\` writes documents, examples or declarations alone, and no code. Where none of its files can hold a test, its criteria need none: ${judge}.`;
  return [
    ...reportingGates(projects),
    ...projects.map(({ id, gates }): Segment => {
      const told = gates.map((gate) => `\`${gate.id}\` runs \`${clipped(gate.run)}\``);
      const text =
        told.length === 0 ? "it has no gates." : `every change has to pass its gates: ${told.join(", ")}.`;
      return { kind: "reporting-gates", name: `gates of ${id}`, text, place: null };
    }),
    { kind: "reporting-gates", name: "docs", text: docs, place: null },
    { kind: "reporting-gates", name: "others", text: OTHERS, place: null },
  ];
}

const OTHERS =
  "a criterion of code that no new test of its task decides says what does: `{id: A2, text: …, proof: reviewer}`, `proof: {gate: types}` for a gate that fails unless it holds, `proof: {test: name}` for a test that is there.";

function clipped(command: string): string {
  const line = oneLine(command);
  return line.length > COMMAND ? `${line.slice(0, COMMAND - 1)}…` : line;
}
