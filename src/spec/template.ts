// What does a feature template declare? Its Handlebars sources are not opened here.

import type { Json } from "../model/digest.ts";
import { pathFault } from "../model/path.ts";
import type { PartFile, Template, TemplateParam } from "../model/template.ts";
import { decode } from "./decode.ts";
import { Findings } from "./findings.ts";
import { TEMPLATE, type TemplateShape } from "./schema.ts";
import { conform } from "./shape.ts";
import type { Parsed, SourceFile } from "./source.ts";
import { type Places, readYaml } from "./yaml.ts";

type ParamShape = NonNullable<TemplateShape["params"]>[number];

/** Reads the `template.yaml` of a folder, whose last segment is the template's name. */
export function parseTemplate(source: SourceFile, folder: string): Parsed<Template> {
  const findings = new Findings();
  const value = templateOf(source, folder, findings);
  return { value, diagnostics: findings.sorted() };
}

function templateOf(source: SourceFile, folder: string, findings: Findings): Template | null {
  const text = decode(source, null, findings);
  if (text === null) return null;
  const data = readYaml({ text, file: source.path, firstLine: 1, target: null }, findings);
  const shape = data && conform(TEMPLATE, data, () => null, findings);
  if (data === null || shape === null) return null;
  const name = folder.split(/[\\/]/).filter(Boolean).at(-1) ?? folder;
  checkParams(shape.params ?? [], data.places, findings);
  checkParts(shape, data.places, findings);
  return {
    name,
    version: shape.version,
    description: shape.description ?? "",
    folder,
    params: (shape.params ?? []).map(paramOf),
    parts: shape.code ?? {},
    planner: null,
    place: data.places.root,
  };
}

function paramOf(shape: ParamShape): TemplateParam {
  return {
    name: shape.name,
    type: shape.type,
    question: shape.question ?? `${shape.name}?`,
    default: shape.default as Json | undefined,
    pattern: shape.pattern ?? null,
    choices: shape.choices ?? null,
  };
}

function checkParams(params: readonly ParamShape[], places: Places, findings: Findings): void {
  const known = new Set<string>();
  for (const [index, param] of params.entries()) {
    const subject = { target: null, place: places.of(params, index) };
    if (known.has(param.name)) {
      const message = `The parameter ${param.name} is declared twice.`;
      findings.error("duplicate-id", subject, { message, fix: "Rename one of the two." });
    }
    known.add(param.name);
    if (param.pattern !== undefined && !isPattern(param.pattern)) {
      findings.error(
        "invalid-value",
        { target: null, place: places.of(param, "pattern") },
        {
          message: `The pattern of ${param.name} is not a regular expression.`,
          fix: "Mend the expression; it is read as JavaScript does, with the flag u.",
        },
      );
    }
  }
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    // The constructor throws for bad syntax and for nothing else.
    return false;
  }
}

/** Only the literal part of `to` can be judged before it is rendered; the draft's paths are judged again. */
function checkParts(shape: TemplateShape, places: Places, findings: Findings): void {
  for (const file of Object.values(shape.code ?? {}).flat() as PartFile[]) {
    const paths = { template: file.template, to: file.to.replace(/\{\{[^}]*\}\}/g, "x") };
    for (const key of ["template", "to"] as const) {
      const fault = pathFault(paths[key]);
      if (fault === null) continue;
      findings.error(
        fault === "parent" || fault === "absolute" ? "path-leaves-project" : "hostile-path",
        { target: null, place: places.of(file, key) },
        {
          message: `${JSON.stringify(file[key])} cannot be used as a path (${fault}).`,
          fix: "Give a path inside the folder, with `/` between its segments.",
        },
      );
    }
  }
}
