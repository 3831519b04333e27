// What does a spec folder of Kiro say? The criteria of requirements.md, or the statements of bugfix.md, keep their
// numbers, since its tasks name them.

import type { ImportedFeature } from "../../model/imported.ts";
import type { Markdown } from "../markdown/markdown.ts";
import { titleFrom } from "./feature-name.ts";
import { askedIn, type ForeignSpec, markdownIn, type Notes } from "./foreign.ts";
import { numberedHeading } from "./headings.ts";
import { numberedSteps } from "./numbered-steps.ts";
import { plainSigns } from "./plain-signs.ts";
import { bold, itemText, joined, oneLine, type Part, partsOf, piece, spotOf, whole } from "./prose.ts";
import { RequirementList } from "./requirement-list.ts";

/** In English the word alone tells; a heading in another language counts where criteria are listed under it. */
const REQUIREMENT = /^(?:requirements?|reqs?\.?|R)\s*[-#]?\s*\d/i;
/** `Requirement Basics: …`, whose name is in the place of a number. */
const NAMED =
  /^(?:requirement|要件|要求|需求|요구 ?사항|requisito|requerimiento|exigence|anforderung|требование|yêu cầu)\s*[-#]?\s*(\p{L}[\p{L}\p{M}]*)\s*[:：–—-]\s*(.*)$/iu;
/** What the title says beside the name of the feature. */
const DOCUMENT =
  /^(?:(?:requirements?|bugfix)(?: document| specification)?|要件定義書?|需求文档|需求|요구사항(?: 문서)?|(?:documento de )?requisitos)\s*(?:[:：–—-]\s*|$)/iu;
const INTRODUCTION =
  /introduction|overview|summary|current behavio|概要|はじめに|简介|概述|소개|개요|introducción|introdução/iu;
const NUMBERED = /^(?:\*\*)?(\d{1,4}\.\d{1,4})(?:[.:),]?(?:\*\*)?\s+|[.:),]?(?:\*\*)?(?=[^\p{ASCII}"]))/u;

/** The number of a statement at the beginning of a line. */
const STATEMENT = /^\s*(?:[-*+]\s+)?(?:\*\*)?(\d{1,3}\.\d{1,3})(?=[\s.:)*])/gm;

interface Request {
  title: string;
  story: string;
  problem: string;
  context: string;
  readonly list: RequirementList;
}

/** Null where nothing in it can be read. A spec may begin with its design, and have tasks before requirements. */
export function readKiro(spec: ForeignSpec, notes: Notes): ImportedFeature | null {
  const name = spec.files.has("requirements.md") ? "requirements.md" : "bugfix.md";
  const file = spec.files.get(name);
  const markdown = file === undefined ? null : askedIn(file, notes);
  const request: Request = {
    title: "",
    story: "",
    problem: "",
    context: "",
    list: new RequirementList(notes),
  };
  if (markdown !== null) readRequest(markdown, request);
  if (request.list.list.length === 0)
    notes.warn(
      "no-requirements",
      { file: file?.path ?? spec.source, line: 1 },
      "No numbered requirement was found.",
    );
  const design = designIn(spec, notes);
  const list = numberedSteps(spec, design.architecture, request.list, notes);
  if (markdown === null && list.steps.length === 0) return null;
  for (const [key, { path }] of spec.files) {
    if (
      ["requirements.md", "bugfix.md", "design.md", "tasks.md"].includes(key) &&
      !(key === "bugfix.md" && name !== key)
    )
      continue;
    notes.note("unread-file", { file: path, line: 1 }, "This file is not read.");
  }
  return {
    title: request.title === "" ? titleFrom(spec.name) : request.title,
    story: request.story,
    problem: request.problem,
    context: request.context,
    requirements: request.list.list,
    constraints: [],
    criteria: [],
    risks: "",
    ...design,
    ...list,
  };
}

function readRequest(markdown: Markdown, request: Request): void {
  const parts = partsOf(markdown);
  for (const [index, part] of parts.entries()) {
    const { heading, depth, blocks } = part;
    const isInside = parts
      .slice(0, index)
      .some((other) => other.depth >= 2 && other.below.includes(part) && numberOf(other) !== null);
    if (isInside) continue;
    const number = depth >= 2 ? numberOf(part) : null;
    if (number !== null) {
      if (number.word.trim() !== "") request.list.called.add(number.word.trim());
      readRequirement(part, { ...number, markdown, request });
    } else if (depth === 1) {
      request.title = request.title || heading.replace(DOCUMENT, "");
      request.problem = joined(request.problem, piece(markdown, blocks));
    } else if (INTRODUCTION.test(heading)) {
      request.problem = joined(request.problem, piece(markdown, blocks));
      for (const [, number = ""] of piece(markdown, blocks).matchAll(STATEMENT)) request.list.say(number);
    } else readStatements(part, { markdown, request });
  }
}

function numberOf(
  part: Part,
): { readonly word: string; readonly number: string; readonly title: string } | null {
  const found = numberedHeading(part.heading);
  const lists = [part, ...part.below].some(({ blocks }) => blocks.some(({ type }) => type === "list"));
  if (found === null) {
    const [, name = "", title = ""] = NAMED.exec(part.heading) ?? [];
    return name === "" || !lists ? null : { word: "", number: name, title };
  }
  const isMeant =
    REQUIREMENT.test(plainSigns(part.heading)) ||
    (lists && part.below.every((one) => numberOf(one) === null));
  return isMeant ? { ...found, number: String(Number(found.number)) } : null;
}

interface Numbered {
  readonly number: string;
  readonly title: string;
  readonly markdown: Markdown;
  readonly request: Request;
}

/** The story of a requirement, and the items of its lists as `N.1`, `N.2` and so on. */
function readRequirement(part: Part, { number, title, markdown, request }: Numbered): void {
  let story = bold(`${number} ${title}`);
  for (const block of [part, ...part.below].flatMap(({ blocks }) => blocks)) {
    if (block.type !== "list") {
      const text = piece(markdown, [block]);
      if (!/^\*\*[^*]+\*\*\s*[:：]?$/u.test(text)) story = joined(story, text);
      continue;
    }
    for (const [index, item] of block.children.entries()) {
      const { head, rest } = itemText(item.children);
      const own = NUMBERED.exec(plainSigns(head));
      const id = own?.[1] ?? `${number}.${(block.start ?? 1) + index}`;
      const text = own === null ? head : head.slice(own[0].length);
      request.list.add(id, text, spotOf(markdown, item), { rest, kind: "criterion" });
    }
  }
  request.story = joined(request.story, story);
}

/** Other sections: what has a number is a criterion all the same. */
function readStatements(part: Part, { markdown, request }: Pick<Numbered, "markdown" | "request">): void {
  const others = part.blocks.flatMap((block) => {
    const items = block.type === "list" ? block.children : block.type === "paragraph" ? [block] : [];
    const numbered = items.map((item) => ({
      item,
      ...itemText(item.type === "listItem" ? item.children : [item]),
    }));
    if (numbered.length === 0 || !numbered.every(({ head }) => NUMBERED.test(plainSigns(head))))
      return [block];
    for (const { item, head, rest } of numbered) {
      const own = NUMBERED.exec(plainSigns(head));
      request.list.add(own?.[1] ?? null, head.slice(own?.[0].length ?? 0), spotOf(markdown, item), {
        rest,
        kind: "criterion",
      });
    }
    return [];
  });
  const text = piece(markdown, others);
  if (text !== "") request.context = joined(request.context, bold(part.heading), text);
}

function designIn(spec: ForeignSpec, notes: Notes): Pick<ImportedFeature, "architecture" | "tests"> {
  const file = spec.files.get("design.md");
  const markdown = file === undefined ? null : markdownIn(file, notes);
  const texts = { architecture: "", tests: "" };
  if (markdown === null) return texts;
  for (const part of partsOf(markdown).filter(({ depth }) => depth <= 2)) {
    const key = /test/i.test(oneLine(part.heading)) ? "tests" : "architecture";
    texts[key] = joined(texts[key], part.depth === 2 ? whole(markdown, part) : piece(markdown, part.blocks));
  }
  return texts;
}
