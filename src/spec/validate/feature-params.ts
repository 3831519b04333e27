// Do a feature's params fit the declarations of its template?

import type { Feature, Param } from "../../model/feature.ts";
import type { Template, TemplateParam } from "../../model/template.ts";
import type { Findings } from "../findings/findings.ts";
import { clip, suggestion } from "../findings/nearest.ts";
import { type Others, ruleFault, typeOf } from "../read/param-rules.ts";

export function checkParams(feature: Feature, template: Template, findings: Findings): void {
  const given = new Map(feature.params.map((param) => [param.name, param]));
  const declared = new Map(template.params.map((param) => [param.name, param]));
  const others = Object.fromEntries(
    template.params.map(({ name, default: preset }) => [name, given.get(name)?.value ?? preset]),
  );
  const place = feature.places.params ?? { file: feature.file, line: 1, column: 1 };
  for (const param of template.params) {
    const value = given.get(param.name);
    if (value !== undefined) checkValue(value, { param, target: feature.id, others }, findings);
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

interface Declared {
  readonly param: TemplateParam;
  readonly target: string;
  readonly others: Others;
}

function checkValue(given: Param, { param: declared, target, others }: Declared, findings: Findings): void {
  const subject = { target, place: given.place };
  const { name, value } = given;
  if (typeOf(value) !== declared.type) {
    findings.error("wrong-type", subject, {
      message: `params.${name} must be of type ${declared.type}, not ${typeOf(value)}.`,
      fix: `Write ${name} as ${declared.type}.`,
    });
    return;
  }
  const fault = ruleFault(declared, value, others);
  if (fault === null) return;
  const place = (fault.item === null ? null : given.items[fault.item]) ?? given.place;
  findings.error(
    "invalid-value",
    { target, place },
    {
      message: `params.${name}${fault.where} ${fault.message}.`,
      fix: fault.fix,
    },
  );
}
