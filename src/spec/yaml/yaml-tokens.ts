// Is a YAML text within the plain subset that specs are written in? Looked at token by token, without recursion,
// before anything builds a tree: depth, aliases, anchors, foreign tags and directives are refused here, at their place.

import { type CST, Lexer, LineCounter, Parser } from "yaml";
import type { Findings, Subject, Wording } from "../findings/findings.ts";
import { clip } from "../findings/nearest.ts";

const MAX_YAML_DEPTH = 64;
/** Enough to see the pattern; a text full of aliases need not be told one by one. */
const MAX_REFUSALS = 50;
const DOCUMENT = "\u0002";
const SCALAR = "\u001f";

/** `!!str` and its siblings say what plain YAML says anyway. */
const CORE_TAGS = new Set(["!!str", "!!int", "!!float", "!!bool", "!!null", "!!map", "!!seq"]);

export interface Tokens {
  readonly tokens: readonly CST.Token[];
  readonly lines: LineCounter;
}

/** The concrete syntax of one text, or null after a finding that makes reading on pointless. */
export function yamlTokens(
  text: string,
  subjectAt: (offset: number, lines: LineCounter) => Subject,
  findings: Findings,
): Tokens | null {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  const depth = new Depth();
  let offset = 0;
  let refused = 0;
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The lexer announces documents and scalars by marks that are not part of the text.
    if (lexeme === SCALAR || lexeme === DOCUMENT) {
      isScalar = lexeme === SCALAR;
      continue;
    }
    const wording = isScalar ? null : refusal(lexeme);
    if (wording !== null) {
      findings.error(wording.code, subjectAt(offset, lines), wording);
      refused++;
    }
    if (depth.after(lexeme, isScalar) > MAX_YAML_DEPTH) {
      findings.error("too-deep", subjectAt(offset, lines), {
        message: `The nesting is deeper than ${MAX_YAML_DEPTH} levels.`,
        fix: "Write the value flatter.",
      });
      return null;
    }
    if (refused >= MAX_REFUSALS) return null;
    offset += lexeme.length;
    isScalar = false;
  }
  for (const token of parser.end()) tokens.push(token);
  return refused > 0 ? null : { tokens, lines };
}

function refusal(lexeme: string): (Wording & { code: string }) | null {
  const first = lexeme[0];
  if (lexeme.length < 2) return null;
  if (first === "*") {
    const message = `Aliases such as ${clip(lexeme)} are not read.`;
    return { code: "yaml-alias", message, fix: "Write the value out where it is used." };
  }
  if (first === "&") {
    const message = `Anchors such as ${clip(lexeme)} are not read.`;
    return { code: "yaml-anchor", message, fix: `Delete ${clip(lexeme)}.` };
  }
  if (first === "!" && !CORE_TAGS.has(lexeme)) {
    const message = `The tag ${clip(lexeme)} is not known.`;
    return { code: "yaml-tag", message, fix: "Delete the tag, or quote the text if it is meant literally." };
  }
  if (first === "%") {
    const message = "YAML directives are not read.";
    return { code: "yaml-directive", message, fix: "Delete the line; specs are YAML 1.2." };
  }
  return null;
}

/** Counts open flow collections, and block collections by the columns at which their lines start. */
class Depth {
  private flow = 0;
  private column = 0;
  private atStart = true;
  private columns: number[] = [];

  after(lexeme: string, isScalar: boolean): number {
    const isContent = isScalar || (lexeme[0] !== "#" && lexeme.trim() !== "");
    if (!isScalar && (lexeme === "[" || lexeme === "{")) this.flow++;
    if (!isScalar && (lexeme === "]" || lexeme === "}")) this.flow = Math.max(0, this.flow - 1);
    if (this.flow === 0 && this.atStart && isContent) {
      while ((this.columns.at(-1) ?? -1) >= this.column) this.columns.pop();
      this.columns.push(this.column);
      // What follows an indicator opens a level of its own, as in `- - a`.
      this.atStart = !isScalar && (lexeme === "-" || lexeme === "?" || lexeme === ":");
    }
    const lineEnd = lexeme.lastIndexOf("\n");
    if (lineEnd >= 0) this.atStart = true;
    this.column = lineEnd >= 0 ? lexeme.length - lineEnd - 1 : this.column + lexeme.length;
    return this.flow + this.columns.length;
  }
}
