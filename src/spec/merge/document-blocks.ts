// Of which pieces is a Markdown document made that can be merged one by one? Requirements and other items of lists,
// paragraphs, headings, code. Every line belongs to one piece, comments too; what the pieces mean is not known here.

import { requirementIdOf } from "../markdown/sections.ts";
import { planSections } from "./merge-plan.ts";

export interface Block {
  /** Unique within the document. For other documents it is what the same piece is called in the base. */
  readonly id: string;
  /** Heading of the section that it stands in; empty before the first. */
  readonly section: string;
  readonly kind: "heading" | "item" | "other";
  /** Id of the requirement or criterion; null for all else. */
  readonly name: string | null;
  /** Whole lines, the last with its line break. */
  readonly text: string;
  /** Blank lines behind it. */
  readonly gap: string;
  /** From 1, within the document. */
  readonly line: number;
}

type RawBlock = Omit<Block, "id">;

/** The blocks of the document that others are compared with. */
export function blocksOf(text: string): Block[] {
  const ids = new Names();
  return rawBlocks(text).map((block) => ({ ...block, id: ids.free(block, "") }));
}

/** Blocks of another version of it. Those that are the same, or what became of them, get the ids of the base. */
export function blocksLike(base: readonly Block[], text: string): Block[] {
  const raw = rawBlocks(text);
  const pairs = pairsOf(base, raw);
  const ids = new Names();
  for (const block of pairs.values()) ids.take(block.id);
  return raw.map((block) => ({ ...block, id: pairs.get(block)?.id ?? ids.free(block, "+") }));
}

/** Whether two texts say the same, however their lines are broken. In code white space counts. */
export function isSameText(a: string, b: string): boolean {
  return a === b || wordsOf(a) === wordsOf(b);
}

function wordsOf(text: string): string {
  return /^ {0,3}(?:```|~~~)/m.test(text) ? text : text.replace(/\s+/g, " ").trim();
}

class Names {
  readonly #taken = new Set<string>();

  take(id: string): void {
    this.#taken.add(id);
  }

  free({ section, kind, name, text }: RawBlock, mark: string): string {
    const stem = `${sectionKey(section)}\n${kind === "heading" ? "" : (name ?? `${mark}${wordsOf(text)}`)}`;
    let id = stem;
    for (let copy = 2; this.#taken.has(id); copy++) id = `${stem}\n${copy}`;
    this.#taken.add(id);
    return id;
  }
}

function sectionKey(heading: string): string {
  return heading.toLowerCase().replace(/\s*:$/, "");
}

/** Which block of the base each block is, by its name, by its text, or as what most likely became of it. */
function pairsOf(base: readonly Block[], raw: readonly RawBlock[]): Map<RawBlock, Block> {
  const pairs = new Map<RawBlock, Block>();
  const known = new Map<string, Block[]>();
  const keyOf = ({ section, kind, name, text }: RawBlock) =>
    `${sectionKey(section)}\n${kind}\n${kind === "heading" ? "" : (name ?? wordsOf(text))}`;
  for (const block of base) known.set(keyOf(block), [...(known.get(keyOf(block)) ?? []), block]);
  for (const block of raw) {
    const same = known.get(keyOf(block))?.shift();
    if (same !== undefined) pairs.set(block, same);
  }
  const taken = new Set(pairs.values());
  const before = places(base, (block) => (taken.has(block) ? block : null));
  const after = places(raw, (block) => pairs.get(block) ?? null);
  for (const [anchor, blocks] of before) {
    for (const [block, was] of likely(blocks, after.get(anchor) ?? [])) pairs.set(block, was);
  }
  return pairs;
}

/** Blocks without a pair that could be what became of another, by the block with a pair that they come after. */
function places<B extends RawBlock>(
  blocks: readonly B[],
  pairOf: (block: B) => Block | null,
): Map<Block | null, B[]> {
  const found = new Map<Block | null, B[]>();
  let anchor: Block | null = null;
  for (const block of blocks) {
    const pair = pairOf(block);
    if (pair !== null) anchor = pair;
    else if (block.name === null && block.kind !== "heading") {
      found.set(anchor, [...(found.get(anchor) ?? []), block]);
    }
  }
  return found;
}

/** The most alike first; then in order, where as many are left on both sides. */
function likely(before: readonly Block[], after: readonly RawBlock[]): [RawBlock, Block][] {
  const pairs: [RawBlock, Block][] = [];
  const free = new Set(after);
  const open = before.filter((was) => {
    const words = new Set(wordsOf(was.text).split(" "));
    const [best] = [...free]
      .filter(({ kind }) => kind === was.kind)
      .map((block) => ({ block, likeness: likeness(words, new Set(wordsOf(block.text).split(" "))) }))
      .filter(({ likeness: found }) => found >= 0.5)
      .sort((a, b) => b.likeness - a.likeness);
    if (best === undefined) return true;
    free.delete(best.block);
    pairs.push([best.block, was]);
    return false;
  });
  const rest = [...free];
  if (open.length !== rest.length) return pairs;
  for (const [index, was] of open.entries()) {
    const block = rest[index] as RawBlock;
    if (block.kind === was.kind) pairs.push([block, was]);
  }
  return pairs;
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((word) => b.has(word)).length;
  return shared / Math.max(1, Math.min(a.size, b.size));
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}#{1,6}(?:[ \t]|$)/;
const ITEM = /^( {0,3})(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)/;

function rawBlocks(text: string): RawBlock[] {
  const blocks: RawBlock[] = [];
  const lead = leadOf(text);
  let line = 1 + lead.split("\n").length - 1;
  for (const { id, text: lines, gap } of planSections(text.slice(lead.length))) {
    const whole = lines + gap;
    for (const block of inSection(whole, id)) {
      blocks.push({ ...block, line });
      line += (block.text + block.gap).split("\n").length - 1;
    }
  }
  return blocks;
}

/** Blank lines before the first block. */
export function leadOf(text: string): string {
  return /^(?:[ \t]*\n)*/.exec(text)?.[0] ?? "";
}

interface Open {
  kind: Block["kind"];
  /** Column that the text of an item begins at. */
  indent: number;
  text: string;
  gap: string;
}

function inSection(text: string, section: string): Omit<RawBlock, "line">[] {
  const found: Open[] = [];
  let fence: string | null = null;
  let isComment = false;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const current = found.at(-1);
    if (line.trim() === "" && fence === null && !isComment && current !== undefined) {
      current.gap += line;
      continue;
    }
    const begins = fence === null && !isComment ? startOf(line, current) : null;
    if (begins !== null) found.push({ ...begins, text: line, gap: "" });
    else if (current !== undefined) {
      current.text += current.gap + line;
      current.gap = "";
    }
    const mark = FENCE.exec(line.trimStart())?.[1] ?? null;
    if (!isComment && mark !== null && fence === null) fence = mark;
    else if (mark !== null && fence !== null && mark.startsWith(fence)) fence = null;
    if (fence === null) isComment = endsInComment(line, isComment);
  }
  return found.map(({ kind, text: lines, gap }) => {
    const whole = lines.endsWith("\n") ? lines : `${lines}\n`;
    const name = kind === "item" ? requirementIdOf(lines.replace(ITEM, "").replace(/\s+/g, " ")) : null;
    return { section, kind, name, text: whole, gap };
  });
}

/** What begins with this line; null where it goes on with what is open. */
function startOf(line: string, current: Open | undefined): Pick<Open, "kind" | "indent"> | null {
  const column = /^ */.exec(line)?.[0].length ?? 0;
  const isWithin = current?.kind === "item" && column >= current.indent;
  if (isWithin) return null;
  if (HEADING.test(line)) return { kind: "heading", indent: 0 };
  const item = ITEM.exec(line);
  if (item !== null) return { kind: "item", indent: Math.max(2, (item[1] as string).length + 2) };
  const goesOn = current !== undefined && current.kind !== "heading" && current.gap === "";
  return goesOn ? null : { kind: "other", indent: 0 };
}

function endsInComment(line: string, isComment: boolean): boolean {
  const open = line.lastIndexOf("<!--");
  const close = line.lastIndexOf("-->");
  return open < 0 && close < 0 ? isComment : open > close;
}
