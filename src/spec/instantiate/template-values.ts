// With which values does a feature follow its template to a new version? With those that it was made with, migrated, and
// with what a person made of them since.

import type { Diagnostic } from "../../model/diagnostic.ts";
import { canonical, type Json } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import type { Template, TemplateParam } from "../../model/template.ts";
import type { TemplateRecord } from "../../model/template-record.ts";
import { migrate, migrationsBetween, type Values } from "../read/migrations.ts";
import { parseFeature } from "../read/parse-feature.ts";
import { answerFault, checkParams, type NewFeature } from "./instantiate.ts";

export interface UpdateValues {
  /** What it was made with, as the new version calls it. */
  readonly asGiven: NewFeature;
  readonly now: NewFeature;
  /** Old names of parameters by new names. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  /** Why the values of now do not fit the new version. */
  readonly diagnostics: readonly Diagnostic[];
  readonly unanswered: readonly TemplateParam[];
}

/** `given`: answers for what the new version asks besides; each names a parameter of it. */
export function updateValues(
  record: TemplateRecord,
  template: Template,
  mine: Feature,
  given: Values,
): UpdateValues {
  const migrations = record.at === null ? [] : migrationsBetween(template, record.at);
  const { values, renamed } = migrate(record.params, migrations);
  const current = valuesNow(record, mine, { values, renamed });
  const checked = checkParams(template, answered(template, current, given));
  const then = checkParams(template, answered(template, values, given));
  const isSound = then.diagnostics.length === 0;
  const feature = { id: mine.id, title: mine.title };
  const project = { id: mine.projects[0] ?? record.project };
  return {
    asGiven: isSound
      ? {
          feature: { id: mine.id, title: record.title },
          project: { id: record.project },
          params: then.params,
        }
      : { feature, project, params: checked.params },
    now: { feature, project, params: checked.params },
    renamed,
    notes: migrations.flatMap(({ note }) => (note === "" ? [] : [note])),
    diagnostics: checked.diagnostics,
    unanswered: template.params.filter(
      ({ name, default: preset }) =>
        preset === undefined && !Object.hasOwn(current, name) && !Object.hasOwn(given, name),
    ),
  };
}

/** An answer is for what the new version asks: it leaves a value alone that the feature has and that still fits. */
function answered(template: Template, values: Values, given: Values): Values {
  const chosen = template.params.flatMap((param): [string, Json][] => {
    const { name } = param;
    const [own, answer] = [values, given].map((side) => (Object.hasOwn(side, name) ? side[name] : undefined));
    const isFit = own !== undefined && answerFault(template, param, own, values) === null;
    const value = isFit ? own : (answer ?? own);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(chosen);
}

/** A value that a person changed is theirs; one that they took out is the template's to give again. */
function valuesNow(
  record: TemplateRecord,
  mine: Feature,
  { values, renamed }: { readonly values: Values; readonly renamed: Readonly<Record<string, string>> },
): Values {
  const written = paramsIn(record.documents["feature.md"] ?? "", mine.file);
  const now = new Map(mine.params.map(({ name, value }) => [name, value]));
  const names = new Map(Object.entries(renamed).map(([name, was]) => [was, name]));
  const result = new Map(Object.entries(values));
  for (const [was, value] of now) {
    const name = names.get(was) ?? was;
    const before = written.get(was);
    if (before === undefined || canonical(before) !== canonical(value)) result.set(name, value);
  }
  for (const was of written.keys()) {
    if (!now.has(was)) result.delete(names.get(was) ?? was);
  }
  return Object.fromEntries(result);
}

function paramsIn(featureMd: string, path: string): ReadonlyMap<string, Json> {
  const source = { path, bytes: new TextEncoder().encode(featureMd) };
  const { value } = parseFeature({ feature: source, backlog: null, plan: null });
  return new Map((value?.params ?? []).map((param) => [param.name, param.value]));
}
