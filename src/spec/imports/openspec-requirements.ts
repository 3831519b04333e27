// Which requirements does a spec of OpenSpec hold, and which does a delta add, change, take away or rename? They have
// names and no ids.

import type { RootContent } from "mdast";
import type { SourceLine } from "../../model/imported.ts";
import { type Markdown, spelled } from "../markdown/markdown.ts";
import { type DeltaKind, isDeltaHeading, REQUIREMENT_HEADING, SCENARIO_HEADING } from "./headings.ts";
import { itemText, oneLine, type Part, partsOf, spotOf } from "./prose.ts";
import { plainScenario } from "./spec-kit-story.ts";

export interface NamedRequirement {
  readonly name: string;
  readonly text: string;
  /** What its lists say outside of scenarios. */
  readonly rest: string;
  readonly scenarios: readonly { readonly text: string; readonly spot: SourceLine }[];
  readonly spot: SourceLine;
}

export interface Delta {
  readonly added: readonly NamedRequirement[];
  readonly modified: readonly NamedRequirement[];
  readonly removed: readonly NamedRequirement[];
  readonly renamed: readonly { readonly from: string; readonly to: string; readonly spot: SourceLine }[];
  /** Under no heading that says what becomes of them. */
  readonly others: readonly NamedRequirement[];
}

export function requirementsIn(
  markdown: Markdown,
  parts: readonly Part[] = partsOf(markdown),
): NamedRequirement[] {
  return parts.flatMap((part) => {
    const name = REQUIREMENT_HEADING.exec(part.heading)?.[1];
    if (name === undefined) return [];
    const scenarios = part.below.flatMap((below) => {
      const title = SCENARIO_HEADING.exec(below.heading)?.[1];
      if (title === undefined) return [];
      const steps = below.blocks.flatMap(linesOf).join(" ");
      return [{ text: plainScenario(title === "" ? steps : `${title}: ${steps}`), spot: below.spot }];
    });
    const prose = part.blocks.filter(({ type }) => type === "paragraph");
    const others = part.blocks.filter(({ type }) => type !== "paragraph" && type !== "thematicBreak");
    const text = prose.map((block) => oneLine(spelled([block]))).join(" ");
    return [{ name, text, rest: spelled(others), scenarios, spot: part.spot }];
  });
}

/** Steps of a scenario: items of a list, or lines of a paragraph. */
function linesOf(block: RootContent): string[] {
  if (block.type !== "list") return [oneLine(spelled([block]))];
  return block.children.map((item) => {
    const { head, rest } = itemText(item.children);
    return oneLine(`${head} ${rest}`);
  });
}

/** Null where the text is no delta. */
export function deltaIn(markdown: Markdown): Delta | null {
  const parts = partsOf(markdown);
  const under = (kind: DeltaKind) => parts.filter(({ heading }) => isDeltaHeading(heading, kind));
  const sections = (["added", "modified", "removed", "renamed"] as const).map(under);
  if (sections.every((found) => found.length === 0)) return null;
  const [added = [], modified = [], removed = [], renamed = []] = sections;
  const all = (found: readonly Part[]) => found.flatMap((part) => requirementsIn(markdown, part.below));
  const told = new Set(sections.flat().flatMap(({ below }) => below));
  const rest = parts.filter((part) => !told.has(part));
  return {
    added: all(added),
    modified: all(modified),
    removed: [...all(removed), ...removed.flatMap((part) => listedIn(part, markdown))],
    renamed: renamed.flatMap((part) => renamesIn(part, markdown)),
    others: requirementsIn(markdown, rest),
  };
}

const LISTED = /^`?(?:#+\s*)?requirement:\s*(.*?)`?$/i;

/** A removal may be an item of a list: `- ### Requirement: Name`. */
function listedIn(part: Part, markdown: Markdown): NamedRequirement[] {
  return itemsIn(part).flatMap(({ text, node }) => {
    const name = LISTED.exec(text)?.[1];
    return name === undefined
      ? []
      : [{ name, text: "", rest: "", scenarios: [], spot: spotOf(markdown, node) }];
  });
}

function renamesIn(part: Part, markdown: Markdown): Delta["renamed"][number][] {
  const renamed: Delta["renamed"][number][] = [];
  let from: string | null = null;
  for (const { text, node } of itemsIn(part)) {
    for (const match of text.matchAll(
      /\b(FROM|TO)\b:?\s*`?(?:#+\s*)?Requirement:\s*([^`]*?)(?=`|\s*\bTO\b|$)/gi,
    )) {
      const name = (match[2] ?? "").trim();
      if (/from/i.test(match[1] ?? "")) from = name;
      else if (from !== null) {
        renamed.push({ from, to: name, spot: spotOf(markdown, node) });
        from = null;
      }
    }
  }
  return renamed;
}

function itemsIn(part: Part): { readonly text: string; readonly node: RootContent }[] {
  return [part, ...part.below].flatMap(({ blocks }) =>
    blocks.flatMap((block) => {
      if (block.type !== "list")
        return [{ text: oneLine(spelled([block])).replaceAll("**", ""), node: block }];
      return block.children.map((node) => ({
        text: oneLine(spelled(node.children)).replaceAll("**", ""),
        node,
      }));
    }),
  );
}
