// What do the sections of a feature.md say? Headings are matched whatever their case and depth; what an item means to
// a task is not known here.

import type { ListItem, Paragraph, RootContent } from "mdast";
import type { Requirement, Section, Statement } from "../../model/feature.ts";
import type { Place } from "../../model/place.ts";
import type { Findings } from "../findings/findings.ts";
import { clip } from "../findings/nearest.ts";
import { type Markdown, spelled } from "./markdown.ts";

/** An item of a list with the id that it begins with, if any. */
interface Item extends Statement {
  readonly id: string | null;
}

export interface Sections {
  /** The heading of depth 1 that the text begins with, or null. */
  readonly title: string | null;
  readonly sections: readonly Section[];
  readonly requirements: readonly Requirement[];
  readonly constraints: readonly Statement[];
  readonly criteria: readonly Item[];
}

interface RawSection {
  readonly heading: string;
  readonly depth: number;
  readonly place: Place;
  readonly blocks: RootContent[];
}

const KNOWN = new Set([
  "user story",
  "problem statement",
  "requirements",
  "constraints",
  "success criteria",
  "context",
]);
/** `R1`, `FR-001`, `NFR-SEC-2a`, `US1.2`; numbers in parts, such as `1.2`, only right before a colon. */
const NAMED_ID = String.raw`(?:[A-Z]{1,8}-){0,3}[A-Z]{1,8}-?\d+(?:\.\d+)*[a-z]?`;
const NUMBERED_ID = String.raw`\d+(?:\.\d+){1,3}`;
const ITEM_ID = new RegExp(
  String.raw`^(?:\[[ xX]\] )?(?:\*\*|_)?(${NAMED_ID}|${NUMBERED_ID}(?=(?:\*\*|_)?:))([:.]?(?:\*\*|_)?[:.]?(?: [-–—])?)(?:\s+|$)`,
);
/** What may be the id of a requirement, as a whole. */
export const REQUIREMENT_ID = new RegExp(`^(?:${NAMED_ID}|${NUMBERED_ID})$`);

export function readSections(markdown: Markdown, target: string, findings: Findings): Sections {
  const raw = split(markdown);
  const first = raw[0];
  const named = (name: string) => raw.filter((section) => keyOf(section.heading) === name);
  return {
    title: first?.depth === 1 && !KNOWN.has(keyOf(first.heading)) ? first.heading : null,
    sections: raw
      .map(({ heading, place, blocks }) => ({ heading, place, text: spelled(blocks) }))
      .filter((section) => section.text !== ""),
    requirements: named("requirements").flatMap((section) =>
      requirementsOf(section, { markdown, target, findings }),
    ),
    constraints: named("constraints").flatMap((section) => statementsOf(section.blocks, markdown)),
    criteria: named("success criteria").flatMap((section) => itemsOf(section.blocks, markdown)),
  };
}

/** A section reaches to the next heading that is as high, is of depth 1 or 2, or has a known name. */
function split(markdown: Markdown): RawSection[] {
  const sections: RawSection[] = [];
  for (const block of markdown.blocks) {
    const current = sections.at(-1);
    if (block.type === "heading") {
      const heading = spelled(block.children);
      const { depth } = block;
      if (current === undefined || depth <= 2 || depth <= current.depth || KNOWN.has(keyOf(heading))) {
        sections.push({ heading, depth, place: markdown.placeOf(block), blocks: [] });
        continue;
      }
    }
    if (current === undefined) {
      sections.push({ heading: "", depth: 0, place: markdown.placeOf(block), blocks: [block] });
    } else current.blocks.push(block);
  }
  return sections;
}

function keyOf(heading: string): string {
  return heading.toLowerCase().replace(/\s*:$/, "");
}

interface SectionContext {
  readonly markdown: Markdown;
  readonly target: string;
  readonly findings: Findings;
}

function requirementsOf(section: RawSection, { markdown, target, findings }: SectionContext): Requirement[] {
  const requirements: Requirement[] = [];
  for (const item of itemsOf(section.blocks, markdown)) {
    const subject = { target, place: item.place };
    if (item.id === null) {
      findings.warning("requirement-without-id", subject, {
        message: `"${clip(item.text)}" has no id, so no task can trace to it.`,
        fix: "Begin the item with an id such as `R1:`.",
      });
    } else if (item.text === "") {
      findings.error("empty-requirement", subject, {
        message: `${item.id} says nothing.`,
        fix: "Write the requirement after its id, or delete the item.",
      });
    } else requirements.push({ id: item.id, text: item.text, place: item.place });
  }
  for (const block of section.blocks) {
    if (block.type !== "paragraph" || !hasId(block)) continue;
    findings.warning(
      "requirement-outside-list",
      { target, place: markdown.placeOf(block) },
      {
        message: `"${clip(spelled([block]))}" is not an item of a list, so it is not read as a requirement.`,
        fix: "Write it as a list item: `- R1: …`.",
      },
    );
  }
  return requirements;
}

function hasId(paragraph: Paragraph): boolean {
  return idOf(spelled([paragraph])).id !== null;
}

/** The items of the lists at the top of a section. Nested lists belong to their item. */
function itemsOf(blocks: readonly RootContent[], markdown: Markdown): Item[] {
  return blocks.flatMap((block) =>
    block.type === "list" ? block.children.map((item) => itemOf(item, markdown)) : [],
  );
}

function itemOf(item: ListItem, markdown: Markdown): Item {
  const { id, text } = idOf(spelled(item.children));
  return { id, text, place: markdown.placeOf(item) };
}

function idOf(text: string): { id: string | null; text: string } {
  const match = ITEM_ID.exec(text);
  // Without a separator it is prose that happens to begin with something like an id: "R2 units are …".
  if (match === null || match[2] === "") return { id: null, text };
  return { id: match[1] ?? null, text: text.slice(match[0].length).trim() };
}

/** The id that the text of an item begins with, such as `R1`; null where there is none. */
export function requirementIdOf(text: string): string | null {
  return idOf(text).id;
}

/** The items of lists, and whatever else stands between them, each as one statement. */
function statementsOf(blocks: readonly RootContent[], markdown: Markdown): Statement[] {
  return blocks
    .flatMap((block) => (block.type === "list" ? block.children : [block]))
    .map((node) => ({
      text: spelled(node.type === "listItem" ? node.children : [node]),
      place: markdown.placeOf(node),
    }))
    .filter((statement) => statement.text !== "");
}

/** The line after which a new item of Constraints goes, from 1, and what ends there; null without such a section. */
export function constraintItemPlace(
  markdown: Markdown,
): { readonly line: number; readonly kind: "list" | "other" } | null {
  const section = split(markdown).findLast(({ heading }) => keyOf(heading) === "constraints");
  if (section === undefined) return null;
  const last = section.blocks.at(-1);
  if (last === undefined) return { line: section.place.line, kind: "other" };
  const isList = last.type === "list" && last.ordered !== true;
  return { line: markdown.endLineOf(last), kind: isList ? "list" : "other" };
}

/** First and last line of the item that is a requirement, from 1; null where there is none with this id. */
export function requirementLines(
  markdown: Markdown,
  id: string,
): { readonly first: number; readonly last: number } | null {
  const item = split(markdown)
    .filter(({ heading }) => keyOf(heading) === "requirements")
    .flatMap(({ blocks }) => blocks.flatMap((block) => (block.type === "list" ? block.children : [])))
    .find(({ children }) => idOf(spelled(children)).id === id);
  if (item === undefined) return null;
  return { first: markdown.placeOf(item).line, last: markdown.endLineOf(item) };
}

/** Open questions of an author, outside comments. `placeAt` takes an offset of the text. */
export function clarificationsIn(text: string, placeAt: (offset: number) => Place): Statement[] {
  return [...text.matchAll(/\[NEEDS CLARIFICATION(?::([^\]]*))?\]/gi)].map((match) => ({
    text: (match[1] ?? "").replace(/[\s>]+/g, " ").trim(),
    place: placeAt(match.index),
  }));
}
