// How does an answer take the place of an open question? In Markdown the mark is replaced by the answer in one line; in
// YAML the value around it is written anew, so that no answer can break the file.

import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { EditedText, type Splice } from "../yaml/splice.ts";
import { looseYaml, soundYaml } from "../yaml/yaml.ts";
import { scalarSplice } from "../yaml/yaml-edit.ts";
import type { YamlNode } from "../yaml/yaml-nodes.ts";
import { inlineYaml } from "../yaml/yaml-scalar.ts";
import { oneLine, type YamlPart, yamlPart } from "./edit-document.ts";

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
  const text = oneLine(answer);
  if (text === "" || new RegExp(MARK.source, "i").test(text)) {
    return usage("An answer must say something, and must not ask again.", "Write the answer as a sentence.");
  }
  const edited = new EditedText(source);
  const part = yamlPart(edited.text, file);
  const yamlEnd = part.start + part.yaml.length;
  const marks = marksIn(edited.text, yamlEnd);
  const found =
    typeof which === "number" ? marks[which] : marks.find(({ question }) => question === questionOf(which));
  if (found === undefined)
    return usage(`${file} asks no such question.`, "Run factory validate to see what is open.", file);
  const splice = found.offset < yamlEnd ? yamlSplice(part, found, text) : plainSplice(found, text);
  const result = edited.with([splice]);
  const after = yamlPart(new EditedText(result).text, file);
  if (soundYaml(after.yaml, file).ok) return success(result);
  return usage(
    `The question in ${file} is at a place where no answer can be inserted.`,
    "Edit the file by hand.",
    file,
  );
}

interface Mark {
  readonly offset: number;
  readonly length: number;
  readonly question: string;
}

/** As the readers of specs see them: what stands in a comment of Markdown is no question. */
function marksIn(text: string, yamlEnd: number): Mark[] {
  const comments = [...text.slice(yamlEnd).matchAll(/<!--[\s\S]*?(?:-->|$)/g)].map((match) => {
    const start = yamlEnd + match.index;
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
function yamlSplice({ yaml, start }: YamlPart, mark: Mark, answer: string): Splice {
  const offset = mark.offset - start;
  const document = looseYaml(yaml);
  // The mark itself may be what keeps the text from being YAML; then it is a part of a plain text.
  if (document === null) return plainSplice(mark, inlineYaml(answer, true));
  const tree = document.tree();
  const around = tree && nodeAround(tree, offset);
  if (!around) return plainSplice(mark, answer);
  const { node, inFlow, column } = around;
  if (node.kind !== "scalar") return plainSplice(mark, inlineYaml(answer, inFlow));
  const earlier = [...yaml.slice(node.start, offset).matchAll(MARK)].length;
  let seen = 0;
  const value = String(node.value ?? "").replace(MARK, (whole) => (seen++ === earlier ? answer : whole));
  const splice = scalarSplice(yaml, node, value, { inFlow, column });
  return { ...splice, offset: splice.offset + start };
}

interface Around {
  readonly node: YamlNode;
  readonly inFlow: boolean;
  readonly column: number;
}

/** The scalar that holds an offset, or the list that begins there; null in comments. */
function nodeAround(node: YamlNode, offset: number, inFlow = false, column = 0): Around | null {
  const holds = (inner: YamlNode | null): inner is YamlNode =>
    inner !== null && inner.start <= offset && offset < inner.end;
  if (node.kind === "scalar") return holds(node) ? { node, inFlow, column } : null;
  const isMark = node.kind === "list" && node.inFlow && node.start === offset;
  if (isMark) return { node, inFlow, column };
  const inner = node.kind === "list" ? node.items : node.pairs.map(({ value }) => value);
  const deeper = node.kind === "list" ? column : column + 2;
  const found = inner.find(holds);
  return found === undefined ? null : nodeAround(found, offset, inFlow || node.inFlow, deeper);
}

function usage(message: string, fix: string, file: string | null = null): Result<never> {
  const place = file === null ? {} : { place: wholeFile(file) };
  return failed({ reason: "usage", message, fix, ...place });
}
