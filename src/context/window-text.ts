// How does a window read? One Markdown text for every role, a pure function of the segments, so that what is delivered
// is what is hashed. Which segments a role is shown is not decided here.

import type { TaskId } from "../model/address.ts";
import { criterionTag } from "../model/task.ts";
import { SEGMENT_KINDS, type Segment, type SegmentKind, type Window } from "../model/window.ts";
import { TAGS, UNTESTED } from "./criteria-text.ts";

/** What an agent reads: the role's prompt, and all else. */
export interface WindowTexts {
  /** Empty for agents that are given no prompt. */
  readonly system: string;
  readonly text: string;
}

/** Both parts in one, as `T01.context.md` keeps them. */
export function windowText(window: Window): string {
  const { system, text } = windowTexts(window);
  return system === "" ? text : `${system}\n\n${text}`;
}

export function windowTexts({ segments }: Window): WindowTexts {
  const role = segments.find((segment) => segment.kind === "role");
  return { system: role?.text ?? "", text: `${textParts(segments).join("\n\n")}\n` };
}

/** UTF-8 bytes of the text of these segments, with all that is written around them; a prompt is no part of it. */
export function sentBytes(segments: readonly Segment[]): number {
  const parts = textParts(segments);
  return parts.length === 0 ? 0 : Buffer.byteLength(parts.join("\n\n"), "utf8") + 1;
}

function textParts(segments: readonly Segment[]): string[] {
  const parts: string[] = [];
  const task = taskValue(segments, "id");
  for (const [kind, { heading }] of KINDS) {
    if (kind === "task") parts.push(...taskHead(segments));
    const own = segments.filter((segment) => segment.kind === kind && segment.text !== "");
    if (own.length === 0 || heading === null) continue;
    if (kind === "acceptance") {
      parts.push(acceptanceText(segments, own, heading));
      continue;
    }
    const shown = own.map((segment) => segmentText(segment, task));
    parts.push(`## ${heading}\n\n${shown.join(BLOCKS.has(kind) ? "\n\n" : "\n")}`);
  }
  return parts;
}

/** With what is told of proofs: of one criterion behind it, of all others above them. */
function acceptanceText(all: readonly Segment[], criteria: readonly Segment[], heading: string): string {
  const task = taskValue(all, "id");
  const proofs = all.filter(({ kind }) => kind === "proof");
  const ownOf = ({ name }: Segment) => proofs.find((proof) => proof.name === name.slice(tagStart(name)));
  const named = criteria.filter((criterion) => ownOf(criterion) !== undefined);
  const others = proofs.find(({ name }) => name === UNTESTED || name === TAGS);
  const areTagged = others?.name !== UNTESTED && named.length < criteria.length;
  const title = areTagged
    ? named.length === 0
      ? heading
      : `${heading}, unless it says otherwise`
    : "Acceptance";
  const lines = criteria.map((criterion) => {
    const own = ownOf(criterion);
    return `${segmentText(criterion, task)}${own === undefined ? "" : ` (${own.text})`}`;
  });
  return [`## ${title}`, ...(others === undefined ? [] : [others.text]), lines.join("\n")].join("\n\n");
}

/** Where the criterion's id begins in the name of its segment. */
function tagStart(name: string): number {
  return name.lastIndexOf(".") + 1;
}

function taskHead(segments: readonly Segment[]): string[] {
  const id = taskValue(segments, "id");
  if (id === "") return [];
  const parts = [`# Task ${id}: ${taskValue(segments, "title")}`];
  const facts = [
    ["Type", taskValue(segments, "type")],
    ["Project", taskValue(segments, "project")],
  ].filter(([, value]) => value !== "");
  if (facts.length > 0) parts.push(facts.map(([name, value]) => `${name}: ${value}.`).join(" "));
  const description = taskValue(segments, "description");
  return description === "" ? parts : [...parts, description];
}

function taskValue(segments: readonly Segment[], name: string): string {
  return segments.find((segment) => segment.kind === "task" && segment.name === name)?.text ?? "";
}

const KINDS = Object.entries(SEGMENT_KINDS) as [SegmentKind, { readonly heading: string | null }][];

/** Texts of several lines that others wrote. A fence that they cannot close keeps them apart from what we say. */
const BLOCKS: ReadonlyMap<SegmentKind, string> = new Map([
  ["map", "text"],
  ["request", "markdown"],
  ["document", "markdown"],
  ["task-spec", "yaml"],
  ["previous", "yaml"],
  ["diff", "diff"],
  ["upstream", "diff"],
  ["passage", "text"],
  ["said", "text"],
  ["refused", "text"],
]);

function segmentText(segment: Segment, task: string): string {
  const language = BLOCKS.get(segment.kind);
  if (language !== undefined) return `### ${segment.name}\n\n${fenced(segment.text, language)}`;
  switch (segment.kind) {
    case "requirement":
      return `- ${segment.name}: ${segment.text}`;
    case "acceptance":
      return `- ${tagOf(segment, task)} ${segment.text}`;
    case "param":
      return `- ${segment.name} = ${segment.text}`;
    case "interface":
      return `### ${segment.name}\n\n${segment.text}`;
    case "reporting-gates":
    case "claimed":
    case "changes":
    case "gates":
    case "checks":
      return `- ${segment.name}: ${segment.text}`;
    case "scope":
    case "planned":
      return segment.text
        .split("\n")
        .map((path) => `- ${path}`)
        .join("\n");
    case "rules":
      return segment.text.includes("\n") ? `${fenced(segment.text, "markdown")}\n` : `- ${segment.text}`;
    case "bound":
      return `Your whole answer has at most ${segment.text} bytes.`;
    default:
      return `- ${segment.text}`;
  }
}

/** Whoever is not told of the task as such is given its criteria by their full names. */
function tagOf({ name }: Segment, task: string): string {
  return name.includes(":") ? `[${name}]` : criterionTag(task as TaskId, name);
}

function fenced(text: string, language: string): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`{3,}/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n+$/, "")}\n${fence}`;
}
