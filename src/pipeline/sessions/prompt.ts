// What is an agent told of its role? The workspace's own prompt, or the shipped one, with the names that it asks for.

import type { RolePrompt } from "../../context/bounded.ts";
import type { Project } from "../../model/project.ts";
import { renderPrompt } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { guideOf, type Role } from "../../model/role.ts";
import type { Sources } from "../reading/sources.ts";

/** Values of a prompt: `role`, `project` (its id), `gates` (their ids). No text of a spec is among them. */
export async function promptOf(
  { prompts }: Sources,
  role: Role,
  project: Project | null,
): Promise<Result<RolePrompt>> {
  const guide = guideOf(role, (name) => prompts.has(name));
  const prompt = prompts.get(guide);
  if (prompt === undefined) {
    const file = `templates/prompts/${guide}.hbs`;
    return failed({ reason: "template", file, line: null, message: "there is no prompt for this role" });
  }
  const gates = project?.gates.map(({ id }) => id) ?? [];
  const text = await renderPrompt(prompt.text, prompt.file, { role, project: project?.id ?? "", gates });
  return text.ok ? success({ text: text.value, file: prompt.file }) : text;
}
