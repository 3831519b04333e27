// What does a feature request ask for, written as people write them? Headings say what a part is, items of lists are
// requirements, and where there are no lists each paragraph is one. What has no place of its own becomes context: nothing
// is left out.

import type { RootContent } from "mdast";
import type { ImportedFeature } from "../../model/imported.ts";
import type { Markdown } from "../markdown/markdown.ts";
import type { SourceFile } from "../read/source.ts";
import { filesIn } from "./file-names.ts";
import { markdownIn, type Notes } from "./foreign.ts";
import { ACCEPTANCE, BACKGROUND, BOUNDS, OUTSIDE, REQUIREMENTS_HEADING } from "./headings.ts";
import { bold, itemText, joined, oneLine, type Part, partsOf, piece, spotOf } from "./prose.ts";
import { leadingId, RequirementList } from "./requirement-list.ts";
import { seenText } from "./seen-text.ts";

type Kind = "story" | "problem" | "asked" | "proof" | "bounds" | "outside" | "measures" | "context";

const KINDS: readonly (readonly [Kind, RegExp])[] = [
  ["story", /^user stor(?:y|ies)$/i],
  ["outside", /^(?:non-?goals?|(?:what is )?(?:out of|not in) scope|won'?t do|not included)\b/i],
  ["bounds", /^(?:constraints?|restrictions?|limits?|limitations?|rules|must not|do not|don'?t)\b/i],
  [
    "proof",
    /^(?:acceptance|done when|definition of done|how (?:to|we) (?:test|verify)|tests?$|scenarios?$)/i,
  ],
  ["measures", /^(?:success (?:criteria|metrics)|metrics|goals?$)/i],
  [
    "problem",
    /^(?:problem|why|motivation|background|rationale|intent|summary|overview|introduction|the idea)\b/i,
  ],
  [
    "asked",
    /^(?:what|features?|scope|in scope|(?:expected |desired )?behaviou?r|functional|must(?: have)?|should|tasks?|to-?do|request|proposal|proposed solution|solution)\b/i,
  ],
  ["outside", OUTSIDE],
  ["bounds", BOUNDS],
  ["problem", BACKGROUND],
  ["asked", REQUIREMENTS_HEADING],
  // Scenarios of users are stories, and prove nothing by themselves.
  ["proof", new RegExp(`^(?!user )(?:.*(?:${ACCEPTANCE.source}))`, "iu")],
];

const LONGEST_TITLE = 80;

const ONLY_NON_GOALS =
  "It says what is out of scope, and has no requirement: a line that says what shall be true.";

export interface RequestSource {
  readonly file: SourceFile;
  /** Beats the heading of the request; null where nobody gave one. */
  readonly title: string | null;
}

/** Null where it is no text, or says nothing: notes tell. */
export function readRequest({ file, title }: RequestSource, notes: Notes): ImportedFeature | null {
  const markdown = markdownIn(file, notes);
  if (markdown === null) return null;
  const reading = new Reading(file.path, markdown, notes);
  const parts = partsOf(markdown);
  const first = parts.find(({ depth }) => depth > 0);
  const head = first?.depth === 1 && kindOf(first) !== "outside" ? first : null;
  for (const part of parts) reading.read(part, part === head);
  return reading.feature(title === null ? (head?.heading ?? null) : seenText(title).text);
}

function kindOf({ heading }: Part): Kind | undefined {
  return KINDS.find(([, words]) => words.test(heading))?.[0];
}

class Reading {
  readonly #file: string;
  readonly #markdown: Markdown;
  readonly #list: RequirementList;
  readonly #texts = { story: "", problem: "", context: "" };
  readonly #constraints: string[] = [];
  /** Of the constraints the first that asks for something; null where all say what is left out. */
  #bound: string | null = null;
  readonly #notes: Notes;
  readonly #criteria: { readonly id: null; readonly text: string }[] = [];
  /** Under no heading that says what they are: requirements, if the request has no others. */
  readonly #open: { readonly heading: string; readonly blocks: readonly RootContent[] }[] = [];
  /** Of the heading that the parts below belong to. */
  #above: { readonly depth: number; readonly kind: Kind } = { depth: 0, kind: "context" };

  constructor(file: string, markdown: Markdown, notes: Notes) {
    this.#file = file;
    this.#markdown = markdown;
    this.#notes = notes;
    this.#list = new RequirementList(notes);
  }

  read(part: Part, isTitle: boolean): void {
    const own = isTitle ? "context" : kindOf(part);
    const isBelow = part.depth > this.#above.depth;
    const kind = own ?? (isBelow && !isTitle ? this.#above.kind : "context");
    if (own !== undefined || !isBelow) this.#above = { depth: isTitle ? 0 : part.depth, kind };
    if (kind === "story" || kind === "problem")
      this.#keep(kind, own === undefined ? part.heading : "", part.blocks);
    else if (kind === "context") this.#open.push({ ...part, heading: isTitle ? "" : part.heading });
    else for (const block of part.blocks) this.#said(kind, block);
  }

  #said(kind: Kind, block: RootContent): void {
    if (block.type === "list") for (const item of block.children) this.#item(kind, item.children, item);
    else if (block.type === "paragraph") this.#item(kind, [block], block);
    else this.#keep("context", "", [block]);
  }

  #item(kind: Kind, blocks: readonly RootContent[], node: Parameters<typeof spotOf>[1]): void {
    const { head, rest } = itemText(blocks);
    const text = head.replace(/^\[[ xX]\]\s+/, "");
    if (oneLine(text + rest) === "") return;
    const flat = oneLine(joined(text, rest));
    if (kind === "bounds") {
      this.#bound ??= flat;
      this.#constraints.push(flat);
    } else if (kind === "outside") this.#constraints.push(`Out of scope: ${flat}`);
    else if (kind === "measures") this.#criteria.push({ id: null, text: flat });
    else {
      const named = leadingId(text);
      const proves = kind === "proof" ? ({ kind: "criterion" } as const) : {};
      this.#list.add(named?.id ?? null, named?.rest ?? text, spotOf(this.#markdown, node), {
        rest,
        ...proves,
      });
    }
  }

  /**
   * What is asked for stands in lists as a rule; else in paragraphs. Beside requirements, what stands under no heading is why
   * somebody wants them.
   */
  #takeOpen(): void {
    const isAsked = this.#list.list.some(({ kind }) => kind === "statement");
    const hasLists = this.#open.some(({ blocks }) => blocks.some(({ type }) => type === "list"));
    for (const { heading, blocks } of this.#open) {
      const rest: RootContent[] = [];
      for (const block of blocks) {
        if (isStory(block, this.#markdown)) this.#keep("story", "", [block]);
        else if (!isAsked && block.type === (hasLists ? "list" : "paragraph")) this.#said("asked", block);
        else rest.push(block);
      }
      this.#keep(heading === "" ? "problem" : "context", heading, rest);
    }
  }

  #keep(kind: "story" | "problem" | "context", heading: string, blocks: readonly RootContent[]): void {
    if (blocks.length === 0) return;
    this.#texts[kind] = joined(this.#texts[kind], bold(heading), piece(this.#markdown, blocks));
  }

  feature(named: string | null): ImportedFeature | null {
    this.#takeOpen();
    const { story, problem, context } = this.#texts;
    const [first] = this.#list.list;
    const said = [named, first?.text, problem, story, context, this.#bound, this.#criteria[0]?.text];
    const title = said.map((text) => clipped(text ?? "")).find((text) => text !== "");
    if (title === undefined) {
      if (this.#constraints.length > 0) this.#notes.warn("only-non-goals", null, ONLY_NON_GOALS);
      return null;
    }
    if (this.#list.list.every(({ kind }) => kind !== "statement")) {
      this.#list.add(null, title, { file: this.#file, line: 1 });
    }
    const asked = this.#list.list.map(({ text }) => text).join("\n");
    return {
      title,
      ...this.#texts,
      requirements: this.#list.list,
      constraints: this.#constraints,
      criteria: this.#criteria,
      steps: [],
      remarks: "",
      architecture: "",
      tests: "",
      risks: "",
      files: filesIn(joined(asked, this.#texts.context, this.#constraints.join("\n")), "").files,
    };
  }
}

function isStory(block: RootContent, markdown: Markdown): boolean {
  return block.type === "paragraph" && /^as an? /i.test(piece(markdown, [block]));
}

/** A title of one line, cut at the end of its first sentence or of a word; empty where nothing is said. */
function clipped(text: string): string {
  const said = text.split("\n").find((line) => /[\p{L}\p{N}]/u.test(line)) ?? "";
  const line = oneLine(said.replace(/^[#>*\s-]+|\*+$/g, ""));
  const sentence = /^(.+?[.!?])(?:\s|$)/.exec(line)?.[1] ?? line;
  const bare = sentence.replace(/[.!?]+$/, "");
  return bare.length <= LONGEST_TITLE ? bare : `${bare.slice(0, LONGEST_TITLE).replace(/\s+\S*$/, "")} …`;
}
