// Which document is in a planner's answer, and is it a plan? Wrapping is taken off and headings get their one spelling;
// what the sections say is not judged.

/** The sections of PLAN.md, in their order. */
export const PLAN_SECTIONS = [
  "Problem Statement",
  "Requirements",
  "Architecture",
  "Test Plan",
  "Risks & Mitigations",
  "Implementation Steps",
] as const;

export interface PlannedPlan {
  /** The document, with the headings of its sections spelled as above. */
  readonly text: string;
  /** What a repair has to mend, one sentence each; empty for a plan. */
  readonly findings: readonly string[];
}

/** The Markdown document in an answer: without a fence around it, and without what is said before its first heading. */
export function documentIn(answer: string): string {
  const lines = answer
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n");
  const inner = unwrapped(lines);
  const first = headings(inner)[0]?.line ?? 0;
  return `${inner.slice(first).join("\n").trim()}\n`;
}

export function planIn(answer: string): PlannedPlan {
  const lines = documentIn(answer).split("\n");
  const all = headings(lines);
  const named = all.filter(({ section }) => section !== null);
  // A plan may be written one level deeper than ours, and a section may have parts that are named like another.
  const depth = Math.min(...named.map((heading) => heading.depth));
  const sections = named.filter((heading) => heading.depth === depth);
  const respelled = [...lines];
  for (const { line, section } of sections) respelled[line] = `## ${section}`;
  const findings = PLAN_SECTIONS.flatMap((name) => {
    const found = sections.filter(({ section }) => section === name);
    if (found.length === 0) return [`The section "## ${name}" is missing.`];
    if (found.length > 1) return [`The section "## ${name}" is there ${found.length} times; keep one.`];
    return found.every((heading) => isEmpty(lines, heading, all))
      ? [`The section "## ${name}" is empty.`]
      : [];
  });
  const others = all.filter((heading) => heading.depth === depth && heading.section === null);
  const first = sections[0]?.line ?? 0;
  const strange = others
    .filter(({ line }) => line > first)
    .map(
      ({ title }) => `"${clipped(title)}" is none of the six sections; move what it says into one of them.`,
    );
  return { text: respelled.join("\n"), findings: [...findings, ...strange] };
}

interface Heading {
  readonly line: number;
  readonly depth: number;
  readonly title: string;
  /** The section of a plan that it names, if any. */
  readonly section: string | null;
}

/** Headings outside code. */
function headings(lines: readonly string[]): Heading[] {
  const found: Heading[] = [];
  let fence: string | null = null;
  for (const [line, text] of lines.entries()) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) && text.trim() === mark) fence = null;
      continue;
    }
    if (mark !== undefined) {
      fence = mark;
      continue;
    }
    const match = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/.exec(text);
    if (match === null) continue;
    const title = (match[2] as string).replace(/[ \t]+#+[ \t]*$/, "").trim();
    found.push({ line, depth: (match[1] as string).length, title, section: sectionOf(title) });
  }
  return found;
}

const SECTION_KEYS = new Map<string, string>(PLAN_SECTIONS.map((name) => [keyOf(name), name]));

function sectionOf(title: string): string | null {
  return SECTION_KEYS.get(keyOf(title)) ?? null;
}

/** A heading apart from its number, its emphasis, its case and its spelling of `&`. */
function keyOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[*_`]/g, "")
    .replace(/^\s*(?:section\s+)?(?:\d{1,3}|[ivx]{1,4})(?:\.\d{1,3})*\s*[.):–—-]?\s+/, "")
    .replace(/&amp;|&/g, " and ")
    .replace(/[\s:.]+/g, " ")
    .trim();
}

/** Nothing but headings and comments before the next section. */
function isEmpty(lines: readonly string[], heading: Heading, all: readonly Heading[]): boolean {
  const next = all.find(({ line, depth }) => line > heading.line && depth <= heading.depth)?.line;
  const inner = new Set(all.map(({ line }) => line));
  const body = lines.slice(heading.line + 1, next ?? lines.length);
  const kept = body.filter((_, index) => !inner.has(heading.line + 1 + index));
  return (
    kept
      .join("\n")
      .replace(/<!--[\s\S]*?-->/g, "")
      .trim() === ""
  );
}

/** Without a fence around all of it, or around all but a few words before and after. */
function unwrapped(lines: readonly string[]): readonly string[] {
  const open = lines.findIndex((line) => /^(?:`{3,}|~{3,})\s*(?:markdown|md)?\s*$/i.test(line));
  if (open < 0 || lines.slice(0, open).some((line) => /^#{1,6}\s/.test(line))) return lines;
  const fence = /^[`~]+/.exec(lines[open] as string)?.[0] as string;
  // The last fence of the kind closes it: those between belong to code of the document.
  const close = lines.findLastIndex((line, index) => index > open && line.trim() === fence);
  const inner = lines.slice(open + 1, close < 0 ? lines.length : close);
  return inner.some((line) => /^#{1,6}\s/.test(line)) ? inner : lines;
}

function clipped(title: string): string {
  return title.length > 80 ? `${title.slice(0, 79)}…` : title;
}
