// What does a list of check boxes say, line by line? Spec-kit, OpenSpec and Kiro write their tasks so. What the ids and
// marks in a line mean is for their readers.

import type { Heading, List, ListItem, Paragraph, RootContent } from "mdast";
import type { SourceLine } from "../../model/imported.ts";
import { type Markdown, spelled } from "../markdown/markdown.ts";
import { plainSigns } from "./plain-signs.ts";
import { oneLine, partsOf, spotOf } from "./prose.ts";

export interface CheckItem {
  readonly done: boolean;
  /** Kiro's `[ ]*`: nice to have. */
  readonly optional: boolean;
  readonly text: string;
  /** What is nested below it and has no box of its own, one statement each. */
  readonly details: readonly string[];
  /** Boxes below a task that is a heading: what has to hold when it is done. */
  readonly criteria: readonly string[];
  /** The heading that it stands under, and the nearest one of the second level or above. */
  readonly heading: string;
  readonly phase: string;
  /** The item that it is nested in. */
  readonly parent: CheckItem | null;
  readonly spot: SourceLine;
}

export interface Checklist {
  readonly items: readonly CheckItem[];
  /** Lines of lists that have no box. */
  readonly others: readonly { readonly text: string; readonly spot: SourceLine; readonly phase: string }[];
}

/** Whatever stands in it; a letter other than x, as in `[P]`, makes no box, and neither does a link. */
const BOX = /^\[([^\p{L}\p{N}\]]?|[xX])\uFE0F?\](\*?)(?:\s+|(?=[^\s([\]:]))/u;

/** The box that a line begins with, as long as it is in that line. */
function boxOf(head: string): RegExpExecArray | null {
  return BOX.exec(plainSigns(head));
}

/** `isTask` says which items without a box are tasks all the same. */
export function checklistIn(markdown: Markdown, isTask: (text: string) => boolean): Checklist {
  const items: CheckItem[] = [];
  const others: Checklist["others"][number][] = [];
  let phase = "";
  for (const { heading, depth, blocks } of partsOf(markdown)) {
    if (depth <= 2) phase = heading;
    const visit = (list: List, parent: CheckItem | null): void => {
      for (const node of list.children) {
        const item = itemOf(node, { markdown, heading, phase, parent, isTask });
        if (item === null) others.push({ text: headOf(node), spot: spotOf(markdown, node), phase });
        else items.push(item);
        for (const child of node.children) if (child.type === "list") visit(child, item ?? parent);
      }
    };
    for (const block of blocks) if (block.type === "list") visit(block, null);
  }
  const isInside = new Set(items.flatMap(({ details }) => details));
  return { items, others: others.filter(({ text }) => !isInside.has(text)) };
}

/** Tasks that are headings, each with what stands below it. Empty where no heading is one. */
export function headedTasks(markdown: Markdown, isTask: (text: string) => boolean): readonly CheckItem[] {
  let phase = "";
  return partsOf(markdown).flatMap((part): CheckItem[] => {
    const { heading, depth, blocks, below, spot } = part;
    if (!isTask(heading)) {
      if (depth <= 2) phase = heading;
      return [];
    }
    const all = [...blocks, ...below.flatMap((one) => one.blocks)];
    const text = oneLine(heading.replace(PICTURE, ""));
    const details = all.flatMap(detailsOf);
    const criteria = all.flatMap(boxesIn);
    const around = { heading: phase, phase, parent: null, spot };
    return [{ done: heading.includes("✅"), optional: false, text, details, criteria, ...around }];
  });
}

const PICTURE = /\p{Extended_Pictographic}\uFE0F?/gu;

function boxesIn(block: RootContent): string[] {
  if (block.type !== "list") return [];
  return block.children.flatMap((item) => {
    const head = headOf(item);
    const box = boxOf(head);
    return [...(box === null ? [] : [head.slice(box[0].length)]), ...item.children.flatMap(boxesIn)];
  });
}

interface Around {
  readonly markdown: Markdown;
  readonly heading: string;
  readonly phase: string;
  readonly parent: CheckItem | null;
  readonly isTask: (text: string) => boolean;
}

function itemOf(node: ListItem, { markdown, heading, phase, parent, isTask }: Around): CheckItem | null {
  const head = headOf(node);
  const box = boxOf(head);
  const text = box === null ? head : head.slice(box[0].length).trim();
  if (text === "" || (box === null && !isTask(text))) return null;
  const below = node.children.slice(isHead(node.children[0]) ? 1 : 0);
  return {
    done: /[xX✓✔✅]/u.test(box?.[1] ?? ""),
    optional: box?.[2] === "*",
    text,
    details: below.flatMap(detailsOf),
    criteria: [],
    heading,
    phase,
    parent,
    spot: spotOf(markdown, node),
  };
}

function headOf(node: ListItem): string {
  const [first] = node.children;
  // An item with dashes below it is a heading to Markdown.
  return isHead(first) ? oneLine(spelled(first.children)) : "";
}

function isHead(block: RootContent | undefined): block is Paragraph | Heading {
  return block?.type === "paragraph" || block?.type === "heading";
}

function detailsOf(block: RootContent): string[] {
  if (block.type !== "list")
    return [block.type === "paragraph" ? oneLine(spelled([block])) : spelled([block])];
  return block.children.flatMap((item) => {
    const head = headOf(item);
    if (boxOf(head) !== null) return [];
    const below = item.children.slice(isHead(item.children[0]) ? 1 : 0);
    return [head, ...below.flatMap(detailsOf)].filter((text) => text !== "");
  });
}
