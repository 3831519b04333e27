// `factory template update [FEATURE…]`: bring specs to the version of their template that is here, merged with what
// people wrote. Each feature wholly or not at all; code follows at the next build.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { Failure } from "../../model/failure.ts";
import { type Feature, folderOf } from "../../model/feature.ts";
import { loadRenderer, type Renderer } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import type { Template, Templates } from "../../model/template.ts";
import type { TemplateRecord } from "../../model/template-record.ts";
import type { TemplateUpdate } from "../../model/template-update.ts";
import { isVersion } from "../../model/version.ts";
import { withLock } from "../../pipeline/commands/locked-build.ts";
import { findBase } from "../../pipeline/templates/find-base.ts";
import { readRecord, templateNameOf } from "../../pipeline/templates/record.ts";
import {
  carryOut,
  type PlannedUpdate,
  planUpdate,
  type UpdateBase,
  type UpdateOrder,
} from "../../pipeline/templates/update.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import { updatesDocument, updateText } from "../../report/template-text.ts";
import { suggestion } from "../../spec/findings/nearest.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { Invocation } from "../invocation.ts";
import { type AskPerson, answersOf, askFor, askOn, isAttended } from "../param-answers.ts";
import { namedFeatures, readTemplates } from "../template-features.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const isDry = invocation.flag("dryRun");
  const from = invocation.text("from");
  if (from !== null && !isVersion(from)) {
    const message = `${JSON.stringify(from)} is not a version`;
    return invocation.refuse({ reason: "usage", message, fix: "Write it as --from 1.0.0." });
  }
  const updated = isDry
    ? await updateAll(invocation, isDry)
    : await withLock(invocation, () => updateAll(invocation, isDry));
  if (!updated.ok) return invocation.refuse(updated.failure);
  const updates = updated.value;
  if (invocation.json) invocation.printJson(updatesDocument(updates, isDry));
  else {
    const lines = updateText(updates, isDry, invocation.look.color);
    invocation.print(lines.length === 0 ? ["no feature was made from a template"] : lines);
  }
  if (!isDry && updates.some(({ outcome }) => outcome === "updated"))
    invocation.say("", "next:", "  factory diff", "  factory build");
  if (updates.some(({ outcome }) => outcome === "refused")) return EXIT.invalid;
  return updates.some(({ outcome }) => outcome === "conflict") ? EXIT.person : EXIT.done;
}

async function updateAll(invocation: Invocation, isDry: boolean): Promise<Result<readonly TemplateUpdate[]>> {
  const planned = await planAll(invocation);
  if (!planned.ok) return planned;
  const updates: TemplateUpdate[] = [];
  for (const one of planned.value) {
    const done = isDry ? success(undefined) : await carryOut(invocation.root, one);
    updates.push(done.ok ? one.update : cannot(one.update, done.failure));
  }
  return success(updates);
}

/** All that has to be asked is asked before anything is written. */
async function planAll(invocation: Invocation): Promise<Result<readonly PlannedUpdate[]>> {
  const { root } = invocation;
  const reading = await readTemplates(invocation);
  if (!reading.ok) return reading;
  const { sources, features: readings } = reading.value;
  const named = namedFeatures(
    readings.flatMap(({ feature }) => feature ?? []),
    invocation.rest(0),
  );
  if (!named.ok) return named;
  const made = named.value.flatMap((feature) => madeOf(root, feature, sources.templates) ?? []);
  const words = invocation.list("set");
  const unknown = unknownAnswer(words, made);
  if (unknown !== null) return failed(unknown);
  const renderer = await loadRenderer();
  const prompter = isAttended() && !invocation.json ? askOn(process.stdin, process.stderr, true) : null;
  const plans: PlannedUpdate[] = [];
  try {
    for (const one of made) {
      const planned = await planOf(invocation, one, { renderer, words, ask: prompter?.ask ?? null });
      if (planned.ok) plans.push(planned.value);
      else if (planned.failure.reason === "cancelled") return planned;
      else plans.push(unwritten(one, cannot(nothingOf(one), planned.failure)));
    }
  } finally {
    prompter?.close();
  }
  return success(plans);
}

/** A feature that a template made, or that names one. */
interface Made {
  readonly feature: Feature;
  readonly name: string;
  /** Null where there is no such template. */
  readonly template: Template | null;
  readonly record: Result<TemplateRecord | null>;
}

/** Null for a feature that no template made. */
function madeOf(root: string, feature: Feature, templates: Templates): Made | null {
  const record = readRecord(root, feature);
  const name = templateNameOf(feature, record.ok ? record.value : null, templates);
  if (name === null && record.ok) return null;
  return { feature, name: name ?? "", template: templates.get(name ?? "") ?? null, record };
}

/** An answer is for the features whose template asks for it; one for none of them is a slip. */
function unknownAnswer(words: readonly string[], made: readonly Made[]): Failure | null {
  const known = new Set(made.flatMap(({ template }) => template?.params ?? []).map(({ name }) => name));
  const unknown = words.map(nameIn).find((name) => !known.has(name));
  if (unknown === undefined) return null;
  const message = `no template of these features has a parameter ${JSON.stringify(unknown)}`;
  return { reason: "usage", message, fix: suggestion(unknown, known) };
}

function nameIn(word: string): string {
  return word.slice(0, Math.max(0, word.indexOf("=")));
}

interface UpdateContext {
  readonly renderer: Renderer;
  /** The words of `--set`. */
  readonly words: readonly string[];
  readonly ask: AskPerson | null;
}

async function planOf(
  invocation: Invocation,
  made: Made,
  { renderer, words, ask }: UpdateContext,
): Promise<Result<PlannedUpdate>> {
  const { feature, template, record } = made;
  if (!record.ok) return record;
  if (template === null) return success(unwritten(made, withoutTemplate(made)));
  const { root } = invocation;
  const declared = new Set(template.params.map(({ name }) => name));
  const given = answersOf(
    template,
    words.filter((word) => declared.has(nameIn(word))),
  );
  if (!given.ok) return given;
  const base = await baseOf(invocation, feature, { template, record: record.value, renderer });
  if (!base.ok) return base;
  if ("finding" in base.value) {
    return success(unwritten(made, { ...nothingOf(made), findings: [base.value.finding] }));
  }
  const prefer = invocation.text("prefer") as UpdateOrder["prefer"];
  const order: UpdateOrder = { root, renderer, prefer, given: given.value };
  const planned = planUpdate(feature, template, base.value, order);
  if (!planned.ok || ask === null || planned.value.unanswered.length === 0) return planned;
  invocation.say(`${feature.id}: ${template.name} ${template.version} asks`);
  const asked = await askFor({ ...template, params: planned.value.unanswered }, {}, ask);
  if (!asked.ok) return asked;
  return planUpdate(feature, template, base.value, {
    ...order,
    given: { ...given.value, ...asked.value },
  });
}

async function baseOf(
  invocation: Invocation,
  feature: Feature,
  {
    template,
    record,
    renderer,
  }: { readonly template: Template; readonly record: TemplateRecord | null; readonly renderer: Renderer },
): Promise<Result<UpdateBase | { readonly finding: Diagnostic }>> {
  if (record !== null) return success({ record, isNew: false });
  const { root } = invocation;
  const [revision, version] = [invocation.text("base"), invocation.text("from")];
  const found = await findBase(feature, template, { root, renderer, revision, version });
  if (!found.ok || "finding" in found.value) return found as Result<{ readonly finding: Diagnostic }>;
  return success({ record: found.value.record, isNew: true });
}

/** What is told of a feature of which nothing is written. */
function nothingOf({ feature, name, template, record }: Made): TemplateUpdate {
  const at = record.ok ? (record.value?.at ?? null) : null;
  const told = { feature: feature.id, template: name, from: at, to: template?.version ?? "?" };
  return { ...told, outcome: "refused", parts: [], notes: [], files: [], proposal: null, findings: [] };
}

function cannot(update: TemplateUpdate, failure: Failure): TemplateUpdate {
  const findings = diagnosticOf(failure, update.feature);
  return { ...update, outcome: "refused", parts: [], files: [], proposal: null, findings };
}

function unwritten({ feature }: Made, update: TemplateUpdate): PlannedUpdate {
  return { update, folder: folderOf(feature), changed: {}, record: null, unanswered: [] };
}

function withoutTemplate(made: Made): TemplateUpdate {
  const { id, file, places } = made.feature;
  const finding = {
    severity: "error" as const,
    code: "unknown-template",
    message: `the template ${made.name} of ${id} is not here`,
    target: id,
    ...(places.template ?? { file, line: 1, column: 1 }),
    fix: "Restore the template; or write its current name after `template:` in feature.md; or remove `template:` and delete template.lock.",
  };
  return { ...nothingOf(made), findings: [finding] };
}
