// How is a foreign Markdown document cut up, and how does a piece of it become part of one of ours? A piece brings no
// heading with it and leaves nothing open behind it, so that it can never look like a section of its new document.

import type { Nodes, RootContent } from "mdast";
import type { SourceLine } from "../../model/imported.ts";
import { type Markdown, spelled } from "../markdown/markdown.ts";

export interface Part {
  /** Empty for what stands before the first heading. */
  readonly heading: string;
  /** 0 for what stands before the first heading. */
  readonly depth: number;
  readonly spot: SourceLine;
  readonly blocks: readonly RootContent[];
  /** The parts below it, those below them included. */
  readonly below: readonly Part[];
}

/** Every heading with what stands under it up to the next one. */
export function partsOf(markdown: Markdown): readonly Part[] {
  const parts: { -readonly [Key in keyof Part]: Part[Key] }[] = [];
  let blocks: RootContent[] = [];
  for (const block of markdown.blocks) {
    const isHeading = block.type === "heading";
    if (isHeading || parts.length === 0) {
      blocks = isHeading ? [] : [block];
      parts.push({
        heading: isHeading ? unmarked(spelled(block.children)) : "",
        depth: isHeading ? block.depth : 0,
        spot: spotOf(markdown, block),
        blocks,
        below: [],
      });
    } else blocks.push(block);
  }
  for (const [index, part] of parts.entries()) {
    const rest = parts.slice(index + 1);
    const end = rest.findIndex(({ depth }) => depth <= part.depth);
    part.below = part.depth === 0 ? [] : rest.slice(0, end < 0 ? rest.length : end);
  }
  return parts;
}

export function spotOf(markdown: Markdown, node: Nodes): SourceLine {
  const { file, line } = markdown.placeOf(node);
  return { file, line };
}

/** The blocks as their author wrote them, safe to stand between others. */
export function piece(markdown: Markdown, blocks: readonly RootContent[]): string {
  return blocks
    .map((block) => blockText(markdown, block))
    .filter((text) => text !== "")
    .join("\n\n");
}

function blockText(markdown: Markdown, block: RootContent): string {
  if (block.type === "heading") return bold(spelled(block.children));
  if (block.type === "thematicBreak") return "";
  if (block.type === "code") return spelled([block]);
  // A tag that is never closed would take in whatever comes after it.
  if (block.type === "html") return spelled([{ type: "code", lang: "html", value: block.value }]);
  const start = block.position?.start.offset ?? 0;
  return markdown.text.slice(start, block.position?.end.offset ?? start).trim();
}

/** A part with its heading in bold, and all that is below it. */
export function whole(markdown: Markdown, part: Part): string {
  const texts = [part, ...part.below].map(({ heading, blocks }) => {
    return [heading === "" ? "" : bold(heading), piece(markdown, blocks)];
  });
  return joined(...texts.flat());
}

export function joined(...texts: readonly string[]): string {
  return texts.filter((text) => text.trim() !== "").join("\n\n");
}

export function bold(text: string): string {
  const inside = oneLine(text).replaceAll("**", "");
  return inside === "" ? "" : `**${inside}**`;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A heading or a label without emphasis, marks of obligation and the like. */
export function unmarked(text: string): string {
  return oneLine(
    text.replaceAll("**", "").replace(/\*\((?:mandatory|optional|include[^)]*)\)\*/gi, ""),
  ).replace(/[:\s]+$/, "");
}

/** What an item of a list says: its first paragraph in one line, and what is nested below it. */
export function itemText(blocks: readonly RootContent[]): { readonly head: string; readonly rest: string } {
  const [first, ...others] = blocks;
  if (first === undefined) return { head: "", rest: "" };
  if (first.type !== "paragraph") return { head: "", rest: spelled(blocks) };
  return { head: oneLine(spelled([first])), rest: spelled(others) };
}

/** A statement with what belongs to it below, indented so that all of it is one item of a list. */
export function nested(head: string, rest: string): string {
  return rest.trim() === "" ? head : `${head}\n${rest.replace(/^(?=.)/gm, "  ")}`;
}
