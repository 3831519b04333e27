// What is told, before there are tasks, of how criteria can be proved? Whoever plans would else promise tests by name
// where no gate tells which tests passed.

import type { Gate } from "../model/project.ts";
import type { Segment } from "../model/window.ts";

export interface ReportingProject {
  readonly id: string;
  readonly gates: readonly Pick<Gate, "id" | "report">[];
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
