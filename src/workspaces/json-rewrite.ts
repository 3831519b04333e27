// How does a JSON file come to say something else with the fewest bytes changed? What it says already stays as it is
// written; what is new is written as its neighbours are, or as its author wrote it.

import {
  type JsonList,
  type JsonMap,
  type JsonNode,
  type Layout,
  type Part,
  parseJson,
  sameJson,
} from "../model/json-text.ts";

/** How a file is written where it has nothing to go by. */
interface Habit {
  /** One step of indentation. */
  readonly unit: string;
  /** The whole file is one line. */
  readonly flat: boolean;
}

/** `text` is JSON and has no carriage returns. */
export function rewriteJson(text: string, wanted: JsonNode): string {
  const ground = parseJson(text);
  if (ground === null) throw new Error("bug: what is rewritten was never read");
  const habit = { unit: /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ", flat: !text.trimEnd().includes("\n") };
  const wrap = (root: string) => ground.before + root + ground.after;
  const written = wrap(rewrite(wanted, ground.root, "", habit));
  // A comment at an odd place may swallow what is put behind it.
  const read = parseJson(written);
  return read !== null && sameJson(read.root, wanted) ? written : wrap(fresh(bare(wanted), "", habit));
}

/** `indent` is that of the line on which the value begins. */
function rewrite(wanted: JsonNode, ground: JsonNode | undefined, indent: string, habit: Habit): string {
  if (ground !== undefined && sameJson(ground, wanted)) return textOf(ground);
  const layout = wanted.kind !== "leaf" && ground?.kind === wanted.kind ? ground.layout : null;
  const first = layout?.parts[0];
  // What was empty shows no way of writing.
  if (wanted.kind === "leaf" || layout === null || first === undefined) return fresh(wanted, indent, habit);
  return relay(wanted, layout, first, habit);
}

interface Member {
  readonly key: string | null;
  readonly value: JsonNode;
}

/** The members of `wanted` in the layout of what stood there, whose first part shows the way. */
function relay(wanted: JsonMap | JsonList, layout: Layout, first: Part, habit: Habit): string {
  const members = membersOf(wanted);
  if (members.length === 0) return wanted.kind === "map" ? "{}" : "[]";
  const style = styleOf(layout, first, habit);
  const known = knownParts(members, layout.parts);
  let text = "";
  for (const [at, { key, value }] of members.entries()) {
    const part = known[at];
    const isOwn = part !== undefined && (style.lines || (part === first) === (at === 0));
    const lead = isOwn ? part.lead : at === 0 ? style.first : style.next;
    const label = part?.label ?? (key === null ? "" : JSON.stringify(key) + style.colon);
    const comma = at < members.length - 1 || layout.lastComma ? "," : "";
    text += lead + label + rewrite(value, part?.value, style.indent, habit);
    text += (part?.tail ?? "") + comma + (part?.after ?? "");
  }
  const [open, close] = wanted.kind === "map" ? ["{", "}"] : ["[", "]"];
  return open + text + style.end + close;
}

interface Style {
  /** Every member has a line of its own. */
  readonly lines: boolean;
  /** Of the lines of the members. */
  readonly indent: string;
  readonly first: string;
  readonly next: string;
  readonly colon: string;
  readonly end: string;
}

function styleOf({ parts, indent, end }: Layout, first: Part, { unit, flat }: Habit): Style {
  const [, second] = parts;
  const colon = first.colon === "" ? ": " : first.colon;
  const inner = /\n([ \t]*)[^\n]*$/.exec(first.lead)?.[1] ?? indent + unit;
  if (first.lead.includes("\n"))
    return { lines: true, indent: inner, first: `\n${inner}`, next: `\n${inner}`, colon, end };
  const next = second === undefined ? (flat ? "" : " ") : spacesOf(second.lead);
  return { lines: false, indent, first: spacesOf(first.lead), next, colon, end };
}

function spacesOf(lead: string): string {
  return /^\s*/.exec(lead)?.[0] ?? "";
}

/** For each member the part that it had; of a list, in order. */
function knownParts(members: readonly Member[], parts: readonly Part[]): readonly (Part | undefined)[] {
  let from = 0;
  return members.map(({ key, value }) => {
    if (key !== null) return parts.findLast((part) => part.key === key);
    const at = parts.findIndex((part, index) => index >= from && sameJson(part.value, value));
    if (at < 0) return undefined;
    from = at + 1;
    return parts[at];
  });
}

function membersOf(node: JsonMap | JsonList): readonly Member[] {
  if (node.kind === "list") return node.items.map((value) => ({ key: null, value }));
  return [...node.entries].map(([key, value]) => ({ key, value }));
}

/** What this file never had: as its author wrote it, in this file's indentation. */
function fresh(node: JsonNode, indent: string, habit: Habit): string {
  if (node.kind === "leaf") return node.text;
  const members = membersOf(node);
  if (members.length === 0) return node.kind === "map" ? "{}" : "[]";
  const text = node.layout === null ? null : indented(node.layout, indent, habit);
  if (text !== null) return text;
  const inner = indent + habit.unit;
  const [lead, end, colon] = habit.flat ? ["", "", ":"] : [`\n${inner}`, `\n${indent}`, ": "];
  const written = members.map(
    ({ key, value }) => lead + (key === null ? "" : JSON.stringify(key) + colon) + fresh(value, inner, habit),
  );
  const [open, close] = node.kind === "map" ? ["{", "}"] : ["[", "]"];
  return open + written.join(",") + end + close;
}

/** Null where many lines would have to become one. */
function indented({ text, indent, parts }: Layout, to: string, { unit, flat }: Habit): string | null {
  if (!text.includes("\n")) return text;
  if (flat) return null;
  const own = /\n([ \t]*)[^\n]*$/.exec(parts[0]?.lead ?? "")?.[1]?.slice(indent.length) ?? "";
  const [head = "", ...lines] = text.split("\n");
  const moved = lines.map((line) => {
    let rest = line.startsWith(indent) ? line.slice(indent.length) : line.trimStart();
    let steps = "";
    while (own !== "" && rest.startsWith(own)) {
      rest = rest.slice(own.length);
      steps += unit;
    }
    return to + steps + rest;
  });
  return [head, ...moved].join("\n");
}

function textOf(node: JsonNode): string {
  if (node.kind === "leaf") return node.text;
  if (node.layout === null) throw new Error("bug: a file holds what was merged");
  return node.layout.text;
}

function bare(node: JsonNode): JsonNode {
  if (node.kind === "leaf") return node;
  if (node.kind === "list") return { ...node, items: node.items.map(bare), layout: null };
  const entries = new Map([...node.entries].map(([key, value]) => [key, bare(value)]));
  return { ...node, entries, layout: null };
}
