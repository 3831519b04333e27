// What does a list of check boxes say, line by line? Spec-kit, OpenSpec and Kiro write their tasks so. What the ids and
// marks in a line mean is for their readers.

import type { List, ListItem, RootContent } from "mdast";
import type { Spot } from "../../model/imported.ts";
import { type Markdown, spelled } from "../markdown.ts";
import { oneLine, partsOf, spotOf } from "./prose.ts";

export interface CheckItem {
  readonly done: boolean;
  /** Kiro's `[ ]*`: nice to have. */
  readonly optional: boolean;
  readonly text: string;
  /** What is nested below it and has no box of its own, one statement each. */
  readonly details: readonly string[];
  /** The heading that it stands under, and the nearest one of the second level or above. */
  readonly heading: string;
  readonly phase: string;
  /** The item that it is nested in. */
  readonly parent: CheckItem | null;
  readonly spot: Spot;
}

export interface Checklist {
  readonly items: readonly CheckItem[];
  /** Lines of lists that have no box. */
  readonly others: readonly { readonly text: string; readonly spot: Spot; readonly phase: string }[];
}

const BOX = /^\[([ xX~/-]?)\](\*?)\s+/;

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

interface Around {
  readonly markdown: Markdown;
  readonly heading: string;
  readonly phase: string;
  readonly parent: CheckItem | null;
  readonly isTask: (text: string) => boolean;
}

function itemOf(node: ListItem, { markdown, heading, phase, parent, isTask }: Around): CheckItem | null {
  const head = headOf(node);
  const box = BOX.exec(head);
  const text = box === null ? head : head.slice(box[0].length).trim();
  if (text === "" || (box === null && !isTask(text))) return null;
  const below = node.children.slice(node.children[0]?.type === "paragraph" ? 1 : 0);
  return {
    done: /[xX]/.test(box?.[1] ?? ""),
    optional: box?.[2] === "*",
    text,
    details: below.flatMap(detailsOf),
    heading,
    phase,
    parent,
    spot: spotOf(markdown, node),
  };
}

function headOf(node: ListItem): string {
  const [first] = node.children;
  return first?.type === "paragraph" ? oneLine(spelled([first])) : "";
}

function detailsOf(block: RootContent): string[] {
  if (block.type !== "list")
    return [block.type === "paragraph" ? oneLine(spelled([block])) : spelled([block])];
  return block.children.flatMap((item) => {
    const head = headOf(item);
    if (BOX.test(head)) return [];
    const below = item.children.slice(item.children[0]?.type === "paragraph" ? 1 : 0);
    return [head, ...below.flatMap(detailsOf)].filter((text) => text !== "");
  });
}
