// How does an answer take the place of an open question? In Markdown the mark is replaced by the answer in one line; in
// YAML the value around it is written anew, so that no answer can break the file.

import { isMap, isScalar, isSeq, type ParsedNode, parseDocument } from "yaml";
import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { EditedText, type Splice } from "../yaml/splice.ts";
import { inlineYaml } from "../yaml/yaml-scalar.ts";
import { scalarSplice } from "../yaml/yaml-splice.ts";
import { plainOf } from "./edit-task.ts";

const MARK = /\[NEEDS CLARIFICATION(?::([^\]]*))?\]/gi;

/** Which mark: its number in the order of the file, from 0, comments left out; or the words of the question. */
export type WhichQuestion = number | string;

/** The file (feature.md, PLAN.md or BACKLOG.yaml, told by its name) with one open question answered. */
export function answerClarification(
  source: string,
  file: string,
  which: WhichQuestion,
  answer: string,
): Result<string> {
  const text = answer.replace(/\s+/g, " ").trim();
  if (text === "" || new RegExp(MARK.source, "i").test(text)) {
    return usage("An answer must say something, and must not ask again.", "Write the answer as a sentence.");
  }
  const edited = new EditedText(source);
  const yaml = yamlPart(edited.text, file);
  const marks = marksIn(edited.text, yaml);
  const found =
    typeof which === "number" ? marks[which] : marks.find(({ question }) => question === questionOf(which));
  if (found === undefined)
    return usage(`${file} asks no such question.`, "Run factory validate to see what is open.", file);
  const splice =
    found.offset < yaml.end ? yamlSplice(edited.text, yaml, found, text) : plainSplice(found, text);
  const result = edited.with([splice]);
  const after = new EditedText(result).text;
  const part = yamlPart(after, file);
  const isSound = part.end === part.start || plainOf(after.slice(part.start, part.end), file).ok;
  if (isSound) return success(result);
  return usage(
    `The question in ${file} stands where an answer cannot be put in.`,
    "Edit the file by hand.",
    file,
  );
}

interface Mark {
  readonly offset: number;
  readonly length: number;
  readonly question: string;
}

interface Part {
  readonly start: number;
  readonly end: number;
}

function yamlPart(text: string, file: string): Part {
  if (/\.ya?ml$/.test(file)) return { start: 0, end: text.length };
  const split = /(?:^|\/)feature\.md$/.test(file) ? splitFrontMatter(text) : null;
  if (split === null || split.yaml === "") return { start: 0, end: 0 };
  const start = text.indexOf("\n") + 1;
  return { start, end: start + split.yaml.length };
}

/** As the readers of specs see them: what stands in a comment of Markdown is no question. */
function marksIn(text: string, yaml: Part): Mark[] {
  const comments = [...text.slice(yaml.end).matchAll(/<!--[\s\S]*?(?:-->|$)/g)].map((match) => {
    const start = yaml.end + match.index;
    return { start, end: start + match[0].length };
  });
  return [...text.matchAll(MARK)]
    .filter(({ index }) => !comments.some(({ start, end }) => index >= start && index < end))
    .map((match) => ({ offset: match.index, length: match[0].length, question: questionOf(match[1] ?? "") }));
}

function questionOf(words: string): string {
  return words.replace(/[\s>]+/g, " ").trim();
}

function plainSplice({ offset, length }: Mark, text: string): Splice {
  return { offset, remove: length, text };
}

/** Into the scalar around the mark; a mark that is a value by itself reads as a list and becomes a text. */
function yamlSplice(text: string, yaml: Part, mark: Mark, answer: string): Splice {
  const source = text.slice(yaml.start, yaml.end);
  const offset = mark.offset - yaml.start;
  const root = parseDocument(source, { uniqueKeys: false }).contents;
  const around = root === null ? null : nodeAround(root, offset);
  const shifted = (splice: Splice): Splice => ({ ...splice, offset: splice.offset + yaml.start });
  if (around === null) return plainSplice(mark, answer);
  const { node, inFlow, column } = around;
  if (isSeq(node)) {
    return shifted({ offset, remove: mark.length, text: inlineYaml(answer, inFlow) });
  }
  const earlier = [...source.slice(node.range[0], offset).matchAll(MARK)].length;
  let seen = 0;
  const value = String(isScalar(node) ? node.value : "").replace(MARK, (whole) =>
    seen++ === earlier ? answer : whole,
  );
  return shifted(scalarSplice(source, node, value, { inFlow, column }));
}

interface Around {
  readonly node: ParsedNode;
  readonly inFlow: boolean;
  readonly column: number;
}

/** The scalar that holds an offset, or the list that begins there; null in comments. */
function nodeAround(node: ParsedNode, offset: number, inFlow = false, column = 0): Around | null {
  const holds = (inner: ParsedNode | null): inner is ParsedNode =>
    inner !== null && inner.range[0] <= offset && offset < inner.range[1];
  if (isScalar(node)) return holds(node) ? { node, inFlow, column } : null;
  const within = inFlow || ((isSeq(node) || isMap(node)) && node.flow === true);
  if (isSeq(node)) {
    if (node.range[0] === offset && node.flow === true) return { node, inFlow, column };
    const item = (node.items as ParsedNode[]).find(holds);
    return item === undefined ? null : nodeAround(item, offset, within, column);
  }
  if (!isMap(node)) return null;
  const values = (node.items as readonly { readonly value: ParsedNode | null }[]).map(({ value }) => value);
  const value = values.find(holds);
  return value === undefined ? null : nodeAround(value, offset, within, column + 2);
}

function usage(message: string, fix: string, file: string | null = null): Result<never> {
  const place = file === null ? {} : { place: wholeFile(file) };
  return failed({ reason: "usage", message, fix, ...place });
}
