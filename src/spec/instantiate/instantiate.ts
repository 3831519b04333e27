// How does a feature template become the files of a new feature? Answers are checked first, then rendered as values:
// an answer is data, so none can add a key to a file or a directive to a template.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Json } from "../../model/digest.ts";
import type { Renderer } from "../../model/render.ts";
import { type Result, success } from "../../model/result.ts";
import type { Template, TemplateParam } from "../../model/template.ts";
import { clip } from "../findings/nearest.ts";
import { type Others, ruleFault } from "../read/param-rules.ts";

export interface NewFeature {
  readonly feature: { readonly id: string; readonly title: string };
  readonly project: { readonly id: string };
  /** As `checkParams` gives them. */
  readonly params: Readonly<Record<string, Json>>;
}

/** Files of the feature's folder by name. `specSources` are the template's `spec/*.hbs` by file name. */
export function instantiate(
  template: Template,
  specSources: Readonly<Record<string, string>>,
  values: NewFeature,
  renderer: Renderer,
): Result<Record<string, string>> {
  const files = new Map<string, string>();
  for (const [name, source] of Object.entries(specSources)) {
    const rendered = renderer.render(source, `${template.folder}/spec/${name}`, { ...values });
    if (!rendered.ok) return rendered;
    files.set(name.replace(/\.hbs$/, ""), rendered.value);
  }
  return success(Object.fromEntries(files));
}

export interface CheckedParams {
  /** In the template's order, with defaults filled in; complete only where there are no diagnostics. */
  readonly params: Readonly<Record<string, Json>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Answers may be typed already, or text as a person types it: lists and maps are then JSON. */
export function checkParams(template: Template, given: Readonly<Record<string, Json>>): CheckedParams {
  const params = new Map<string, Json>();
  const diagnostics: Diagnostic[] = [];
  const names = template.params.map(({ name }) => name);
  for (const name of Object.keys(given).filter((one) => !names.includes(one))) {
    const known = names.length === 0 ? "Leave it out: there are none." : `Use one of: ${names.join(", ")}.`;
    diagnostics.push(
      finding(template, "unknown-param", `${template.name} has no parameter "${name}".`, known),
    );
  }
  const values = template.params.map((param) => {
    const answer = Object.hasOwn(given, param.name) ? given[param.name] : param.default;
    return { param, answer, value: answer === undefined ? undefined : typed(param, answer) };
  });
  const others = Object.fromEntries(values.map(({ param, value }) => [param.name, value]));
  for (const { param, answer, value } of values) {
    const fault = answerFault(template, param, answer, others);
    if (fault !== null) diagnostics.push(fault);
    else if (value !== undefined) params.set(param.name, value);
  }
  return { params: Object.fromEntries(params), diagnostics };
}

/** What is wrong with one answer, beside others that are known; null where it can stand. */
export function answerFault(
  template: Template,
  param: TemplateParam,
  answer: Json | undefined,
  others: Others,
): Diagnostic | null {
  const { name, type, question } = param;
  if (answer === undefined) {
    const fix = `Answer it: --set ${name}=VALUE (${type}).`;
    return finding(template, "missing-param", `There is no answer for ${name}: ${question}`, fix);
  }
  const value = typed(param, answer);
  const fault = value === undefined ? null : ruleFault(param, value, others);
  if (value !== undefined && fault === null) return null;
  const found = fault === null ? `is ${JSON.stringify(clip(String(answer)))}, and no ${type}` : fault.message;
  return finding(
    template,
    "invalid-param",
    `${name}${fault?.where ?? ""} ${found}.`,
    fault?.fix ?? EXPECTED[type],
  );
}

const EXPECTED: Readonly<Record<TemplateParam["type"], string>> = {
  string: "Give text.",
  integer: "Give a whole number.",
  boolean: "Give true or false.",
  list: "Give a list as JSON, such as [1, 2].",
  map: 'Give a map as JSON, such as {"key": "value"}.',
};

/** The answer in the parameter's type; undefined where it has none. */
function typed(param: TemplateParam, answer: Json): Json | undefined {
  const value = typeof answer === "string" && param.type !== "string" ? fromText(answer) : answer;
  const fits: Readonly<Record<TemplateParam["type"], boolean>> = {
    string: typeof value === "string",
    integer: Number.isSafeInteger(value),
    boolean: typeof value === "boolean",
    list: Array.isArray(value),
    map: typeof value === "object" && value !== null && !Array.isArray(value),
  };
  return fits[param.type] ? value : undefined;
}

function fromText(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function finding({ name, place }: Template, code: string, message: string, fix: string): Diagnostic {
  const { file, line, column } = place;
  return { severity: "error", code, message, target: name, file, line, column, fix };
}
