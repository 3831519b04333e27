// What do the readers of foreign specs take, and where do they put what they could not carry over? Their findings are
// told to whoever imports. A document that cannot be read stops its spec and no other: nobody knows what it asks for.

import type { Diagnostic } from "../../model/diagnostic.ts";
import type { ImportedFeature, ImportFormat, ImportNote, SourceLine } from "../../model/imported.ts";
import { Findings } from "../findings/findings.ts";
import { splitFrontMatter } from "../markdown/front-matter.ts";
import { type Markdown, readMarkdown } from "../markdown/markdown.ts";
import { linesIn } from "../read/decode.ts";
import type { SourceFile } from "../read/source.ts";
import { legible, tablesAsLists } from "./legible.ts";
import { hidesSigns, seenText } from "./seen-text.ts";

/** One spec of another tool, as it lies on the disk. */
export interface ForeignSpec {
  readonly format: ImportFormat;
  /** As its tool calls it, such as `001-photo-albums`. */
  readonly name: string;
  /** Its folder or file, as a person would name it. */
  readonly source: string;
  /** Absolute folder of the repository that it is about. */
  readonly root: string;
  /** By path from `source`, with `/`. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Further files that it leans on, by name; for OpenSpec the specs that a change is about, by
   * capability. */
  readonly around: ReadonlyMap<string, SourceFile>;
}

/** One feature that a spec holds. */
export interface ForeignFeature {
  readonly name: string;
  /** Null where nothing of it could be read, which is told. */
  readonly feature: ImportedFeature | null;
  readonly notes: Notes;
}

export class Notes {
  readonly list: ImportNote[] = [];

  note(code: string, spot: SourceLine | null, message: string): void {
    this.add("note", code, spot, message);
  }

  warn(code: string, spot: SourceLine | null, message: string): void {
    this.add("warning", code, spot, message);
  }

  /** Somebody has to mend it before the spec can be imported. */
  error(code: string, spot: SourceLine, message: string): void {
    this.add("error", code, spot, message);
  }

  get hasErrors(): boolean {
    return this.list.some(({ severity }) => severity === "error");
  }

  /** What our own readers say of a foreign file. */
  found(diagnostics: readonly Diagnostic[], severity: ImportNote["severity"] = "warning"): void {
    for (const { code, message, file, line } of diagnostics)
      this.list.push({ severity, code, message, file, line });
  }

  /** By file and line, so that they read from top to bottom. */
  sorted(): readonly ImportNote[] {
    return [...this.list].sort((a, b) => {
      if (a.file !== b.file) return (a.file ?? "") < (b.file ?? "") ? -1 : 1;
      return (a.line ?? 0) - (b.line ?? 0);
    });
  }

  private add(
    severity: ImportNote["severity"],
    code: string,
    spot: SourceLine | null,
    message: string,
  ): void {
    this.list.push({ severity, code, message, file: spot?.file ?? null, line: spot?.line ?? null });
  }
}

/** The Markdown of a file, its front matter and comments left out and told; null where it cannot be read. */
export function markdownIn(file: SourceFile, notes: Notes): Markdown | null {
  return readIn(file, legible, notes);
}

/** The same of a file that asks for something: a table of requirements or tasks is a list of them. */
export function askedIn(file: SourceFile, notes: Notes): Markdown | null {
  return readIn(file, (text) => tablesAsLists(legible(text)), notes);
}

function readIn(file: SourceFile, written: (text: string) => string, notes: Notes): Markdown | null {
  const text = textIn(file, notes);
  if (text === null) return null;
  const split = splitFrontMatter(text);
  if (split !== null && split.yaml.trim() !== "")
    notes.note("front-matter", { file: file.path, line: 1 }, "The front matter is not carried over.");
  // Front matter that is never closed is a line of dashes, as Markdown has it.
  const { body, bodyLine } = split ?? { body: text, bodyLine: 1 };
  const comment = body.indexOf("<!--");
  if (comment >= 0) {
    const line = bodyLine + body.slice(0, comment).split("\n").length - 1;
    notes.note("comments", { file: file.path, line }, "Comments are not carried over.");
  }
  const findings = new Findings();
  const read = readMarkdown(
    { text: written(body), file: file.path, firstLine: bodyLine, target: null },
    findings,
  );
  notes.found(findings.list);
  return read;
}

/**
 * The text of a file with `\n` line ends, without what no screen shows, which is told; null where it is no text, which is told,
 * too. Who read it from the disk has bounds.
 */
export function textIn(file: SourceFile, notes: Notes): string | null {
  const findings = new Findings();
  const { path } = file;
  const lines = linesIn({ path, bytes: asUtf8(file.bytes) }, null, findings, Number.POSITIVE_INFINITY);
  notes.found(findings.list, "error");
  if (lines === null) return null;
  const { text, unseen, controls, first } = seenText(lines);
  if (first === null) return text;
  const spot = { file: path, line: lines.slice(0, first.at).split("\n").length };
  if (controls > lines.length / MOST_CONTROLS) {
    notes.error("not-text", spot, "This is no text: much of what it holds are control characters.");
    return null;
  }
  notes.note("unseen-characters", spot, unseenWords(unseen, first.name));
  return text;
}

/** What a text of JSON says, without what no screen shows: escapes can spell it. Throws as JSON.parse does. */
export function jsonIn(text: string, file: string, notes: Notes): unknown {
  let count = 0;
  let name = "";
  const seen = (value: string) => {
    const { text, unseen, first } = seenText(value.replace(/\r\n?/g, "\n"));
    count += unseen;
    name ||= first?.name ?? "";
    return text;
  };
  const value: unknown = JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === "string") return seen(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.keys(value).some(hidesSigns)
      ? Object.fromEntries(Object.entries(value).map(([key, member]) => [seen(key), member]))
      : value;
  });
  if (count > 0) notes.note("unseen-characters", { file, line: 1 }, unseenWords(count, name));
  return value;
}

/** One sign of so many may be a control; programs and pictures have more of them. */
const MOST_CONTROLS = 5;

function unseenWords(unseen: number, first: string): string {
  return unseen === 1
    ? `A character that no screen shows (${first}) is left out.`
    : `${unseen} characters that no screen shows are left out, the first of them ${first}.`;
}

/** Some shells of Windows write what a command says in UTF-16, and mark it so. */
function asUtf8(bytes: Uint8Array): Uint8Array {
  const [first, second] = bytes;
  const name =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
  return name === null ? bytes : new TextEncoder().encode(new TextDecoder(name).decode(bytes));
}
