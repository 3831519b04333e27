// How does a page of the documentation look on a terminal? It is Markdown as the pages of this project are written: no list
// in a list, no quotation, a table with a line for each row. It does not know where pages lie.

import { columns } from "./columns.ts";
import { type Line, paint, type Span, type Style } from "./theme.ts";

export interface PageLook {
  readonly width: number;
  readonly color: boolean;
  /** How a link is told beside its text; null: the text says enough. */
  readonly linkOf: (target: string) => string | null;
}

/** A word with what is glued to it. */
type Word = readonly Span[];

const LISTED = /^(\s*)([-*]|\d+\.)\s+/;
const INDENT = 4;
/** Between two columns of a table. */
const GAP = 2;
const LEAST_COLUMN = 8;

export function pageText(markdown: string, look: PageLook): string[] {
  const lines: string[] = [];
  for (const block of blocksOf(markdown.split("\n"))) {
    const told = blockLines(block, look);
    if (told.length > 0) lines.push(...(lines.length === 0 ? [] : [""]), ...told);
  }
  return lines;
}

type Block =
  | { readonly kind: "heading" | "text"; readonly text: string }
  | { readonly kind: "item"; readonly indent: string; readonly mark: string; readonly text: string }
  | { readonly kind: "items"; readonly items: readonly Block[] }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] };

function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  /** Takes lines as long as they go on. */
  const take = (goesOn: (line: string) => boolean) => {
    const taken: string[] = [];
    for (let line = lines[at]; line !== undefined && goesOn(line); line = lines[++at]) taken.push(line);
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at] as string;
    if (line.startsWith("```")) {
      at += 1;
      blocks.push({ kind: "code", lines: take((next) => !next.startsWith("```")) });
      at += 1;
    } else if (/^ {4}\S/.test(line)) {
      const code = take((next) => next.startsWith("    ") || next.trim() === "");
      blocks.push({
        kind: "code",
        lines: code
          .join("\n")
          .trimEnd()
          .split("\n")
          .map((each) => each.slice(INDENT)),
      });
    } else if (/^#+ /.test(line)) {
      blocks.push({ kind: "heading", text: line.replace(/^#+ /, "") });
      at += 1;
    } else if (line.startsWith("|")) {
      const [head, , ...rows] = take((next) => next.startsWith("|")).map(cellsOf);
      if (head !== undefined) blocks.push({ kind: "table", rows: [head, ...rows] });
    } else if (LISTED.test(line)) {
      blocks.push({
        kind: "items",
        items: itemsOf(take((next) => next.trim() !== "" && !next.startsWith("```"))),
      });
    } else if (line.trim() === "" || /^<\/?\w/.test(line)) {
      at += 1;
    } else {
      const paragraph = take(
        (next) => next.trim() !== "" && !/^(```|#+ |\|)/.test(next) && !LISTED.test(next),
      );
      blocks.push({ kind: "text", text: paragraph.join(" ") });
    }
  }
  return blocks;
}

function itemsOf(lines: readonly string[]): readonly Block[] {
  const items: { kind: "item"; indent: string; mark: string; text: string }[] = [];
  for (const line of lines) {
    const [opening = "", indent = "", mark = ""] = LISTED.exec(line) ?? [];
    const last = items.at(-1);
    if (opening === "" && last !== undefined) last.text += ` ${line.trim()}`;
    else items.push({ kind: "item", indent, mark, text: line.slice(opening.length) });
  }
  return items;
}

function cellsOf(row: string): readonly string[] {
  return row
    .replace(/\\\|/g, "\u0000")
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\u0000", "|"));
}

function blockLines(block: Block, look: PageLook): string[] {
  switch (block.kind) {
    case "heading":
      return wrapped(wordsOf(block.text, look, "strong"), look.width).map((line) => paint(line, look.color));
    case "text":
      return wrapped(wordsOf(block.text, look), look.width).map((line) => paint(line, look.color));
    case "item": {
      const opening = `${block.indent}${block.mark} `;
      const lines = wrapped(wordsOf(block.text, look), look.width - opening.length);
      const hanging = " ".repeat(opening.length);
      return lines.map((line, index) => paint([index === 0 ? opening : hanging, ...line], look.color));
    }
    case "items":
      return block.items.flatMap((item) => blockLines(item, look));
    case "code":
      return block.lines.map((line) =>
        `${" ".repeat(INDENT)}${paint([["note", line]], look.color)}`.trimEnd(),
      );
    case "table":
      return tableLines(block.rows, look);
  }
}

function tableLines(rows: readonly (readonly string[])[], look: PageLook): string[] {
  const cells = rows.map((row, index) =>
    row.map((cell) => wordsOf(cell, look, index === 0 ? "strong" : "text")),
  );
  const widths = columnWidths(cells, look.width);
  const rule = widths.map((width) => "─".repeat(width)).join(" ".repeat(GAP));
  const [head = [], ...rest] = cells.map((row) => {
    const columnsOfRow = row.map((words, index) => wrapped(words, widths[index] ?? LEAST_COLUMN));
    const height = Math.max(1, ...columnsOfRow.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const spans = columnsOfRow.flatMap((lines, index): Line => {
        const shown = lines[line] ?? [];
        return [...shown, " ".repeat(Math.max(0, (widths[index] ?? 0) + GAP - widthOf(shown)))];
      });
      return paint(spans, look.color).trimEnd();
    });
  });
  return [...head, paint([["faint", rule]], look.color), ...rest.flat()];
}

/** As wide as the cells are, and where that is too wide the widest give way first. */
function columnWidths(cells: readonly (readonly (readonly Word[])[])[], width: number): readonly number[] {
  const widths = (cells[0] ?? []).map((_, index) =>
    Math.max(1, ...cells.map((row) => widthOf(joined(row[index] ?? [])))),
  );
  const room = Math.max(width - GAP * (widths.length - 1), LEAST_COLUMN * widths.length);
  while (widths.reduce((sum, each) => sum + each, 0) > room) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] as number) - 1;
  }
  return widths;
}

function wrapped(words: readonly Word[], width: number): readonly Line[] {
  const lines: Word[][] = [];
  let room = 0;
  for (const word of words) {
    const needed = widthOf(word);
    if (lines.length === 0 || needed + 1 > room) {
      lines.push([word]);
      room = width - needed;
    } else {
      lines.at(-1)?.push(word);
      room -= needed + 1;
    }
  }
  return lines.map(joined);
}

function joined(words: readonly Word[]): Line {
  return words.flatMap((word, index) => (index === 0 ? word : [" ", ...word]));
}

function widthOf(line: Line): number {
  return line.reduce((sum, span) => sum + columns(typeof span === "string" ? span : span[1]), 0);
}

/** Code is one word, so that a command can be copied from one line. */
function wordsOf(text: string, { color, linkOf }: PageLook, style: Style = "text"): readonly Word[] {
  const words: Span[][] = [[]];
  for (const [kind, content] of inlineOf(text, linkOf)) {
    if (kind === "code") {
      words.at(-1)?.push(color ? ["note", content] : [style, `\`${content}\``]);
      continue;
    }
    const shown = kind === "strong" ? "strong" : style;
    for (const [index, piece] of content.split(/\s+/).entries()) {
      if (index > 0) words.push([]);
      if (piece !== "") words.at(-1)?.push([shown, piece]);
    }
  }
  return words.filter((word) => word.length > 0);
}

const INLINE = /`([^`]+)`|!\[([^\]]*)\]\([^)]*\)|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*/g;

type Inline = readonly ["text" | "code" | "strong", string];

function inlineOf(text: string, linkOf: PageLook["linkOf"]): readonly Inline[] {
  const pieces: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    pieces.push(["text", text.slice(end, match.index)]);
    end = match.index + match[0].length;
    const [, code, picture, link, target, strong] = match;
    if (code !== undefined) pieces.push(["code", code]);
    else if (strong !== undefined) pieces.push(["strong", strong]);
    else if (link !== undefined) {
      const told = linkOf(target as string);
      pieces.push(...inlineOf(link, linkOf), ["text", told === null ? "" : ` (${told})`]);
    } else pieces.push(["text", `(picture: ${picture})`]);
  }
  return [...pieces, ["text", text.slice(end)]];
}
