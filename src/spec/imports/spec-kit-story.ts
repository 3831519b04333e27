// What does one user story of spec-kit ask for? The story is a requirement, and each of its scenarios is a criterion of
// it, so that tasks can trace to either.

import type { RootContent } from "mdast";
import { type Markdown, spelled } from "../markdown/markdown.ts";
import { ACCEPTANCE } from "./headings.ts";
import { itemText, oneLine, type Part, piece, spotOf } from "./prose.ts";
import type { RequirementList } from "./requirement-list.ts";

interface Story {
  readonly markdown: Markdown;
  readonly list: RequirementList;
  readonly id: string;
  /** Null where only its scenarios are to be read. */
  readonly title: string | null;
}

/** The id of the story as it is kept, and why it matters as much as it does, which no task needs to know. */
export function readStory(
  part: Part,
  { markdown, list, id, title }: Story,
): { readonly id: string | null; readonly why: string } {
  const { scenarios, prose, why } = parted(part, markdown);
  const about = [title ?? "", ...prose].map((text) => text.trim()).filter((text) => text !== "");
  const kept = title === null ? list.idOf(id) : list.add(id, sentences(about), part.spot);
  for (const [index, { text, block }] of scenarios.entries()) {
    list.add(`${kept ?? id}.${index + 1}`, text, spotOf(markdown, block), { kind: "criterion", of: kept });
  }
  return { id: kept, why: why.join(" ") };
}

/** `**受入基準**:` and the like, which says that a list follows. */
const BARE_LABEL = /^\*\*[^*]+\*\*\s*[:：]?$/u;

interface Parted {
  readonly scenarios: { readonly text: string; readonly block: RootContent }[];
  readonly prose: string[];
  readonly why: string[];
}

function parted(part: Part, markdown: Markdown): Parted {
  const scenarios: Parted["scenarios"] = [];
  const prose: string[] = [];
  const why: string[] = [];
  const underHeading = ACCEPTANCE.test(part.heading);
  for (const { heading, blocks } of [part, ...part.below]) {
    let inScenarios = underHeading || ACCEPTANCE.test(heading);
    for (const [index, block] of blocks.entries()) {
      const next = blocks[index + 1];
      const text = block.type === "list" ? "" : oneLine(piece(markdown, [block]));
      if (
        block.type === "list" &&
        (inScenarios ||
          block.ordered === true ||
          isGherkin(block.children.map((item) => spelled(item.children))))
      ) {
        for (const item of block.children) {
          const { head, rest } = itemText(item.children);
          scenarios.push({ text: plainScenario(`${head} ${rest}`), block: item });
        }
      } else if (ACCEPTANCE.test(/^\*\*[^*]+\*\*/.exec(text)?.[0] ?? "")) inScenarios = true;
      else if (BARE_LABEL.test(text) && next?.type === "list" && next.ordered === true) continue;
      else if (block.type === "list")
        prose.push(...block.children.map((item) => oneLine(spelled(item.children))));
      else if (/^\*\*why this priority/i.test(text)) why.push(text);
      else prose.push(text.replace(/^\*\*([^*]+?):?\*\*:?/, "$1:"));
    }
  }
  return { scenarios, prose, why };
}

const GIVEN =
  /^[\s*_]*(?:假如|假设|假設|给定|給定|前提|もし|조건|먼저|만일|dad[oa]s?\b|étant donné|angenommen|gegeben|допустим|дано|بافتراض)/iu;

function isGherkin(items: readonly string[]): boolean {
  return items.some((text) => /^\W*(?:scenario|given|when)\b/i.test(text) || GIVEN.test(text));
}

/** Without the bold of its key words. */
export function plainScenario(text: string): string {
  return oneLine(text.replaceAll("**", "").replace(/\s*(?:^|\s)- (?=(?:given|when|then|and|but)\b)/gi, " "));
}

function sentences(texts: readonly string[]): string {
  return texts.map((text) => (/[.!?:。！？]$/u.test(text) ? text : `${text}.`)).join(" ");
}
