// Do a feature's params fit the declarations of its template?

import type { Feature, Param } from "../model/feature.ts";
import type { Template, TemplateParam } from "../model/template.ts";
import type { Findings } from "./findings.ts";
import { clip, suggestion } from "./nearest.ts";
import { limitFault, typeOf } from "./param-limits.ts";

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
  const fault = limitFault(declared, value);
  if (fault === null) return;
  const place = (fault.item === null ? null : param.items[fault.item]) ?? param.place;
  findings.error(
    "invalid-value",
    { target, place },
    {
      message: `params.${name}${fault.where} ${fault.message}.`,
      fix: fault.fix,
    },
  );
}
