// How is a requirement of a feature.md said anew? In one line behind its id, as the author wrote that. What comes out is
// read again before anybody gets it: nothing else of the feature may mean anything new.

import { wholeFile } from "../../model/place.ts";
import { failed, type Result, success } from "../../model/result.ts";
import { Findings } from "../findings/findings.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { readMarkdown } from "../markdown/markdown.ts";
import { readSections, requirementLines, type Sections } from "../markdown/sections.ts";
import { EditedText } from "../yaml/splice.ts";
import { oneLine } from "./edit-document.ts";

export interface RequirementEdit {
  readonly source: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

/** A bullet or number, the box of a task list, and the id with what sets it off from its text. */
const HEAD = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\] )?(?:\*\*|_)?\S+?[:.]?(?:\*\*|_)?[:.]?(?: [-–—])?\s+/;

/** `file` is the path that failures name. */
export function editRequirement(
  source: string,
  file: string,
  id: string,
  words: string,
): Result<RequirementEdit> {
  const text = oneLine(words);
  if (text === "") return usage("A requirement must say something.", "Write it as a sentence.", file);
  const edited = new EditedText(source);
  const before = sectionsOf(edited.text, file);
  if (before === null) return byHand(`${file} cannot be read.`, file);
  const old = before.sections.requirements.find((one) => one.id === id);
  const lines = requirementLines(before.markdown, id);
  if (old === undefined || lines === null) {
    const known = before.sections.requirements.map((one) => one.id).join(", ");
    const fix = known === "" ? "It has no requirements." : `It has ${known}.`;
    return usage(`${file} has no requirement ${JSON.stringify(id)}.`, fix, file);
  }
  const all = edited.text.split("\n");
  const first = before.bodyLine + lines.first - 2;
  const last = before.bodyLine + lines.last - 2;
  const head = HEAD.exec(all[first] ?? "")?.[0];
  if (head === undefined) return byHand(`${id} is written in a way that cannot be edited here.`, file);
  const offset = all.slice(0, first).join("\n").length + (first === 0 ? 0 : 1);
  const remove = all.slice(first, last + 1).join("\n").length;
  const result = edited.with([{ offset, remove, text: `${head}${text}` }]);
  const after = sectionsOf(new EditedText(result).text, file);
  const now = after?.sections.requirements.find((one) => one.id === id);
  if (after === null || now === undefined || meaning(before.sections, id) !== meaning(after.sections, id))
    return byHand(`With these words, ${file} would say something else, too.`, file);
  if (commentsIn(edited.text) !== commentsIn(result))
    return byHand(`${id} has a comment inside, which would be lost.`, file);
  return success({ source: result, line: first + 1, before: old.text, after: now.text });
}

function sectionsOf(text: string, file: string) {
  const front = splitFrontMatter(text);
  if (front === null) return null;
  const { body, bodyLine } = front;
  const markdown = readMarkdown({ text: body, file, firstLine: 1, target: null }, new Findings());
  if (markdown === null) return null;
  return { markdown, bodyLine, sections: readSections(markdown, file, new Findings()) };
}

/** All that the body says, but for one requirement and the prose of its section. */
function meaning({ title, sections, requirements, constraints, criteria }: Sections, id: string): string {
  const texts = (list: readonly { readonly text: string }[]) => list.map(({ text }) => text);
  const prose = sections.filter(({ heading }) => !/^requirements\s*:?$/i.test(heading));
  return JSON.stringify([
    title,
    prose.map(({ heading, text }) => [heading, text]),
    requirements.map((one) => [one.id, one.id === id ? null : one.text]),
    texts(constraints),
    criteria.map((one) => [one.id, one.text]),
  ]);
}

function commentsIn(text: string): number {
  return text.split("<!--").length;
}

function byHand(message: string, file: string): Result<never> {
  return usage(message, "Edit the file by hand.", file);
}

function usage(message: string, fix: string, file: string): Result<never> {
  return failed({ reason: "usage", message, fix, place: wholeFile(file) });
}
