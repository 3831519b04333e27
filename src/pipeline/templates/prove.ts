// Does a template give back what it was made of? It is instantiated as `factory new` does it, planned and rendered as a
// build does it, and what comes out is compared byte for byte; then once more under another name, for its structure.

import { renderPart } from "../../agents/generator.ts";
import { NO_FILE } from "../../agents/snapshot.ts";
import { assemble } from "../../context/assemble.ts";
import type { Feature } from "../../model/feature.ts";
import type { Renderer } from "../../model/render.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { SPECS } from "../../model/spec-folders.ts";
import type { ExtractedFeature, GivenValue, Original } from "../../spec/extract/extract-feature.ts";
import { instantiate } from "../../spec/instantiate/instantiate.ts";
import { parseFeature } from "../../spec/read/parse-feature.ts";
import { parseTemplate } from "../../spec/read/parse-template.ts";
import { planNew } from "../planning/plan-new.ts";
import { mentionsOf, partOf } from "../reading/generator-part.ts";
import { withDefaults } from "../reading/param-defaults.ts";
import type { TemplateSources } from "../reading/template-shelf.ts";

export interface Claim {
  readonly original: Original;
  readonly extracted: ExtractedFeature;
  readonly name: string;
  readonly values: readonly GivenValue[];
  /** By path below the template's folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly windowBytes: number;
}

/** What does not come back, one line each; empty where the proof holds. */
export async function differences(claim: Claim, renderer: Renderer): Promise<Result<readonly string[]>> {
  const template = templateOf(claim);
  if (!template.ok) return template;
  const { original, extracted, values } = claim;
  const again = await instance(template.value, claim, renderer, { ...original, values });
  if (!again.ok) return again;
  const expected = new Map([["feature.md", extracted.feature.text]]);
  if (extracted.plan !== null) expected.set("PLAN.md", extracted.plan.text);
  if (extracted.backlog !== null) expected.set("BACKLOG.yaml", extracted.backlog.text);
  for (const { local, files } of original.tasks) {
    for (const { path, text } of files) expected.set(`${local}/${path}`, text);
  }
  const found = compared(expected, again.value.texts);
  if (found.length > 0) return success(found);
  const other = await instance(template.value, claim, renderer, {
    ...another(claim),
    project: original.project,
  });
  if (!other.ok) return other;
  return success(shapeDifferences(again.value.feature, other.value.feature));
}

function compared(expected: ReadonlyMap<string, string>, actual: ReadonlyMap<string, string>): string[] {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  return [...names].flatMap((name) => {
    const [before, after] = [expected.get(name), actual.get(name)];
    if (before === after) return [];
    if (before === undefined) return [`${name} is made, and was not there`];
    if (after === undefined) return [`${name} is not made`];
    const [a, b] = [before.split("\n"), after.split("\n")];
    const line = a.findIndex((text, index) => text !== b[index]);
    return [`${name}:${line < 0 ? a.length : line + 1} differs`];
  });
}

function templateOf({ name, files }: Claim): Result<TemplateSources> {
  const folder = `templates/features/${name}`;
  const bytes = new TextEncoder().encode(files["template.yaml"] ?? "");
  const { value, diagnostics } = parseTemplate({ path: `${folder}/template.yaml`, bytes }, folder);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (value === null || errors.length > 0) return failed({ reason: "invalid-spec", diagnostics: errors });
  const code = Object.entries(files).flatMap(([path, text]) =>
    path.startsWith("code/") ? [[path.slice("code/".length), text] as const] : [],
  );
  const backlog = files["spec/BACKLOG.yaml.hbs"];
  const planner = backlog === undefined ? null : { plan: files["spec/PLAN.md.hbs"] ?? null, backlog };
  return success({ ...value, planner, code: Object.fromEntries(code) });
}

interface Naming {
  readonly id: string;
  readonly title: string;
  readonly project: string;
  readonly values: readonly GivenValue[];
}

interface Instance {
  readonly feature: Feature;
  /** Documents by name, code by `T01/path`. */
  readonly texts: ReadonlyMap<string, string>;
}

async function instance(
  template: TemplateSources,
  { files, windowBytes }: Claim,
  renderer: Renderer,
  { id, title, project, values }: Naming,
): Promise<Result<Instance>> {
  const planned = template.planner === null ? [] : ["spec/PLAN.md.hbs", "spec/BACKLOG.yaml.hbs"];
  const specs = Object.entries(files).flatMap(([path, text]) =>
    path.startsWith("spec/") && !planned.includes(path) ? [[path.slice("spec/".length), text] as const] : [],
  );
  const params = Object.fromEntries(values.map(({ name, value }) => [name, value]));
  const given = { feature: { id, title }, project: { id: project }, params };
  const written = instantiate(template, Object.fromEntries(specs), given, renderer);
  if (!written.ok) return written;
  const texts = new Map(Object.entries(written.value));
  const plan = planNew(`${SPECS}/${id}`, texts.get("feature.md") ?? "", template, renderer);
  if (!plan.ok) return plan;
  for (const [name, text] of [
    ["PLAN.md", plan.value?.texts.plan ?? null],
    ["BACKLOG.yaml", plan.value?.texts.backlog ?? null],
  ] as const) {
    if (text !== null) texts.set(name, text);
  }
  const feature = parsed(id, texts);
  if (!feature.ok) return feature;
  const whole = withDefaults(feature.value, new Map([[template.name, template]]));
  for (const task of whole.tasks) {
    const part = partOf(new Map([[template.name, template]]), task);
    const shown = { task, feature: whole, prompt: null, interfaces: [], lessons: [] };
    const window = assemble({ ...shown, mentions: await mentionsOf(part) }, windowBytes);
    if (!window.ok) return window;
    // What is extracted are whole files.
    const snapshot = { read: async () => success(NO_FILE) };
    const made = await renderPart({
      task,
      window: window.value,
      part: part.part,
      sources: part.code,
      snapshot,
    });
    if (!made.ok) return made;
    const local = task.id.slice(task.feature.length + 1);
    for (const { path, content } of made.value.changes) {
      texts.set(`${local}/${path}`, Buffer.from(content ?? []).toString("utf8"));
    }
  }
  return success({ feature: whole, texts });
}

function parsed(id: string, texts: ReadonlyMap<string, string>): Result<Feature> {
  const source = (name: string) => {
    const text = texts.get(name);
    return text === undefined
      ? null
      : { path: `${SPECS}/${id}/${name}`, bytes: new TextEncoder().encode(text) };
  };
  const feature = source("feature.md");
  if (feature === null) throw new Error("bug: a template without feature.md");
  const read = parseFeature({ feature, backlog: source("BACKLOG.yaml"), plan: source("PLAN.md") });
  const errors = read.diagnostics.filter(({ severity }) => severity === "error");
  if (read.value !== null && errors.length === 0) return success(read.value);
  return failed({ reason: "invalid-spec", diagnostics: errors });
}

/** Of two words, in which the spellings of a single word come apart. */
function another({ values }: Claim): Omit<Naming, "project"> {
  return {
    id: "another-feature",
    title: "Another feature",
    values: values.map(({ name, value }, index) => {
      const isWords =
        typeof value === "string" && /^[A-Za-z][A-Za-z0-9]*(?:[ ._-][A-Za-z0-9]+)*$/.test(value);
      return { name, value: isWords ? `other thing ${index + 1}` : value };
    }),
  };
}

/** Names may differ; what is asked for and who depends on whom may not. */
function shapeDifferences(a: Feature, b: Feature): string[] {
  const shape = (feature: Feature) => [
    `requirements ${feature.requirements.map(({ id }) => id).join(", ")}`,
    ...feature.tasks.map(
      ({ id, type, requirements, dependsOn, acceptance, filesHint }) =>
        `task ${id.slice(feature.id.length + 1)}: ${type}, ${requirements.join(" ")}, after ${dependsOn
          .map((one) => (one.startsWith(`${feature.id}:`) ? one.slice(feature.id.length + 1) : one))
          .join(" ")}, ${acceptance.map((criterion) => criterion.id).join(" ")}, ${filesHint.length} files`,
    ),
  ];
  const [before, after] = [shape(a), shape(b)];
  return before.flatMap((line, index) =>
    line === after[index] ? [] : [`under another name the structure changes: ${line}`],
  );
}
