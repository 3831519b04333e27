// What does a feature template declare? Its Handlebars sources are not opened here.

import type { Json } from "../../model/digest.ts";
import { pathFault } from "../../model/path.ts";
import type { ItemShape, Template, TemplateParam, ValueRules } from "../../model/template.ts";
import { Findings } from "../findings/findings.ts";
import { suggestion } from "../findings/nearest.ts";
import { TEMPLATE, type TemplateShape } from "../schema/template-schema.ts";
import { type Places, readYaml } from "../yaml/yaml.ts";
import { decode } from "./decode.ts";
import { migrationsOf } from "./migrations.ts";
import { ruleFault, typeOf } from "./param-rules.ts";
import { conform } from "./shape.ts";
import type { Parsed, SourceFile } from "./source.ts";

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
    parts: (shape.code ?? {}) as Template["parts"],
    planner: null,
    ...(migrations.length > 0 && { migrations }),
    place: data.places.root,
  };
}

function paramOf(shape: ParamShape): TemplateParam {
  return {
    name: shape.name,
    type: shape.type,
    question: shape.question ?? `${shape.name}?`,
    default: shape.default as Json | undefined,
    rules: rulesOf(shape),
    ...(shape.example !== undefined && { example: shape.example as Json }),
  };
}

/** As it is written: two levels of lists, which is as deep as the schema goes. */
interface RulesShape
  extends Omit<ParamShape, "name" | "type" | "question" | "default" | "example" | "items"> {
  readonly items?: ItemsShape | undefined;
}

interface ItemsShape extends RulesShape {
  readonly type: ItemShape["type"];
  readonly keys?: Readonly<Record<string, MemberShape>> | undefined;
  readonly unique?: readonly (readonly string[])[] | undefined;
  readonly one_of?: readonly string[] | undefined;
}

interface MemberShape extends RulesShape {
  readonly type: ItemShape["type"];
  readonly required?: boolean | undefined;
}

function rulesOf(shape: RulesShape): ValueRules {
  const [list = "", key = ""] = shape.among?.split(".") ?? [];
  return {
    pattern: shape.pattern ?? null,
    choices: shape.choices ?? null,
    among: shape.among === undefined ? null : { list, key },
    not: shape.not ?? [],
    becomes: shape.becomes ?? null,
    min: shape.min ?? null,
    max: shape.max ?? null,
    hint: shape.hint ?? null,
    items: shape.items === undefined ? null : itemsOf(shape.items),
  };
}

function itemsOf(shape: ItemsShape): ItemShape {
  const members = Object.entries(shape.keys ?? {}).map(([name, member]) => {
    return [name, { ...rulesOf(member), type: member.type, required: member.required ?? false }] as const;
  });
  return {
    ...rulesOf(shape),
    type: shape.type,
    keys: shape.keys === undefined ? null : Object.fromEntries(members),
    unique: shape.unique ?? [],
    oneOf: shape.one_of ?? [],
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
    checkRules(param.name, param, { params, places, findings });
  }
}

interface Around {
  readonly params: readonly ParamShape[];
  readonly places: Places;
  readonly findings: Findings;
}

function checkRules(name: string, shape: RulesShape & { readonly type: string }, around: Around): void {
  const { params, places, findings } = around;
  const tell = (key: keyof RulesShape, message: string, fix: string) =>
    findings.error("invalid-value", { target: null, place: places.of(shape, key) }, { message, fix });
  if (shape.pattern !== undefined && !isPattern(shape.pattern)) {
    const fix = "Fix the expression; JavaScript has to read it, with the flag u.";
    tell("pattern", `The pattern of ${name} is not a regular expression.`, fix);
  }
  if (shape.min !== undefined && shape.max !== undefined && shape.min > shape.max) {
    tell("min", `The min of ${name} is above its max, so no value fits.`, "Swap the two, or delete one.");
  }
  const lists = params.filter(({ type }) => type === "list").map((param) => param.name);
  const list = shape.among?.split(".")[0];
  if (list !== undefined && !lists.includes(list)) {
    tell("among", `The template has no list "${list}" from which ${name} could be.`, suggestion(list, lists));
  }
  const { items } = shape;
  if (items === undefined) return;
  if (shape.type !== "list") {
    tell("items", `${name} is a ${shape.type}, which has no items.`, "Delete items:, or make it a list.");
  }
  checkRules(`the items of ${name}`, items, around);
  for (const [key, member] of Object.entries(items.keys ?? {}))
    checkRules(`${key} in ${name}`, member, around);
}

/** A default that the template itself would refuse is told where it stands, not in every feature. */
function checkValues(
  params: readonly TemplateParam[],
  shapes: readonly ParamShape[],
  places: Places,
  findings: Findings,
): void {
  const others = Object.fromEntries(
    params.map(({ name, default: preset, example }) => [name, preset ?? example]),
  );
  for (const [index, param] of params.entries()) {
    for (const key of ["default", "example"] as const) {
      const value = param[key];
      if (value === undefined) continue;
      const isTyped = typeOf(value) === param.type;
      const fault = isTyped ? ruleFault(param, value, others) : null;
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
  for (const file of Object.values(shape.code ?? {}).flat()) {
    if (file.inject !== undefined && Object.keys(file.inject).length !== 1) {
      const message = "inject: has to say one place, by after:, before: or at: end.";
      const place = places.of(file, "inject");
      findings.error("invalid-value", { target: null, place }, { message, fix: "Keep one of the keys." });
    }
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
