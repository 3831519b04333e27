// What does a feature template declare? Its Handlebars sources are not opened here.

import type { Json } from "../model/digest.ts";
import { pathFault } from "../model/path.ts";
import type {
  ItemShape,
  ParamLimits,
  PartFile,
  Template,
  TemplateParam,
  ValueShape,
} from "../model/template.ts";
import { decode } from "./decode.ts";
import { Findings } from "./findings.ts";
import { migrationsOf } from "./migrations.ts";
import { limitFault, typeOf } from "./param-limits.ts";
import { conform } from "./shape.ts";
import type { Parsed, SourceFile } from "./source.ts";
import { TEMPLATE, type TemplateShape } from "./template-schema.ts";
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
  const params = (shape.params ?? []).map(paramOf);
  checkValues(params, shape.params ?? [], data.places, findings);
  const migrations = migrationsOf(shape, params, data.places, findings);
  return {
    name,
    version: shape.version,
    description: shape.description ?? "",
    folder,
    params,
    parts: shape.code ?? {},
    planner: null,
    ...(migrations.length > 0 && { migrations }),
    place: data.places.root,
  };
}

function paramOf(shape: ParamShape): TemplateParam {
  const limits = limitsOf(shape);
  return {
    name: shape.name,
    type: shape.type,
    question: shape.question ?? `${shape.name}?`,
    default: shape.default as Json | undefined,
    pattern: shape.pattern ?? null,
    choices: shape.choices ?? null,
    ...(limits !== null && { limits }),
    ...(shape.example !== undefined && { example: shape.example as Json }),
  };
}

function limitsOf({ min, max, items }: ParamShape): ParamLimits | null {
  if (min === undefined && max === undefined && items === undefined) return null;
  return { min: min ?? null, max: max ?? null, items: items === undefined ? null : itemsOf(items) };
}

function itemsOf({ keys, ...shape }: NonNullable<ParamShape["items"]>): ItemShape {
  const members = Object.entries(keys ?? {}).map(([name, { required = false, ...member }]) => {
    return [name, { ...keptBy(member), required }] as const;
  });
  return { ...keptBy(shape), keys: keys === undefined ? null : Object.fromEntries(members) };
}

type Kept = Pick<NonNullable<ParamShape["items"]>, "type" | "pattern" | "choices" | "min" | "max">;

function keptBy({ type, pattern, choices, min, max }: Kept): ValueShape {
  const keeping = { pattern: pattern ?? null, choices: choices ?? null };
  return { type, ...keeping, min: min ?? null, max: max ?? null };
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
    checkShape(param.name, param, places, findings);
    const { items } = param;
    if (items === undefined) continue;
    if (param.type !== "list") {
      const wording = {
        message: `${param.name} is a ${param.type}, which has no items.`,
        fix: "Delete items:, or make it a list.",
      };
      findings.error("invalid-value", { target: null, place: places.of(param, "items") }, wording);
    }
    checkShape(`the items of ${param.name}`, items, places, findings);
    for (const [key, member] of Object.entries(items.keys ?? {}))
      checkShape(`${key} in ${param.name}`, member, places, findings);
  }
}

function checkShape(name: string, shape: Omit<Kept, "type">, places: Places, findings: Findings): void {
  if (shape.pattern !== undefined && !isPattern(shape.pattern)) {
    const wording = {
      message: `The pattern of ${name} is not a regular expression.`,
      fix: "Mend the expression; it is read as JavaScript does, with the flag u.",
    };
    findings.error("invalid-value", { target: null, place: places.of(shape, "pattern") }, wording);
  }
  if (shape.min === undefined || shape.max === undefined || shape.min <= shape.max) return;
  const wording = {
    message: `The min of ${name} is above its max, so no value fits.`,
    fix: "Exchange the two, or delete one.",
  };
  findings.error("invalid-value", { target: null, place: places.of(shape, "min") }, wording);
}

/** A default that the template itself would refuse is told where it stands, not in every feature. */
function checkValues(
  params: readonly TemplateParam[],
  shapes: readonly ParamShape[],
  places: Places,
  findings: Findings,
): void {
  for (const [index, param] of params.entries()) {
    for (const key of ["default", "example"] as const) {
      const value = param[key];
      if (value === undefined) continue;
      const isTyped = typeOf(value) === param.type;
      const fault = isTyped ? limitFault(param, value) : null;
      if (isTyped && fault === null) continue;
      const found = fault === null ? `must be of type ${param.type}, not ${typeOf(value)}` : fault.message;
      const subject = { target: null, place: places.of(shapes[index] as ParamShape, key) };
      findings.error("invalid-value", subject, {
        message: `The ${key} of ${param.name}${fault?.where ?? ""} ${found}.`,
        fix: fault?.fix ?? `Write it as ${param.type}.`,
      });
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
