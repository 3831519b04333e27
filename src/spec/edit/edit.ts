// How does one more constraint get into a spec that a person wrote? By inserting text at one place, so that every
// comment, quote and blank line stays as it was.

import { isMap, isScalar, isSeq, type ParsedNode, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { Findings } from "../findings/findings.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { readMarkdown } from "../markdown/markdown.ts";
import { constraintItemPlace } from "../markdown/sections.ts";
import type { Splice } from "../yaml/splice.ts";
import { readYaml } from "../yaml/yaml.ts";
import { intoFlow } from "../yaml/yaml-splice.ts";

/** The BACKLOG.yaml with the text at the end of `context.constraints` of a task such as `T01`. */
export function addConstraint(backlog: string, task: string, text: string): Result<string> {
  return addToTasks(backlog, task, text, "BACKLOG.yaml");
}

/**
 * The feature.md with one more constraint: of a task of its front matter, or, where `task` is null, as an item of the
 * section Constraints, which is added where it is missing.
 */
export function addConstraintToFeature(feature: string, task: string | null, text: string): Result<string> {
  const newline = newlineOf(feature);
  const lines = feature.replaceAll("\r\n", "\n");
  const split = splitFrontMatter(lines);
  if (split === null) return unreadable("feature.md");
  const bodyStart = lines.length - split.body.length;
  const yamlStart = split.yaml === "" ? 0 : lines.indexOf("\n") + 1;
  const edited =
    task === null ? withItem(split.body, text) : addToTasks(split.yaml, task, text, "feature.md");
  if (!edited.ok) return edited;
  const whole =
    task === null
      ? lines.slice(0, bodyStart) + edited.value
      : lines.slice(0, yamlStart) + edited.value + lines.slice(yamlStart + split.yaml.length);
  return success(whole.replaceAll("\n", newline));
}

function addToTasks(source: string, task: string, text: string, file: string): Result<string> {
  // The same guard as every reader of YAML: nothing recursive sees a hostile text.
  const findings = new Findings();
  if (readYaml({ text: source, file, firstLine: 1, target: null }, findings) === null) {
    return failed({ reason: "invalid-spec", diagnostics: findings.list });
  }
  const root = parseDocument(source, { uniqueKeys: false }).contents;
  const tasks = isMap(root) ? root.get("tasks") : null;
  const entry = isSeq(tasks)
    ? (tasks.items as ParsedNode[]).find((item) => isMap(item) && idOf(item) === task)
    : undefined;
  if (!isMap(entry)) {
    return failed({
      reason: "usage",
      message: `${file} has no task ${task}.`,
      fix: "Name a task of this feature, such as T01.",
      place: wholeFile(file),
    });
  }
  const { offset, remove, text: inserted } = insertionInto(source, entry, oneLine(text));
  const newline = newlineOf(source);
  const edited = source.slice(0, offset) + inserted.replaceAll("\n", newline) + source.slice(offset + remove);
  return success(edited);
}

type Entry = YAMLMap.Parsed;

interface Pair {
  readonly key: ParsedNode;
  readonly value: ParsedNode | null;
}

/** Every way in which the list may be written, from the most to the least complete. */
function insertionInto(source: string, entry: Entry, text: string): Splice {
  const item = JSON.stringify(text);
  const context = memberOf(entry, "context");
  if (isMap(context)) {
    const constraints = memberOf(context, "constraints");
    if (isSeq(constraints)) return appendItem(source, constraints, item);
    if (isScalar(constraints)) return fill(source, constraints, `[${item}]`);
    return appendKey(source, context, "constraints", [item]);
  }
  if (isScalar(context)) return fill(source, context, `{constraints: [${item}]}`);
  return appendKey(source, entry, "context", [`constraints: [${item}]`]);
}

function memberOf(map: Entry, key: string): ParsedNode | null {
  return (
    (map.items as readonly Pair[]).find((pair) => isScalar(pair.key) && pair.key.value === key)?.value ?? null
  );
}

function idOf(entry: Entry): unknown {
  const id = memberOf(entry, "id");
  return isScalar(id) ? id.value : null;
}

/** Takes the place of an empty value or a written null. */
function fill(source: string, scalar: ParsedNode, text: string): Splice {
  const [start, end] = scalar.range;
  const gap = /[\s]/.test(source[start - 1] ?? "") ? "" : " ";
  return { offset: start, remove: end - start, text: gap + text };
}

function appendItem(source: string, list: YAMLSeq.Parsed, item: string): Splice {
  const last = list.items.at(-1) as ParsedNode | undefined;
  if (source[list.range[0]] === "[") return intoFlow(source, list, item);
  const indent = " ".repeat(columnOf(source, list.range[0]));
  return lineAfter(source, last ?? list, `${indent}- ${item}`);
}

function appendKey(source: string, map: Entry, key: string, members: readonly string[]): Splice {
  const isList = key === "constraints";
  const inline = isList ? `${key}: [${members.join(", ")}]` : `${key}: {${members.join(", ")}}`;
  if (source[map.range[0]] === "{") return intoFlow(source, map, inline);
  const indent = " ".repeat(columnOf(source, map.range[0]));
  const last = (map.items as readonly Pair[]).at(-1);
  const nested = members.map((member) => `${indent}  ${isList ? "- " : ""}${member}`);
  const node = last?.value ?? last?.key ?? map;
  return lineAfter(source, node, [`${indent}${key}:`, ...nested].join("\n"));
}

/** On a line of its own after the one on which a value ends. */
function lineAfter(source: string, node: ParsedNode, line: string): Splice {
  const end = node.range[1];
  // The range of a block scalar takes in the blank lines after it; the value of none ends within a line.
  if (source[end - 1] === "\n") return { offset: end, remove: 0, text: `${line}\n` };
  const newline = source.indexOf("\n", end);
  if (newline < 0) return { offset: source.length, remove: 0, text: `\n${line}\n` };
  return { offset: newline + 1, remove: 0, text: `${line}\n` };
}

function columnOf(source: string, offset: number): number {
  return offset - (source.lastIndexOf("\n", offset - 1) + 1);
}

/** The Markdown with one more item at the end of its section Constraints. */
function withItem(body: string, text: string): Result<string> {
  const markdown = readMarkdown(
    { text: body, file: "feature.md", firstLine: 1, target: null },
    new Findings(),
  );
  if (markdown === null) return unreadable("feature.md");
  const item = `- ${oneLine(text)}`;
  const place = constraintItemPlace(markdown);
  if (place === null) return success(`${body.trimEnd()}\n\n## Constraints\n\n${item}\n`);
  const lines = body.split("\n");
  const after = lines.slice(place.line);
  const blankBefore = place.kind === "list" ? [] : [""];
  const blankAfter = after.length === 0 || after[0]?.trim() === "" ? [] : [""];
  const joined = [...lines.slice(0, place.line), ...blankBefore, item, ...blankAfter, ...after].join("\n");
  return success(joined.endsWith("\n") ? joined : `${joined}\n`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function newlineOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function unreadable(file: string): Result<never> {
  return failed({
    reason: "usage",
    message: `${file} cannot be read.`,
    fix: "Run factory validate and mend what it finds.",
    place: wholeFile(file),
  });
}
