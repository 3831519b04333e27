// How does a built feature become a template? Its documents and the code of its tasks are extracted with one set of values;
// what makes an instance of them (template, params, generator) is put in, and nothing else is changed.

import type { Renderer } from "../../model/render.ts";
import { yamlValue } from "../../model/render-literals.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { soundYaml } from "../yaml/yaml.ts";
import { type ExtractedText, escaped, extractText, type Fixed, type FixedPart } from "./extract-text.ts";
import { type TaskChange, yamlStretches } from "./extract-yaml.ts";
import { type Lexicon, lexiconOf, type Subject } from "./spellings.ts";
import type { Language } from "./text-place.ts";

export interface GivenValue {
  readonly name: string;
  readonly value: string | number;
}

export interface Original {
  readonly id: string;
  /** From the workspace root. */
  readonly folder: string;
  readonly title: string;
  /** The feature's first project. */
  readonly project: string;
  readonly feature: string;
  readonly plan: string | null;
  readonly backlog: string | null;
  /** What the tasks made, by their local ids; in the order of the backlog. */
  readonly tasks: readonly { readonly local: string; readonly files: readonly CodeFile[] }[];
}

export interface CodeFile {
  readonly path: string;
  readonly text: string;
}

export interface ExtractedFeature {
  readonly feature: ExtractedText;
  readonly plan: ExtractedText | null;
  readonly backlog: ExtractedText | null;
  readonly code: readonly ExtractedCode[];
}

export interface ExtractedCode {
  readonly local: string;
  readonly path: string;
  readonly to: ExtractedText;
  readonly content: ExtractedText;
}

export interface Plan {
  readonly values: readonly GivenValue[];
  /** Of the new template. */
  readonly template: string;
  readonly changeOf: (local: string) => TaskChange;
}

/** Fails where the front matter is written in one line, so that no line can be added to it. */
export function extractFeature(original: Original, plan: Plan, renderer: Renderer): Result<ExtractedFeature> {
  const lexicons = lexiconsOf(original, plan.values, renderer);
  const feature = extractRequest(original, plan, lexicons.spec);
  if (!feature.ok) return feature;
  const backlog =
    original.backlog === null
      ? success(null)
      : extractBacklog(original.backlog, original, plan, lexicons.spec);
  if (!backlog.ok) return backlog;
  return success({
    feature: feature.value,
    plan:
      original.plan === null
        ? null
        : extractText(original.plan, lexicons.spec, {
            language: "prose",
            fixed: addresses(original.plan, original, "feature.id"),
          }),
    backlog: backlog.value,
    code: original.tasks.flatMap(({ local, files }) =>
      files.map(({ path, text }) => ({
        local,
        path,
        to: extractText(path, lexicons.code, { language: "path" }),
        content: extractText(text, lexicons.code, {
          language: languageOf(path),
          fixed: addresses(text, original, "featureId task.id"),
        }),
      })),
    ),
  });
}

/** What the documents of a feature are rendered with, and what its code is: a window knows the feature by its tasks. */
function lexiconsOf(
  { id, title, tasks }: Original,
  given: readonly GivenValue[],
  renderer: Renderer,
): { readonly spec: Lexicon; readonly code: Lexicon } {
  const params = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  const named = given.map(({ name, value }): Subject => {
    const operand = `params.${name}`;
    return { name: operand, operand, value, kind: "param" };
  });
  const own = (operand: string): Subject => ({ name: "feature", operand, value: id, kind: "feature" });
  const head: Subject = { name: "title", operand: "feature.title", value: title, kind: "title" };
  const task = { id: `${id}:${tasks[0]?.local ?? "T01"}` };
  return {
    spec: lexiconOf([...named, own("feature.id"), head], renderer, { params, feature: { id, title } }),
    code: lexiconOf([...named, own("(featureId task.id)")], renderer, { params, task }),
  };
}

function extractRequest(original: Original, plan: Plan, spec: Lexicon): Result<ExtractedText> {
  const { id, folder, title, project, feature: text } = original;
  const open = /^\ufeff?---[ \t]*\r?\n/.exec(text)?.[0] ?? "";
  const close = /^(?:---|\.\.\.)[ \t]*\r?$/m.exec(text.slice(open.length));
  if (open === "" || close === null) return inOneLine(id);
  const start = open.length;
  const end = start + close.index;
  const yaml = text.slice(start, end);
  const document = soundYaml(yaml, `${folder}/feature.md`, 2);
  if (!document.ok) return document;
  const tree = document.value.tree();
  if (tree?.kind !== "map" || tree.inFlow) return inOneLine(id);
  const heads: Record<string, FixedPart> = {
    id: { text: id, expression: "yaml feature.id" },
    title: { text: title, expression: "yaml feature.title" },
    project: { text: project, expression: "yaml project.id" },
    "projects.0": { text: project, expression: "yaml project.id" },
  };
  const { fixed, wrap } = yamlStretches(document.value, {
    feature: id,
    heads,
    dropped: new Set(["template", "params"]),
    changeOf: plan.changeOf,
  });
  const moved = fixed.map((one) => ({ ...one, start: one.start + start, end: one.end + start }));
  const head = headOf(plan, text.includes("\r\n") ? "\r\n" : "\n");
  const structure: Fixed[] = [
    { start: 0, end: start, parts: [{ text: open, expression: null }] },
    ...moved,
    { start: end, end, parts: head },
    ...heading(text, title, end),
  ];
  const extracted = extractText(text, spec, {
    language: "prose",
    fixed: [...structure, ...beside(structure, addresses(text, original, "feature.id"))],
    wrap: (from, to, expression) => (to <= end ? wrap(from - start, to - start, expression) : expression),
  });
  return success(extracted);
}

function inOneLine(feature: string): Result<never> {
  return failed({
    reason: "usage",
    message: `the front matter of ${feature} is written in one line, so nothing can be added to it`,
    fix: "Write it as `key: value` lines.",
  });
}

/** The lines that make a feature.md an instance of the template. */
function headOf({ template, values }: Plan, newline: string): FixedPart[] {
  const literal = (text: string): FixedPart => ({ text, expression: null });
  const params = values.flatMap(({ name, value }) => [
    literal(`  ${name}: `),
    { text: yamlValue(value), expression: `yaml params.${name}` },
    literal(newline),
  ]);
  const first = literal(`template: ${template}${newline}`);
  return params.length === 0 ? [first] : [first, literal(`params:${newline}`), ...params];
}

function heading(text: string, title: string, from: number): Fixed[] {
  const found = /^(#[ \t]+)(.*?)[ \t]*\r?$/m.exec(text.slice(from));
  if (found === null || found[2] !== title) return [];
  const start = from + found.index + (found[1]?.length ?? 0);
  return [{ start, end: start + title.length, parts: [{ text: title, expression: "line feature.title" }] }];
}

function extractBacklog(text: string, original: Original, plan: Plan, spec: Lexicon): Result<ExtractedText> {
  // What is put behind the last line needs that line to have an end.
  const whole = /\n$/.test(text) ? text : `${text}\n`;
  const document = soundYaml(whole, `${original.folder}/BACKLOG.yaml`);
  if (!document.ok) return document;
  const { fixed, wrap } = yamlStretches(document.value, {
    feature: original.id,
    heads: { feature: { text: original.id, expression: "yaml feature.id" }, ...projectHeads(original) },
    dropped: new Set(),
    changeOf: plan.changeOf,
  });
  const others = beside(fixed, addresses(whole, original, "feature.id"));
  return success(extractText(whole, spec, { language: "prose", fixed: [...fixed, ...others], wrap }));
}

function projectHeads({ project, tasks }: Original): Record<string, FixedPart> {
  const part: FixedPart = { text: project, expression: "yaml project.id" };
  return Object.fromEntries(tasks.map((_, index) => [`tasks.${index}.project`, part]));
}

/** The feature's name in `feature:T01`, which is no word of any other value. */
function addresses(text: string, { id, tasks }: Original, expression: string): Fixed[] {
  const locals = tasks.map(({ local }) => escaped(local)).join("|");
  if (locals === "") return [];
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}._-])${escaped(id)}(?=:(?:${locals})(?![\\p{L}\\p{N}_-]))`,
    "gu",
  );
  return [...text.matchAll(pattern)].map(({ index }) => {
    return { start: index, end: index + id.length, parts: [{ text: id, expression }] };
  });
}

/** Those of the second that no stretch of the first reaches into. */
function beside(taken: readonly Fixed[], others: readonly Fixed[]): readonly Fixed[] {
  return others.filter((one) => taken.every(({ start, end }) => one.end <= start || one.start >= end));
}

function languageOf(path: string): Language {
  return /\.(?:md|mdx|txt|html?|rst|adoc|csv)$/i.test(path) ? "prose" : "code";
}
