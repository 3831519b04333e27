// What is a document of a feature after its template went on? feature.md in two halves, front matter and Markdown; any
// other Markdown piece by piece; all else line by line. Line ends stay as the person's are.

import type { PartChange } from "../../model/template-update.ts";
import { type Split, splitFrontMatter } from "../markdown/front-matter.ts";
import { type DocumentSides, mergeDocument, type Part, type Settling } from "./merge-document.ts";
import { mergeFrontMatter } from "./merge-front-matter.ts";

export interface FileSides extends DocumentSides {
  /** Path of the file from the workspace root. */
  readonly path: string;
  /** What migrations call the parameters of base and person: old names by new names. */
  readonly renamed: Readonly<Record<string, string>>;
}

export interface MergedFile {
  /** With the template's side wherever the two clash. */
  readonly text: string;
  readonly parts: readonly PartChange[];
}

export function mergeFile(sides: FileSides, settling: Settling): MergedFile {
  const name = sides.path.slice(sides.path.lastIndexOf("/") + 1);
  const plain = {
    base: plainLines(sides.base),
    mine: plainLines(sides.mine),
    template: plainLines(sides.template),
    asGiven: plainLines(sides.asGiven),
  };
  if (plain.mine === plain.template) return { text: sides.mine, parts: [] };
  const merged = name.endsWith(".md")
    ? mergeMarkdown(plain, sides.renamed, settling)
    : mergeLines(plain, name, settling);
  const newline = sides.mine.includes("\r\n") ? "\r\n" : "\n";
  const mark = sides.mine.startsWith("\ufeff") ? "\ufeff" : "";
  return {
    text: merged.text === plain.mine ? sides.mine : mark + merged.text.replaceAll("\n", newline),
    parts: merged.parts.map(({ line, ...part }) => ({
      ...part,
      document: name,
      place: line === null ? null : { file: sides.path, line, column: 1 },
    })),
  };
}

interface Merged {
  readonly text: string;
  readonly parts: readonly Part[];
}

function plainLines(text: string): string {
  return text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
}

function mergeMarkdown(
  sides: DocumentSides,
  renamed: Readonly<Record<string, string>>,
  settling: Settling,
): Merged {
  const halves = [sides.base, sides.mine, sides.template, sides.asGiven].map(halvesOf);
  const [base, mine, template, asGiven] = halves;
  if (!base || !mine || !template || !asGiven || mine.yaml === "") return mergeDocument(sides, settling);
  const yaml = {
    base: base.yaml,
    mine: mine.yaml,
    template: template.yaml,
    asGiven: asGiven.yaml,
    renamed,
  };
  const head = mergeFrontMatter(yaml, settling);
  if (head === null) return mergeDocument(sides, settling);
  const bodies = { base: base.body, mine: mine.body, template: template.body, asGiven: asGiven.body };
  const body = mergeDocument(bodies, settling);
  const below = (part: Part, lines: number): Part => ({
    ...part,
    line: part.line === null ? null : part.line + lines,
  });
  return {
    text: mine.open + head.text + mine.close + body.text,
    parts: [
      ...head.parts.map((part) => below(part, mine.yamlLine - 1)),
      ...body.parts.map((part) => below(part, mine.bodyLine - 1)),
    ],
  };
}

interface Halves extends Split {
  /** The line that opens the front matter, and the one that closes it. */
  readonly open: string;
  readonly close: string;
}

function halvesOf(text: string): Halves | null {
  const split = splitFrontMatter(text);
  if (split === null) return null;
  const { yaml, yamlStart, body } = split;
  const close = text.slice(yamlStart + yaml.length, text.length - body.length);
  return { ...split, open: text.slice(0, yamlStart), close };
}

function mergeLines(sides: DocumentSides, name: string, { prefer, mergeText }: Settling): Merged {
  const { base, mine, template, asGiven } = sides;
  const told = (outcome: PartChange["outcome"]): Part[] => [
    { part: name, outcome, change: "changed", base, mine, template, line: 1 },
  ];
  if (mine === base) return { text: template, parts: told("taken") };
  if (template === base || asGiven === base) return { text: mine, parts: told("kept") };
  const merged = mergeText(base, mine, template);
  if (merged !== null) return { text: merged, parts: told("taken") };
  if (prefer === "mine") return { text: mine, parts: told("kept") };
  return { text: template, parts: told(prefer === null ? "conflict" : "taken") };
}
