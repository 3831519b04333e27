// What does the generator render for a task? The part of a template that the task names, with its sources.

import type { GivenContent } from "../../engine/action-manifest.ts";
import { canonical, digestOfBytes } from "../../model/digest.ts";
import { loadRenderer } from "../../model/render.ts";
import type { Task } from "../../model/task.ts";
import { anchorOf, type PartFile, type Templates } from "../../model/template.ts";
import type { TemplateSources } from "./template-shelf.ts";

export interface GeneratorPart {
  /** Sources are named from the workspace root, so that a mistake in one is told with a path that a person can open. */
  readonly part: readonly PartFile[];
  readonly code: Readonly<Record<string, string>>;
  readonly given: readonly GivenContent[];
}

export const NO_PART: GeneratorPart = { part: [], code: {}, given: [] };

/** Sound specs name only parts that exist (spec/validate/validate.ts). */
export function partOf(templates: Templates<TemplateSources>, task: Task): GeneratorPart {
  const [name = "", partName = ""] = (task.generator ?? "").split("/", 2);
  const template = templates.get(name);
  if (template === undefined) return NO_PART;
  const code: Record<string, string> = {};
  const part: PartFile[] = [];
  const given: GivenContent[] = [];
  for (const file of template.parts[partName] ?? []) {
    const { template: path, to, inject } = file;
    const source = `${template.folder}/code/${path}`;
    const text = template.code[path] ?? "";
    code[source] = text;
    part.push({ ...file, template: source });
    const point = inject === undefined ? "" : `\0${canonical({ ...inject })}`;
    // By name, not by place: the same template in the workspace and in the package renders the same.
    given.push({
      kind: "template",
      name: `${name}/code/${path}`,
      digest: digestOfBytes(`${to}\0${text}${point}`),
    });
  }
  return { part, code, given };
}

/** Which root paths do the sources of a part mention, such as `params.fields` or `interfaces`? */
export async function mentionsOf({ part, code }: GeneratorPart): Promise<ReadonlySet<string>> {
  const renderer = await loadRenderer();
  const mentions = new Set<string>();
  for (const { template, to, inject } of part) {
    const anchor = inject === undefined ? null : anchorOf(inject);
    for (const source of [to, anchor ?? "", code[template] ?? ""]) {
      for (const path of renderer.mentions(source)) mentions.add(path);
    }
  }
  return mentions;
}
