// What does a Markdown text say, apart from how it is spelled? Comments are taken out before anything else, so that
// a comment changes nothing wherever it stands; the rest is told in one spelling. It knows nothing of sections.

import type { Nodes, Parents, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { toMarkdown } from "mdast-util-to-markdown";
import type { Place } from "../../model/place.ts";
import type { Findings, Subject } from "../findings/findings.ts";
import { withinMarkdownLimits } from "./markdown-limits.ts";

/** A text inside a file: `firstLine` is the line of the file at which it begins. */
export interface MarkdownText {
  readonly text: string;
  readonly file: string;
  readonly firstLine: number;
  readonly target: string | null;
}

export interface Markdown {
  readonly blocks: readonly RootContent[];
  /** The text without comments, whose lines `lineOf` maps back. */
  readonly text: string;
  placeOf(node: Nodes): Place;
  endLineOf(node: Nodes): number;
  /** Place of an offset of `text`. */
  placeAt(offset: number): Place;
}

export function readMarkdown(source: MarkdownText, findings: Findings): Markdown | null {
  const subjectAt = (line: number): Subject => ({
    target: source.target,
    place: { file: source.file, line: source.firstLine + line - 1, column: 1 },
  });
  if (!withinMarkdownLimits(source.text.split("\n"), subjectAt, findings)) return null;
  const raw = parsed(source.text, subjectAt, findings);
  if (raw === null) return null;
  const comments = commentsOf(raw, source.text);
  for (const comment of comments.filter((range) => !range.closed)) {
    findings.warning("unclosed-comment", subjectAt(lineAt(source.text, comment.start)), {
      message: "This comment is never closed; everything after it is ignored.",
      fix: "Close it with -->.",
    });
  }
  const kept = without(source.text, comments);
  const root = comments.length === 0 ? raw : parsed(kept.text, subjectAt, findings);
  if (root === null) return null;
  const placeOfLine = (line: number, column: number): Place => ({
    file: source.file,
    line: source.firstLine + (kept.lines[line - 1] ?? line) - 1,
    column,
  });
  return {
    blocks: unified(root).children,
    text: kept.text,
    placeOf: (node) => placeOfLine(node.position?.start.line ?? 1, node.position?.start.column ?? 1),
    endLineOf: (node) => placeOfLine(node.position?.end.line ?? 1, 1).line,
    placeAt: (offset) => {
      const before = kept.text.slice(0, offset);
      return placeOfLine(lineAt(kept.text, offset), offset - before.lastIndexOf("\n"));
    },
  };
}

// Emphasis is left as its author wrote it: `__proto__` in a spec is a name far more often than a bold word.
function parsed(text: string, subjectAt: (line: number) => Subject, findings: Findings): Root | null {
  try {
    return fromMarkdown(text, { extensions: [{ disable: { null: ["attention"] } }] });
  } catch (error) {
    // The limits leave the parser no text to overflow on that we know of; if there is one, it is still not a crash.
    if (!(error instanceof RangeError)) throw error;
    const message = "The Markdown nests too deeply to be read.";
    findings.error("too-deep", subjectAt(1), { message, fix: "Write the text flatter." });
    return null;
  }
}

interface Comment {
  readonly start: number;
  readonly end: number;
  readonly closed: boolean;
}

/** Only what the parser took for HTML: a comment inside code is code. */
function commentsOf(root: Root, text: string): Comment[] {
  const comments: Comment[] = [];
  walk(root, (node) => {
    if (node.type !== "html") return;
    const from = node.position?.start.offset ?? 0;
    const to = node.position?.end.offset ?? 0;
    for (let start = text.indexOf("<!--", from); start >= 0 && start < to; ) {
      const close = text.indexOf("-->", start + 2);
      const closed = close >= 0 && close + 3 <= to;
      const end = closed ? close + 3 : to;
      comments.push({ start, end, closed });
      start = closed ? text.indexOf("<!--", end) : -1;
    }
  });
  return comments;
}

/** The text without the comments, and for each of its lines the line it was. Lines that held only comments go. */
function without(text: string, comments: readonly Comment[]): { text: string; lines: number[] } {
  const kept: string[] = [];
  const lines: number[] = [];
  let index = 0;
  let offset = 0;
  let open: string | null = null;
  let openLine = 1;
  for (const [number, line] of text.split("\n").entries()) {
    const end = offset + line.length;
    let rest: string = open ?? "";
    let cut = open !== null;
    let from = offset;
    for (
      let comment = comments[index];
      comment !== undefined && comment.start <= end;
      comment = comments[index]
    ) {
      cut = true;
      rest += text.slice(from, Math.max(from, comment.start));
      from = Math.max(from, comment.end);
      if (comment.end > end) break;
      index++;
    }
    const covered = from > end;
    if (!covered) rest += text.slice(from, end);
    // What stood before a comment of several lines is joined with what comes after it.
    if (open === null) openLine = number + 1;
    open = covered ? rest : null;
    if (!covered && !(cut && rest.trim() === "")) {
      kept.push(rest);
      lines.push(openLine);
    }
    offset = end + 1;
  }
  if (open !== null && open.trim() !== "") {
    kept.push(open);
    lines.push(openLine);
  }
  return { text: kept.join("\n"), lines };
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

function walk(node: Nodes, visit: (node: Nodes) => void): void {
  visit(node);
  if ("children" in node) for (const child of node.children) walk(child, visit);
}

/** References become plain links, because a slice is read without the definitions of the whole; lists become tight. */
function unified(root: Root): Root {
  const definitions = new Map<string, { url: string; title: string | null }>();
  walk(root, (node) => {
    if (node.type !== "definition" || definitions.has(node.identifier)) return;
    definitions.set(node.identifier, { url: node.url, title: node.title ?? null });
  });
  const rewrite = (parent: Parents): void => {
    const children = parent.children as RootContent[];
    for (const [index, child] of children.entries()) {
      if (child.type === "list" || child.type === "listItem") child.spread = false;
      if (child.type === "linkReference" || child.type === "imageReference") {
        const definition = definitions.get(child.identifier);
        if (definition !== undefined) {
          const { position } = child;
          children[index] =
            child.type === "linkReference"
              ? { type: "link", ...definition, children: child.children, ...(position && { position }) }
              : { type: "image", ...definition, alt: child.alt ?? null, ...(position && { position }) };
        }
      }
      const kept = children[index];
      if (kept !== undefined && "children" in kept) rewrite(kept);
    }
    parent.children = children.filter((child) => child.type !== "definition") as never;
  };
  rewrite(root);
  return root;
}

const TABLE_RULE = /^ *\|?(?: *:?-+:? *\|)+ *(?::?-+:? *)?$/m;

/** The one spelling of some blocks: soft breaks and runs of white space collapsed, nothing escaped. */
export function spelled(blocks: readonly Nodes[]): string {
  const root: Root = { type: "root", children: blocks as RootContent[] };
  const markdown = toMarkdown(root, {
    bullet: "-",
    bulletOther: "*",
    fence: "`",
    fences: true,
    rule: "-",
    listItemIndent: "one",
    handlers: {
      // Agents and people read the text as it is; it is never parsed as Markdown again.
      text: (node: { value: string }, parent: Parents | undefined) => {
        const isTable = parent?.type === "paragraph" && TABLE_RULE.test(node.value);
        return node.value.replace(isTable ? /[ \t]+/g : /[ \t\n]+/g, " ");
      },
      inlineCode: (node: { value: string }) => code(node.value),
    },
  });
  return markdown.trim();
}

function code(value: string): string {
  let fence = "`";
  while (value.includes(fence)) fence += "`";
  const padding = value.startsWith("`") || value.endsWith("`") ? " " : "";
  return `${fence}${padding}${value.replace(/\n/g, " ")}${padding}${fence}`;
}
