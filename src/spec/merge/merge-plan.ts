// What is PLAN.md when people edited it and it was planned anew? Section by section, and within a section that both
// changed line by line, by a merge of texts that the caller brings along.

import { type Item, mergeItems } from "./merge-items.ts";

/** Null where both sides changed the same lines. */
export type TextMerge = (base: string, ours: string, theirs: string) => string | null;

export interface MergedPlan {
  /** With the planned version wherever the two clash. */
  readonly text: string;
  /** Headings of sections that both sides changed differently; the empty one for what stands before all. */
  readonly clashes: readonly string[];
}

export function mergePlan(base: string, ours: string, theirs: string, mergeText: TextMerge): MergedPlan {
  if (theirs === base || theirs === ours) return { text: ours, clashes: [] };
  if (ours === base) return { text: theirs, clashes: [] };
  const [from, now, planned] = [base, ours, theirs].map(planSections) as [Section[], Section[], Section[]];
  const { items, clashes } = mergeItems<string>(
    { base: from, ours: now, theirs: planned },
    (heading, { base: was, ours: is, theirs: wanted }) => {
      const merged = is === null || wanted === null ? null : mergeText(was ?? "", is, wanted);
      return merged === null ? { text: wanted, clashes: [heading] } : { text: merged, clashes: [] };
    },
  );
  const gaps = new Map([...planned, ...now].map(({ id, gap }) => [id, gap]));
  const end = [now.at(-1), planned.at(-1)].find((section) => section?.id === items.at(-1)?.id)?.gap ?? "";
  const lines = items.map(({ id, text }, index) => {
    return text + (index === items.length - 1 ? end : gaps.get(id) || "\n");
  });
  return { text: lines.join(""), clashes };
}

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const HEADING = /^ {0,3}##\s+(.*?)\s*#*\s*$/;

interface Section extends Item {
  /** Blank lines behind it. */
  readonly gap: string;
}

/** The text by its headings of the second level; one that comes twice is told apart by a number. */
export function planSections(text: string): Section[] {
  const sections: { id: string; text: string }[] = [{ id: "", text: "" }];
  let fence: string | null = null;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (mark !== null && fence === null) fence = mark;
    else if (mark !== null && fence !== null && mark.startsWith(fence)) fence = null;
    const heading = fence === null && mark === null ? (HEADING.exec(line.trimEnd())?.[1] ?? null) : null;
    if (heading !== null) sections.push({ id: freeName(heading, sections), text: "" });
    const current = sections.at(-1) as { text: string };
    current.text += line;
  }
  return sections.filter(({ id, text: lines }) => id !== "" || lines !== "").map(withGap);
}

function withGap({ id, text }: Item): Section {
  const body = text.replace(/(?:(?<=\n)[ \t]*\r?\n)+[ \t]*$/, "");
  return { id, text: body.endsWith("\n") ? body : `${body}\n`, gap: text.slice(body.length) };
}

function freeName(heading: string, sections: readonly { readonly id: string }[]): string {
  const taken = (name: string) => sections.some(({ id }) => id === name);
  let name = heading === "" ? " " : heading;
  for (let copy = 2; taken(name); copy++) name = `${heading} (${copy})`;
  return name;
}
