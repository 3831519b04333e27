// What does a list of check boxes say, line by line? Spec-kit, OpenSpec and Kiro write their tasks so. What the ids and
// marks in a line mean is for their readers.

import type { Heading, List, ListItem, Paragraph, RootContent } from "mdast";
import type { SourceLine } from "../../model/imported.ts";
import { type Markdown, spelled } from "../markdown/markdown.ts";
import type { Notes } from "./foreign.ts";
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

type Says = (text: string) => boolean;

/**
 * `isTask` says which items without a box are tasks all the same. A box without a number inside of one that has a number is
 * a detail of it, where `isNumbered` tells them apart.
 */
export function checklistIn(markdown: Markdown, isTask: Says, isNumbered: Says = () => false): Checklist {
  const items: CheckItem[] = [];
  const others: Checklist["others"][number][] = [];
  let phase = "";
  for (const { heading, depth, blocks } of partsOf(markdown)) {
    if (depth <= 2) phase = heading;
    const visit = (list: List, parent: CheckItem | null): void => {
      for (const node of list.children) {
        const item = itemOf(node, { markdown, heading, phase, parent, isTask, isNumbered });
        if (item !== null && parent !== null && isNumbered(parent.text) && !isNumbered(item.text)) continue;
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

/** Struck out, or marked as not to be done. */
const DROPPED = /^~~|^\[?(?:skip(?:ped)?|deferred|cancel{1,2}ed|dropped|n\/a)\s*[\]:]/i;

/**
 * Where some items have a name of their own, those without one that stand under other headings are no tasks: what to look
 * at in the end, what a spec has to have. Neither is what is struck out. Both is told.
 */
export function setAside(
  all: readonly CheckItem[],
  isNamed: Says,
  notes: Notes,
): { readonly items: readonly CheckItem[]; readonly aside: readonly CheckItem[] } {
  const homes = new Set(all.filter(({ text }) => isNamed(text)).map(({ heading }) => heading));
  const isDropped = ({ text }: CheckItem) => DROPPED.test(plainSigns(text));
  const isApart = ({ heading, text }: CheckItem) => homes.size > 0 && !isNamed(text) && !homes.has(heading);
  const isAside = (item: CheckItem) => isDropped(item) || isApart(item);
  const aside = all.filter(isAside);
  for (const item of aside) {
    const why = isDropped(item)
      ? "it is struck out or skipped"
      : "it has no number, and stands apart from the tasks, which have";
    notes.note("no-task", item.spot, `"${oneLine(item.text).slice(0, 60)}" is no task: ${why}.`);
  }
  return { items: all.filter((item) => !isAside(item)), aside };
}

/** Tasks that are headings, each with what stands below it. Empty where no heading is one. */
export function headedTasks(markdown: Markdown, isTask: Says): readonly CheckItem[] {
  let phase = "";
  return partsOf(markdown).flatMap((part): CheckItem[] => {
    const { heading, depth, blocks, below, spot } = part;
    if (!isTask(heading)) {
      if (depth <= 2) phase = heading;
      return [];
    }
    const all = [...blocks, ...below.flatMap((one) => one.blocks)];
    const text = oneLine(heading.replace(PICTURE, ""));
    const details = all.flatMap((block) => detailsOf(block));
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
  readonly isTask: Says;
  readonly isNumbered: Says;
}

function itemOf(
  node: ListItem,
  { markdown, heading, phase, parent, isTask, isNumbered }: Around,
): CheckItem | null {
  const head = headOf(node);
  const box = boxOf(head);
  const text = box === null ? head : head.slice(box[0].length).trim();
  if (text === "" || (box === null && !isTask(text))) return null;
  const below = node.children.slice(isHead(node.children[0]) ? 1 : 0);
  return {
    done: /[xX✓✔✅]/u.test(box?.[1] ?? ""),
    optional: box?.[2] === "*",
    text,
    details: below.flatMap((block) => detailsOf(block, isNumbered(text) ? isNumbered : null)),
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

/** Without boxes, which are tasks of their own; `isNumbered` says which of them are, where not all. */
function detailsOf(block: RootContent, isNumbered: Says | null = null): string[] {
  if (block.type !== "list")
    return [block.type === "paragraph" ? oneLine(spelled([block])) : spelled([block])];
  return block.children.flatMap((item) => {
    const head = headOf(item);
    const box = boxOf(head);
    const text = box === null ? head : head.slice(box[0].length).trim();
    if (box !== null && (isNumbered === null || isNumbered(text))) return [];
    const below = item.children.slice(isHead(item.children[0]) ? 1 : 0);
    return [text, ...below.flatMap((one) => detailsOf(one, isNumbered))].filter((line) => line !== "");
  });
}
