// What is a document of a feature when a person edited it and its template says something new? Piece by piece:
// requirements by their ids, all else by what it says. What one side alone changed is taken from that side.

import type { Change } from "../../model/feature-diff.ts";
import type { PartChange } from "../../model/template-update.ts";
import { type Block, blocksLike, blocksOf, isSameText, leadOf } from "./document-blocks.ts";
import { mergeItems } from "./merge-items.ts";
import type { TextMerge } from "./merge-plan.ts";

/** Four texts with `\n` line ends. */
export interface DocumentSides {
  /** As it was rendered when the feature was made or last updated. */
  readonly base: string;
  readonly mine: string;
  /** As the new version renders it with the values of now. */
  readonly template: string;
  /** As the new version renders it with the values of then: where it equals the base, the template changed nothing. */
  readonly asGiven: string;
}

export interface Settling {
  /** Which side a conflict is settled by; null: by a person. */
  readonly prefer: "mine" | "template" | null;
  readonly mergeText: TextMerge;
}

export type Part = Omit<PartChange, "document" | "place"> & {
  /** Line of the person's text of it, from 1; null where there is none. */
  readonly line: number | null;
};

export interface MergedDocument {
  /** With the template's side wherever the two clash. */
  readonly text: string;
  readonly parts: readonly Part[];
}

/** One piece on four sides; null where a side does not have it. */
export interface PieceSides {
  readonly base: string | null;
  readonly mine: string | null;
  readonly template: string | null;
  readonly asGiven: string | null;
}

export function mergeDocument(sides: DocumentSides, settling: Settling): MergedDocument {
  const base = blocksOf(sides.base);
  const [mine, template, asGiven] = [sides.mine, sides.template, sides.asGiven].map((text) =>
    blocksLike(base, text),
  ) as [Block[], Block[], Block[]];
  const known = [base, mine, template, asGiven].map((side) => new Map(side.map((one) => [one.id, one])));
  const textIn = (side: number, id: string) => known[side]?.get(id)?.text ?? null;
  const parts = new Map<string, Part>();
  const tell = (id: string, versions: PieceSides, outcome: Outcome) => {
    const block = known.map((side) => side.get(id)).find((one) => one !== undefined) as Block;
    const line = known[1]?.get(id)?.line ?? null;
    parts.set(id, {
      part: partName(block),
      outcome,
      change: changeOf(versions, outcome),
      ...told(versions),
      line,
    });
  };
  const order = arrangedLike(template, base, mine);
  const { items } = mergeItems<never>(
    { base, ours: mine, theirs: order },
    (id, { base: b, ours, theirs }) => {
      const versions = { base: b, mine: ours, template: theirs, asGiven: textIn(3, id) };
      const isOther = (known[1]?.get(id) ?? known[2]?.get(id))?.kind === "other";
      const { text, outcome } = settle(versions, isOther ? settling : whole(settling), isSameText);
      tell(id, versions, outcome);
      return { text, clashes: [] };
    },
  );
  const all = new Set([...base, ...mine, ...template].map(({ id }) => id));
  for (const id of all) {
    const versions = { base: textIn(0, id), mine: textIn(1, id), template: textIn(2, id), asGiven: null };
    if (parts.has(id) || versions.mine === versions.template) continue;
    tell(id, versions, versions.mine === versions.base ? "taken" : "kept");
  }
  return { text: joined(items, { mine, template }, sides), parts: inOrder(parts, items, all) };
}

type Outcome = PartChange["outcome"];

/** Two changes of one requirement are for a person to see together, also where they are on different lines of it. */
function whole({ prefer }: Settling): Settling {
  return { prefer, mergeText: () => null };
}

/** What becomes of a piece that both sides changed, in different ways. */
export function settle(
  { base, mine, template, asGiven }: PieceSides,
  { prefer, mergeText }: Settling,
  isSame: (a: string, b: string) => boolean,
): { readonly text: string | null; readonly outcome: Outcome } {
  const same = (a: string | null, b: string | null) => a === b || (a !== null && b !== null && isSame(a, b));
  if (same(mine, base)) return { text: template, outcome: "taken" };
  if (same(template, base) || same(asGiven, base) || same(mine, template))
    return { text: mine, outcome: "kept" };
  if (mine === null) return { text: null, outcome: "skipped" };
  const merged = base === null || template === null ? null : mergeText(base, mine, template);
  if (merged !== null) return { text: merged, outcome: "taken" };
  if (prefer === "mine") return { text: mine, outcome: "kept" };
  return { text: template, outcome: prefer === null ? "conflict" : "taken" };
}

function told({ base, mine, template }: PieceSides) {
  const [b, m, t] = [base, mine, template].map((text) => text?.trimEnd() ?? null);
  return { base: b ?? null, mine: m ?? null, template: t ?? null };
}

/** By whom it is told: the template, where it was taken or skipped, else the person. */
export function changeOf({ base, mine, template }: PieceSides, outcome: Outcome): Change {
  const now = outcome === "taken" || outcome === "skipped" ? template : mine;
  if (base === null) return "added";
  return now === null ? "removed" : "changed";
}

const SHOWN = 60;

function partName({ name, section, kind, text }: Block): string {
  if (name !== null) return name;
  const words = text.replace(/\s+/g, " ").trim();
  if (kind === "heading") return `heading ${words.replace(/^#+\s*|\s*#+$/g, "")}`;
  const start = words.length > SHOWN ? `${words.slice(0, SHOWN - 1)}…` : words;
  return section === "" ? start : `${section}: ${start}`;
}

/**
 * Where the person moved things and the template did not, the template's blocks in the person's order; each of its own
 * comes after what it stood behind.
 */
function arrangedLike(
  template: readonly Block[],
  base: readonly Block[],
  mine: readonly Block[],
): readonly Block[] {
  const ids = new Set(base.map(({ id }) => id));
  const theirs = new Set(template.map(({ id }) => id));
  const mineIds = new Set(mine.map(({ id }) => id));
  const shared = (side: readonly Block[]) =>
    side.map(({ id }) => id).filter((id) => ids.has(id) && theirs.has(id) && mineIds.has(id));
  const [was, is, wanted] = [base, mine, template].map((side) => shared(side).join("\0"));
  if (is === was || wanted !== was) return template;
  const followers = new Map<string | null, Block[]>();
  const inBoth = new Set(shared(template));
  let anchor: string | null = null;
  for (const block of template) {
    if (inBoth.has(block.id)) anchor = block.id;
    followers.set(anchor, [...(followers.get(anchor) ?? []), block]);
  }
  return [null, ...shared(mine)].flatMap((id) => followers.get(id) ?? []);
}

/** Blank lines between two blocks are those that stood between them, at the person's first. */
function joined(
  items: readonly { readonly id: string; readonly text: string }[],
  { mine, template }: { readonly mine: readonly Block[]; readonly template: readonly Block[] },
  sides: DocumentSides,
): string {
  const gaps = new Map<string, string>();
  for (const side of [template, mine]) {
    for (const [index, { id, gap }] of side.entries()) gaps.set(`${id}\0${side[index + 1]?.id ?? ""}`, gap);
  }
  const kinds = new Map([...template, ...mine].map((block) => [block.id, block.kind]));
  const text = items.map(({ id, text: lines }, index) => {
    const next = items[index + 1];
    if (next === undefined) return lines + (mine.at(-1)?.gap ?? "");
    const isTight = kinds.get(id) === "item" && kinds.get(next.id) === "item";
    return lines + (gaps.get(`${id}\0${next.id}`) ?? (isTight ? "" : "\n"));
  });
  const whole = leadOf(sides.mine) + text.join("");
  const isOpen = sides.mine !== "" && !sides.mine.endsWith("\n");
  return isOpen && items.at(-1)?.id === mine.at(-1)?.id ? whole.replace(/\n$/, "") : whole;
}

/** As they come in the result; what is not in it after all that is. */
function inOrder(
  parts: ReadonlyMap<string, Part>,
  items: readonly { readonly id: string }[],
  all: ReadonlySet<string>,
): Part[] {
  const ids = new Set([...items.map(({ id }) => id), ...all]);
  return [...ids].flatMap((id) => parts.get(id) ?? []);
}
