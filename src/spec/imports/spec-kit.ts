// What does a feature folder of GitHub's spec-kit say? spec.md is its request, plan.md and the papers beside it are its
// plan; its tasks are read in spec-kit-tasks.ts.

import type { RootContent } from "mdast";
import type { ImportedFeature } from "../../model/imported.ts";
import { type Markdown, spelled } from "../markdown/markdown.ts";
import { askedIn, type ForeignSpec, markdownIn, type Notes } from "./foreign.ts";
import { NO_REQUIREMENT, numberedHeading, REQUIREMENTS_HEADING, SUCCESS } from "./headings.ts";
import {
  bold,
  itemText,
  joined,
  oneLine,
  type Part,
  partsOf,
  piece,
  spotOf,
  unmarked,
  whole,
} from "./prose.ts";
import { leadingId, RequirementList } from "./requirement-list.ts";
import { readStory } from "./spec-kit-story.ts";
import { specKitSteps } from "./spec-kit-tasks.ts";

/** Sections of older templates that are about writing the spec, and not about what is asked for. */
const BOILERPLATE =
  /^(?:execution (?:flow|status)|⚡|quick guidelines|review & acceptance|section requirements|for ai generation)/i;
const LABEL = /^\*\*([^*]+?):?\*\*:?\s*(.*)$/;

/** Null where there is no spec.md that can be read. */
export function readSpecKit(spec: ForeignSpec, notes: Notes): ImportedFeature | null {
  const file = spec.files.get("spec.md");
  const markdown = file === undefined ? null : askedIn(file, notes);
  if (file === undefined || markdown === null) {
    if (file === undefined)
      notes.warn("missing-file", { file: spec.source, line: 1 }, "There is no spec.md.");
    return null;
  }
  const request = requestIn(markdown, notes);
  const plan = planIn(spec, notes);
  const tasks = specKitSteps(spec, { requirements: request.list, plan: plan.architecture }, notes);
  tellOthers(spec, notes);
  return {
    title: request.title === "" ? spec.name : request.title,
    story: request.story,
    problem: request.problem,
    requirements: request.list.list,
    constraints: [],
    criteria: request.criteria,
    context: request.context,
    ...tasks,
    ...plan,
  };
}

interface Request {
  title: string;
  story: string;
  problem: string;
  context: string;
  readonly criteria: { readonly id: string | null; readonly text: string }[];
  readonly list: RequirementList;
}

function requestIn(markdown: Markdown, notes: Notes): Request {
  const request: Request = {
    title: "",
    story: "",
    problem: "",
    context: "",
    criteria: [],
    list: new RequirementList(notes),
  };
  const parts = partsOf(markdown);
  const top = parts.filter(({ depth }) => depth <= 2);
  for (const part of top) {
    const { heading, depth } = part;
    const kind = kindOf(part);
    if (depth < 2) readHead(part, { markdown, request });
    else if (kind === "stories") readStories(part, { markdown, request }, notes);
    else if (kind === "requirements") readRequirements(part, { markdown, request });
    else if (kind === "criteria") readCriteria(part, { markdown, request });
    else if (BOILERPLATE.test(heading))
      notes.note("section", part.spot, `The section "${heading}" is not carried over.`);
    else request.context = joined(request.context, whole(markdown, part));
  }
  return request;
}

/** By its heading in English, else by the numbers and ids that it holds in any language. */
function kindOf(part: Part): "stories" | "requirements" | "criteria" | null {
  const { heading } = part;
  if (/user (?:scenarios|stories)/i.test(heading)) return "stories";
  if (/^(?:functional |non-functional )?requirements\b/i.test(heading)) return "requirements";
  if (/success criteria/i.test(heading)) return "criteria";
  if (part.below.some((one) => one.depth === 3 && storyIn(one.heading) !== null && hasSteps(one)))
    return "stories";
  const ids = [part, ...part.below].flatMap(({ blocks }) => blocks.flatMap(idsIn));
  if (ids.some((id) => /^(?:N?FR|NFR|REQ)\b/.test(id))) return "requirements";
  if (ids.some((id) => /^SC\b/.test(id)) || (ids.length > 0 && SUCCESS.test(heading))) return "criteria";
  // Ids are translated, too: `RF-001`, `ФТ-001`.
  return ids.length > 0 && REQUIREMENTS_HEADING.test(heading) ? "requirements" : null;
}

function hasSteps({ below, blocks }: Part): boolean {
  const all = [...blocks, ...below.flatMap((one) => one.blocks)];
  return all.some((block) => block.type === "list" && block.ordered === true);
}

function idsIn(block: RootContent): string[] {
  if (block.type !== "list") return [];
  return block.children.flatMap((item) => leadingId(itemText(item.children).head)?.id ?? []);
}

/** `User Story 2 - Title`, in any language. */
function storyIn(heading: string): { readonly number: string; readonly title: string } | null {
  const match = /^(?:primary )?user stor(?:y|ies)\s*(\d*(?:\.\d+)?)\s*[:–—-]?\s*(.*)$/i.exec(heading);
  if (match !== null) return { number: match[1] ?? "", title: match[2] ?? "" };
  const found = numberedHeading(heading);
  return found === null || found.word === "" || found.title === "" ? null : found;
}

interface RequestContext {
  readonly markdown: Markdown;
  readonly request: Request;
}

/** The title, and lines such as `**Status**: Draft`, of which the input says what the feature is for. */
function readHead(part: Part, { markdown, request }: RequestContext): void {
  if (part.depth === 1 && request.title === "")
    request.title = part.heading.replace(/^(?:feature )?spec(?:ification)?\s*[:–—-]\s*/i, "");
  for (const block of part.blocks) {
    const text = piece(markdown, [block]);
    const rest = text.split("\n").filter((line) => {
      const [, label = "", value = ""] = LABEL.exec(line.trim()) ?? [];
      if (/^input$/i.test(label)) {
        request.problem = joined(
          request.problem,
          value.replace(/^user description:\s*/i, "").replace(/^"(.*)"$/, "$1"),
        );
        return false;
      }
      return true;
    });
    request.context = joined(request.context, rest.join("\n"));
  }
}

function readStories(part: Part, { markdown, request }: RequestContext, notes: Notes): void {
  request.context = joined(request.context, piece(markdown, part.blocks));
  const stories = part.below.filter(({ depth }) => depth === 3);
  const numbers = new Set(stories.flatMap(({ heading }) => storyIn(heading)?.number ?? []));
  const given = new Set<string>();
  let last = 0;
  for (const story of stories) {
    const { number, title } = storyIn(story.heading) ?? { number: null, title: "" };
    if (number === null) {
      const isOfLast = /acceptance scenarios/i.test(story.heading);
      if (isOfLast)
        readStory(story, { markdown, list: request.list, id: `US${Math.max(last, 1)}`, title: null });
      else request.context = joined(request.context, whole(markdown, story));
      continue;
    }
    if (/^\d+$/.test(number) && !given.has(number)) last = Number(number);
    else {
      // None, a second one, or one such as 1.5, which could be the fifth scenario of story 1.
      do last++;
      while (numbers.has(String(last)) || given.has(String(last)));
      if (number !== "")
        notes.note(
          "renamed-id",
          story.spot,
          `The story ${number} is called US${last}, because no other story has that number.`,
        );
    }
    given.add(String(last));
    const { id, why } = readStory(story, { markdown, list: request.list, id: `US${last}`, title });
    const told = title === "" ? piece(markdown, story.blocks.slice(0, 1)) : title;
    request.story = joined(request.story, `${bold(id ?? `US${last}`)} ${told}`, why);
  }
  if (last === 0 && given.size === 0)
    notes.note("no-stories", part.spot, "There is no user story with a heading of its own.");
}

function readRequirements(part: Part, { markdown, request }: RequestContext): void {
  for (const { heading, blocks, spot, depth } of [part, ...part.below]) {
    const named = depth > 2 ? leadingId(`${heading}: `) : null;
    if (named !== null) {
      request.list.add(named.id, oneLine(heading.slice(named.id.length).replace(/^[\s:–—-]+/, "")), spot, {
        rest: spelled(blocks),
      });
      continue;
    }
    if (NO_REQUIREMENT.test(heading)) {
      request.context = joined(request.context, bold(heading), piece(markdown, blocks));
      continue;
    }
    for (const block of blocks) {
      if (block.type === "list") {
        for (const item of block.children) {
          const { head, rest } = itemText(item.children);
          const id = leadingId(head);
          request.list.add(id?.id ?? null, id?.rest ?? head, spotOf(markdown, item), { rest });
        }
      } else {
        const text = piece(markdown, [block]);
        const id = block.type === "paragraph" ? leadingId(oneLine(text)) : null;
        if (id !== null) request.list.add(id.id, id.rest, spotOf(markdown, block));
        else request.context = joined(request.context, text);
      }
    }
  }
}

function readCriteria(part: Part, { markdown, request }: RequestContext): void {
  for (const { blocks } of [part, ...part.below]) {
    for (const block of blocks) {
      if (block.type !== "list") request.context = joined(request.context, piece(markdown, [block]));
      else
        for (const item of block.children) {
          const { head, rest } = itemText(item.children);
          const id = leadingId(head);
          request.criteria.push({ id: id?.id ?? null, text: oneLine(`${id?.rest ?? head} ${rest}`) });
        }
    }
  }
}

/** `NEEDS CLARIFICATION` without brackets is an open question all the same. */
const OPEN = /^(\s*\*\*([^*]+?):?\*\*:?\s*)NEEDS CLARIFICATION(?::?\s*(.*))?$/gim;

function planIn(spec: ForeignSpec, notes: Notes): Pick<ImportedFeature, "architecture" | "tests" | "risks"> {
  const texts = { architecture: "", tests: "", risks: "" };
  for (const name of ["plan.md", "research.md", "data-model.md", "quickstart.md"]) {
    const file = spec.files.get(name);
    const markdown = file === undefined ? null : markdownIn(file, notes);
    if (markdown === null) continue;
    const usual = name === "quickstart.md" ? "tests" : "architecture";
    if (name !== "plan.md") texts[usual] = joined(texts[usual], bold(unmarked(name)));
    for (const part of partsOf(markdown).filter(({ depth }) => depth <= 2)) {
      const section = /risk|complexity/i.test(part.heading)
        ? "risks"
        : /test/i.test(part.heading)
          ? "tests"
          : usual;
      const text = part.depth === 2 ? whole(markdown, part) : piece(markdown, part.blocks);
      const asked = text.replace(OPEN, (_all, head: string, label: string, rest?: string) => {
        return `${head}[NEEDS CLARIFICATION: ${label}${rest ? `: ${rest.replaceAll("]", ")")}` : ""}]`;
      });
      if (asked !== text)
        notes.note(
          "open-question",
          part.spot,
          `Open questions under "${part.heading}" are marked in brackets, and wait for answers.`,
        );
      texts[section] = joined(texts[section], asked);
    }
  }
  const contracts = [...spec.files.keys()].filter((name) => name.startsWith("contracts/"));
  const listed = contracts.map((name) => `- ${spec.source}/${name}`).join("\n");
  if (listed !== "")
    texts.architecture = joined(texts.architecture, "Contracts, which stay where they are:", listed);
  return texts;
}

const READ = new Set(["spec.md", "plan.md", "tasks.md", "research.md", "data-model.md", "quickstart.md"]);

function tellOthers(spec: ForeignSpec, notes: Notes): void {
  for (const [name, { path }] of spec.files) {
    if (READ.has(name)) continue;
    const spot = { file: path, line: 1 };
    if (name.startsWith("contracts/"))
      notes.note("contract", spot, "The plan names this contract; its text is not carried over.");
    else notes.note("unread-file", spot, "This file is not read.");
  }
}
