// What goes into the window of whoever drafts a task, and what stays out? It decides only the segments and their
// order; what they mean for staleness is engine/action-manifest.ts, how they read is window-text.ts.

import { canonical, type Json } from "../model/digest.ts";
import type { Feature, Param, Requirement } from "../model/feature.ts";
import type { Result } from "../model/result.ts";
import type { Role } from "../model/role.ts";
import type { Task } from "../model/task.ts";
import type { Segment, SegmentKind, Window } from "../model/window.ts";
import { bounded, type RolePrompt } from "./bounded.ts";
import { fitInterfaces, type Shown } from "./fit-interfaces.ts";

export interface Material {
  /** Who drafts it; absent where nothing is asked of anybody. */
  readonly role?: Role;
  readonly task: Task;
  readonly feature: Feature;
  /** Prompt of the role; null for agents that are given none. */
  readonly prompt: RolePrompt | null;
  /** Declared interfaces of the outputs of the tasks that this one names in `depends_on`, by `project/path`. */
  readonly interfaces: readonly Shown[];
  /** Root paths that the task's code part mentions (`params.fields`, `interfaces`); null where no part renders it. */
  readonly mentions: ReadonlySet<string> | null;
  /** What is told of how its criteria are proved; see criteria-text.ts. */
  readonly proofs?: readonly Segment[];
  /** See rule-segments.ts; absent for agents that render. */
  readonly rules?: readonly Segment[];
  /** See whole-segments.ts. */
  readonly wholes?: readonly Segment[];
  /** What earlier attempts at this task taught, one line each. */
  readonly lessons: readonly string[];
}

/**
 * Puts the window together. Fails with `window-too-large` when the task's segments pass `limit` bytes; interfaces take the
 * room that is left of `room`, and are no reason to fail.
 */
export function assemble(material: Material, limit: number, room = limit): Result<Window> {
  const segments = taskSegments(material);
  const isShown = material.mentions === null || material.mentions.has("interfaces");
  const interfaces = isShown ? fitInterfaces(material.interfaces, segments, room) : [];
  const evidence = segments.findIndex(({ kind }) => kind === "negative-evidence");
  segments.splice(evidence === -1 ? segments.length : evidence, 0, ...interfaces);
  return bounded({ role: material.role ?? "implementer", prompt: material.prompt }, segments, limit);
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
  segments.push(...(material.proofs ?? []));
  for (const criterion of task.acceptance) add("acceptance", criterion.id, criterion.text, criterion.place);
  for (const constraint of feature.constraints) {
    add("constraint", `C${1 + feature.constraints.indexOf(constraint)}`, constraint.text, constraint.place);
  }
  for (const [index, text] of task.context.constraints.entries()) {
    add("constraint", `task ${index + 1}`, text, at(`context.constraints.${index}`));
  }
  segments.push(...(material.wholes ?? []));
  segments.push(...(material.rules ?? []));
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
export function slices(task: Task, feature: Feature): Requirement[] {
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
