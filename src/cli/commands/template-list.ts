// `factory template list`: which templates are there, and which features use which version of them?

import { loadRenderer } from "../../model/render.ts";
import { sourceOf } from "../../pipeline/templates/record.ts";
import { templateStates } from "../../pipeline/templates/template-states.ts";
import { templateListText, templatesDocument } from "../../report/template-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { readTemplates } from "../template-features.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { look } = invocation;
  const reading = await readTemplates(invocation);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const { sources } = reading.value;
  const templates = [...sources.templates.values()]
    .map((one) => ({
      name: one.name,
      version: one.version,
      source: sourceOf(one).kind,
      description: one.description,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const { states, findings } = templateStates(sources, sources.features, await loadRenderer());
  invocation.showFindings(findings, "say");
  if (invocation.json) invocation.printJson(templatesDocument(templates, states));
  else invocation.print(templateListText(templates, states, look.color));
  return EXIT.done;
}
