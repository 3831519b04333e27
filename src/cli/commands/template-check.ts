// `factory template check [FEATURE…]`: for CI. Which features lag behind their template or have no record of it, and
// which templates do not work? Nothing is written.

import { loadRenderer } from "../../model/render.ts";
import { sourceOf } from "../../pipeline/templates/record.ts";
import { templateStates, tryTemplate } from "../../pipeline/templates/template-states.ts";
import { templateStateLines, templateStatesDocument } from "../../report/template-text.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { namedFeatures, readTemplates } from "../template-features.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { root, look } = invocation;
  const reading = await readTemplates(invocation);
  if (!reading.ok) return invocation.refuse(reading.failure);
  const { sources } = reading.value;
  const features = namedFeatures(sources.features, invocation.rest(0));
  if (!features.ok) return invocation.refuse(features.failure);
  const renderer = await loadRenderer();
  const { states, findings } = templateStates(sources, features.value, renderer);
  const templates = [...sources.templates.values()];
  const all = invocation.rest(0).length === 0;
  const broken = sources.diagnostics.filter(
    ({ severity, file }) => severity === "error" && file !== null && /(?:^|\/)templates\//.test(file),
  );
  const tried =
    all && broken.length === 0 ? templates.flatMap((one) => tryTemplate(root, one, renderer)) : [];
  const diagnostics = [...findings, ...broken, ...tried];
  const isWork = diagnostics.length > 0 || states.some(({ standing }) => standing !== "current");
  if (invocation.json) {
    const listed = templates.map((one) => ({
      name: one.name,
      version: one.version,
      source: sourceOf(one).kind,
      description: one.description,
    }));
    invocation.printJson(templateStatesDocument(states, listed, diagnostics));
  } else {
    const versions = new Map(templates.map(({ name, version }) => [name, version]));
    const lines = templateStateLines(states, versions, look.color);
    invocation.showFindings(diagnostics, "print");
    const isAllWell = diagnostics.length === 0 && lines.length === 0;
    invocation.print(isAllWell ? ["every feature matches its template"] : lines);
    if (states.some(({ standing }) => ["behind", "changed", "unrecorded"].includes(standing)))
      invocation.say("", "next:", "  factory template update --dry-run");
  }
  return isWork ? EXIT.stale : EXIT.done;
}
