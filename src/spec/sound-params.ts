// Do a feature's params fit the declarations of its template?

import type { Json } from "../model/digest.ts";
import type { Feature, Param } from "../model/feature.ts";
import type { Template, TemplateParam } from "../model/template.ts";
import type { Findings } from "./findings.ts";
import { clip, suggestion } from "./nearest.ts";

export function checkParams(feature: Feature, template: Template, findings: Findings): void {
  const given = new Map(feature.params.map((param) => [param.name, param]));
  const declared = new Map(template.params.map((param) => [param.name, param]));
  const place = feature.places.params ?? { file: feature.file, line: 1, column: 1 };
  for (const param of template.params) {
    const value = given.get(param.name);
    if (value !== undefined) checkValue(value, param, feature.id, findings);
    else if (param.default === undefined) {
      findings.error(
        "missing-param",
        { target: feature.id, place },
        {
          message: `${feature.id} gives no value for ${param.name}, which the template ${template.name} needs.`,
          fix: `Add ${param.name}: to params.`,
        },
      );
    }
  }
  for (const param of feature.params) {
    if (declared.has(param.name)) continue;
    findings.error(
      "unknown-param",
      { target: feature.id, place: param.place },
      {
        message: `The template ${template.name} has no parameter "${clip(param.name)}".`,
        fix: suggestion(param.name, declared.keys()),
      },
    );
  }
}

function checkValue(param: Param, declared: TemplateParam, target: string, findings: Findings): void {
  const subject = { target, place: param.place };
  const { name, value } = param;
  if (typeOf(value) !== declared.type) {
    findings.error("wrong-type", subject, {
      message: `params.${name} must be of type ${declared.type}, not ${typeOf(value)}.`,
      fix: `Write ${name} as ${declared.type}.`,
    });
    return;
  }
  if (typeof value !== "string") return;
  if (declared.choices !== null && !declared.choices.includes(value)) {
    findings.error("invalid-value", subject, {
      message: `params.${name} is ${JSON.stringify(clip(value))}, which is not among: ${declared.choices.join(", ")}.`,
      fix: suggestion(value, declared.choices),
    });
  }
  const pattern = patternOf(declared);
  if (pattern !== null && !pattern.test(value)) {
    findings.error("invalid-value", subject, {
      message: `params.${name} is ${JSON.stringify(clip(value))}, which does not match ${declared.pattern}.`,
      fix: `Write a ${name} that matches as a whole.`,
    });
  }
}

/** A pattern that is no regular expression has its finding in the template. */
function patternOf(declared: TemplateParam): RegExp | null {
  if (declared.pattern === null) return null;
  try {
    return new RegExp(`^(?:${declared.pattern})$`, "u");
  } catch {
    return null;
  }
}

function typeOf(value: Json): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "map";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
