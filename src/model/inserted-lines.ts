// Which lines of a file did a task insert, and what is the file without them? Positions are kept beside the content, since a
// comparison of two texts cannot tell which of two equal lines is the new one. Lines are bytes as Latin-1, so that any encoding
// survives; they know nothing of tasks.

/** A run of lines that a task put into a file that is not its own. */
export interface InsertedLines {
  /** The first of them, from 1, in the file that holds them all. */
  readonly line: number;
  readonly lines: number;
}

/** Lines that are to stand behind the first `at` lines of a file. */
export interface Insertion {
  readonly at: number;
  /** As `linesOf` splits them. */
  readonly lines: readonly string[];
}

const BOM = "\u00ef\u00bb\u00bf";
const END = /\r?\n$/;

/** With their line ends; a mark of the byte order belongs to no line. */
export function linesOf(content: Uint8Array): readonly string[] {
  return split(content).lines;
}

/** The same file with other lines. */
export function withLines(content: Uint8Array, lines: readonly string[]): Uint8Array {
  return bytesOf(split(content).mark, lines);
}

export function withoutEnd(line: string): string {
  return line.replace(END, "");
}

/** How the lines of a file end: as its first one does. */
export function lineEndOf(lines: readonly string[]): string {
  return lines[0]?.endsWith("\r\n") ? "\r\n" : "\n";
}

export function hasEnd(line: string): boolean {
  return END.test(line);
}

/** A text in the bytes of a file that has no line of it yet. */
export function linesOfText(text: string): readonly string[] {
  return linesOf(new TextEncoder().encode(text));
}

/**
 * The file with all of them, each with the line ends of the file; those of one place stand in the order in which they are
 * given. A file whose last line has no end keeps that.
 */
export function withInserted(
  content: Uint8Array,
  insertions: readonly Insertion[],
): { readonly content: Uint8Array; readonly inserted: readonly InsertedLines[] } {
  const { mark, lines } = split(content);
  const end = lineEndOf(lines);
  const ordered = [...insertions].filter((one) => one.lines.length > 0).sort((a, b) => a.at - b.at);
  const isOpen = ordered.at(-1)?.at === lines.length && lines.length > 0 && !hasEnd(lines.at(-1) ?? "");
  const whole: string[] = [];
  const inserted: InsertedLines[] = [];
  let from = 0;
  for (const { at, lines: added } of ordered) {
    whole.push(...lines.slice(from, at));
    inserted.push({ line: whole.length + 1, lines: added.length });
    if (isOpen && at === lines.length && from < at) whole[whole.length - 1] += end;
    whole.push(...added.map((line) => `${withoutEnd(line)}${end}`));
    from = at;
  }
  whole.push(...lines.slice(from));
  if (isOpen) whole[whole.length - 1] = withoutEnd(whole.at(-1) as string);
  return { content: bytesOf(mark, whole), inserted };
}

/** The file that they were inserted into. */
export function withoutInserted(content: Uint8Array, inserted: readonly InsertedLines[]): Uint8Array {
  const { mark, lines } = split(content);
  const rest = lines.filter((_, index) => !isWithin(inserted, index));
  const isOpen = lines.length > 0 && !hasEnd(lines.at(-1) ?? "") && isWithin(inserted, lines.length - 1);
  if (isOpen && rest.length > 0) rest[rest.length - 1] = withoutEnd(rest.at(-1) as string);
  return bytesOf(mark, rest);
}

/** The runs by what they hold, and how many lines of the file below come before each. */
export function insertionsOf(content: Uint8Array, inserted: readonly InsertedLines[]): readonly Insertion[] {
  const { lines } = split(content);
  let before = 0;
  return inserted.map(({ line, lines: count }) => {
    const at = line - 1 - before;
    before += count;
    return { at, lines: lines.slice(line - 1, line - 1 + count) };
  });
}

/** Whether the lines stand somewhere among others, one after the other. */
export function holdsRun(lines: readonly string[], run: readonly string[]): boolean {
  return lines.some((_, index) => run.every((line, offset) => lines[index + offset] === line));
}

function isWithin(inserted: readonly InsertedLines[], index: number): boolean {
  return inserted.some(({ line, lines }) => index >= line - 1 && index < line - 1 + lines);
}

function split(content: Uint8Array): { readonly mark: string; readonly lines: readonly string[] } {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("latin1");
  const mark = text.startsWith(BOM) ? BOM : "";
  return { mark, lines: text.slice(mark.length).match(/[^\n]*\n|[^\n]+$/g) ?? [] };
}

function bytesOf(mark: string, lines: readonly string[]): Uint8Array {
  return new Uint8Array(Buffer.from(mark + lines.join(""), "latin1"));
}
