// Which project is a new feature built into? The one that is named, the only one, or the one that a person names when asked.

import { failed, type Result, success } from "../model/result.ts";
import type { Sources } from "../pipeline/reading/sources.ts";
import { suggestion } from "../spec/findings/nearest.ts";
import type { AskPerson } from "./param-answers.ts";

/** `ask` is null where nobody can be asked. */
export async function chosenProject(
  { workspace }: Sources,
  named: string | null,
  ask: AskPerson | null,
): Promise<Result<string>> {
  const ids = workspace.projects.map(({ id }) => id);
  const [only] = ids;
  if (only === undefined) {
    const message = "projects.yaml declares no project";
    return failed({ reason: "usage", message, fix: "Add one under `projects:` first." });
  }
  let wanted = named ?? (ids.length === 1 ? only : null);
  if (wanted === null && ask !== null) {
    const typed = await ask(`Which project is it built into? (${ids.join("|")}) [${only}]: `);
    if (typed === null) return failed({ reason: "cancelled" });
    wanted = typed.trim() || only;
  }
  if (wanted !== null && ids.includes(wanted)) return success(wanted);
  if (wanted === null) {
    const message = `there are ${ids.length} projects: ${ids.join(", ")}`;
    return failed({ reason: "usage", message, fix: `Name one, such as --project ${only}.` });
  }
  const message = `there is no project ${JSON.stringify(wanted)}`;
  return failed({ reason: "usage", message, fix: suggestion(wanted, ids) });
}
