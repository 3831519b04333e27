// What goes into the window of an implementer, and what stays out? It decides only the segments and their order;
// what they mean for staleness is engine/manifest.ts.

import { canonical, type Json } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import type { Feature, Param, Requirement } from "../model/feature.ts";
import { failed, type Result, success } from "../model/result.ts";
import { criterionTag, type Task } from "../model/task.ts";
import type { Interface } from "../model/trace.ts";
import type { Segment, SegmentKind, Window } from "../model/window.ts";

export interface Material {
  readonly task: Task;
  readonly feature: Feature;
  /** Prompt of the role; null for agents that are given none. */
  readonly prompt: { readonly text: string; readonly file: string } | null;
  /** Declared interfaces of the outputs of the tasks that this one names in `depends_on`, by `project/path`. */
  readonly interfaces: readonly { readonly name: string; readonly shown: Interface }[];
  /** Root paths that the task's code part mentions (`params.fields`, `interfaces`); null where no part renders it. */
  readonly mentions: ReadonlySet<string> | null;
  /** What earlier attempts at this task taught, one line each. */
  readonly lessons: readonly string[];
}

/** Puts the window together. Fails with `window-too-large` when the task's segments pass `limit` bytes. */
export function assemble(material: Material, limit: number): Result<Window> {
  const role: Segment[] = material.prompt === null ? [] : [roleSegment(material.prompt)];
  const segments = taskSegments(material);
  const taskBytes = segments.reduce((sum, segment) => sum + segmentBytes(segment), 0);
  if (taskBytes > limit) return failed(tooLarge(segments, taskBytes, limit));
  return success({ segments: [...role, ...segments], taskBytes });
}

export function segmentBytes(segment: Segment): number {
  return Buffer.byteLength(segment.text, "utf8");
}

function roleSegment(prompt: { readonly text: string; readonly file: string }): Segment {
  return {
    kind: "role",
    name: "implementer",
    text: prompt.text.trim(),
    place: { file: prompt.file, line: 1, column: 1 },
  };
}

function taskSegments(material: Material): Segment[] {
  const { task, feature } = material;
  const segments: Segment[] = [];
  const add = (kind: SegmentKind, name: string, text: string, place: Segment["place"]) => {
    segments.push({ kind, name, text, place });
  };
  const at = (key: string) => task.places[key] ?? task.place;

  add("task", "id", task.id, at("id"));
  add("task", "title", task.title, at("title"));
  add("task", "type", task.type, at("type"));
  add("task", "project", task.project, at("project"));
  if (task.description !== "") add("task", "description", task.description, at("description"));
  for (const requirement of slices(task, feature)) {
    add("requirement", requirement.id, requirement.text, requirement.place);
  }
  for (const criterion of task.acceptance) add("acceptance", criterion.id, criterion.text, criterion.place);
  for (const constraint of feature.constraints) {
    add("constraint", `C${1 + feature.constraints.indexOf(constraint)}`, constraint.text, constraint.place);
  }
  for (const [index, text] of task.context.constraints.entries()) {
    add("constraint", `task ${index + 1}`, text, at(`context.constraints.${index}`));
  }
  for (const [index, text] of task.context.patterns.entries()) {
    add("pattern", String(index + 1), text, at(`context.patterns.${index}`));
  }
  const { files } = task.context;
  for (const path of byCodeUnit(files)) {
    add("pointer", path, path, at(`context.files.${files.indexOf(path)}`));
  }
  add("scope", "files", byCodeUnit(task.filesHint).join("\n"), at("scope.files_hint"));
  if (material.mentions !== null) {
    for (const param of feature.params) {
      if (isMentioned(material.mentions, param.name)) segments.push(...paramSegments(param));
    }
  }
  if (material.mentions === null || material.mentions.has("interfaces")) {
    for (const { name, shown } of material.interfaces) add("interface", name, shown.text, null);
  }
  const written = task.context.negativeEvidence;
  for (const [index, text] of [...written, ...material.lessons].entries()) {
    const place = index < written.length ? at(`context.negative_evidence.${index}`) : null;
    add("negative-evidence", String(index + 1), text, place);
  }
  return segments;
}

/** A source that takes `params` as a whole is given all of them. */
function isMentioned(mentions: ReadonlySet<string>, param: string): boolean {
  return mentions.has("params") || mentions.has(`params.${param}`);
}

/** The requirements that the task names, by number: moving a line within the spec changes no window. */
function slices(task: Task, feature: Feature): Requirement[] {
  const named = new Set(task.requirements);
  return feature.requirements
    .filter((requirement) => named.has(requirement.id))
    .sort((a, b) => numberOf(a.id) - numberOf(b.id) || (a.id < b.id ? -1 : 1));
}

function numberOf(id: string): number {
  return Number(id.replace(/^\D+/, "")) || 0;
}

/** A list is delivered item by item, so that one changed item is one changed segment with a line of its own. */
function paramSegments(param: Param): Segment[] {
  const name = `params.${param.name}`;
  if (!Array.isArray(param.value)) {
    return [{ kind: "param", name, text: canonical(param.value), place: param.place }];
  }
  const seen = new Set<string>();
  const items = param.value.map((item: Json, index): Segment => {
    const label = itemLabel(item, index);
    let unique = label;
    for (let copy = 2; seen.has(unique); copy++) unique = `${label}#${copy}`;
    seen.add(unique);
    return {
      kind: "param",
      name: `${name}.${unique}`,
      text: canonical(item),
      place: param.items[index] ?? param.place,
    };
  });
  return [{ kind: "param", name, text: "[]", place: param.place }, ...items];
}

function itemLabel(item: Json, index: number): string {
  if (item !== null && typeof item === "object" && !Array.isArray(item)) {
    const named = item as { readonly [key: string]: Json };
    const label = named.name ?? named.id;
    if (typeof label === "string") return label;
  }
  return String(index);
}

function byCodeUnit(texts: readonly string[]): string[] {
  return [...texts].sort();
}

function tooLarge(segments: readonly Segment[], bytes: number, limit: number): Failure {
  const fattest = segments
    .map((segment) => ({ name: `${segment.kind} ${segment.name}`, bytes: segmentBytes(segment) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 3);
  return { reason: "window-too-large", bytes, limit, fattest };
}

/** What an agent reads, a pure function of the window's segments: the role's prompt and the task, each as Markdown. */
export interface WindowTexts {
  /** Empty for agents that are given no prompt. */
  readonly system: string;
  readonly text: string;
}

/** Both parts in one, as `T01.context.md` keeps them. */
export function windowText(window: Window, task: Task): string {
  const { system, text } = windowTexts(window, task);
  return system === "" ? text : `${system}\n\n${text}`;
}

export function windowTexts(window: Window, task: Task): WindowTexts {
  const parts: string[] = [];
  const role = window.segments.find((segment) => segment.kind === "role");
  const value = (name: string) =>
    window.segments.find((segment) => segment.kind === "task" && segment.name === name)?.text ?? "";
  parts.push(`# Task ${value("id")}: ${value("title")}`);
  parts.push(`Type: ${value("type")}. Project: ${value("project")}.`);
  if (value("description") !== "") parts.push(value("description"));
  for (const [kind, heading] of HEADINGS) {
    const lines = window.segments
      .filter((segment) => segment.kind === kind)
      .map((segment) => segmentLine(segment, task));
    if (lines.length > 0) parts.push(`## ${heading}\n\n${lines.join("\n")}`);
  }
  return { system: role?.text ?? "", text: `${parts.join("\n\n")}\n` };
}

const HEADINGS: readonly (readonly [SegmentKind, string])[] = [
  ["requirement", "Requirements"],
  ["acceptance", "Acceptance: each needs a passing test whose name carries the tag"],
  ["constraint", "Constraints"],
  ["pattern", "Patterns to follow"],
  ["pointer", "Read first"],
  ["scope", "Files that you may write"],
  ["param", "Parameters"],
  ["interface", "Interfaces to build on"],
  ["negative-evidence", "Tried before, do not repeat"],
];

function segmentLine(segment: Segment, task: Task): string {
  switch (segment.kind) {
    case "requirement":
      return `- ${segment.name}: ${segment.text}`;
    case "acceptance":
      return `- ${criterionTag(task.id, segment.name)} ${segment.text}`;
    case "param":
      return `- ${segment.name} = ${segment.text}`;
    case "interface":
      return `### ${segment.name}\n\n${segment.text}`;
    case "scope":
      return segment.text
        .split("\n")
        .map((path) => `- ${path}`)
        .join("\n");
    default:
      return `- ${segment.text}`;
  }
}
