// On which lines of a file does a symbol stand? Told by the compiler's syntax tree where the file is TypeScript or
// JavaScript, by its headings where it is Markdown, else by the line that looks most like a declaration.

import type { Node, SourceFile } from "typescript";

/** From 1, both included. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

const SCRIPT = /\.[cm]?[jt]sx?$/;
const MARKDOWN = /\.(?:md|mdx|markdown)$/i;

/** `symbol` is a name, or that of a member behind its owner's: `Queue.clear`. Null where the file does not have it. */
export async function symbolLines(path: string, text: string, symbol: string): Promise<Lines | null> {
  if (MARKDOWN.test(path)) return headingLines(text, symbol) ?? wordLines(text, symbol);
  if (SCRIPT.test(path)) {
    const found = await declarationLines(path, text, symbol);
    if (found !== null) return found;
  }
  return wordLines(text, symbol);
}

async function declarationLines(path: string, text: string, symbol: string): Promise<Lines | null> {
  const { default: ts } = await import("typescript");
  const source: SourceFile = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const wanted = partsOf(symbol);
  const name = wanted.at(-1);
  let found: Node | null = null;
  const visit = (node: Node, owners: readonly string[]): void => {
    if (found !== null) return;
    const own =
      "name" in node ? (node.name as Node | undefined)?.getText(source).replace(/^#/, "") : undefined;
    const isDeclared =
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isEnumDeclaration(node) ||
      ts.isModuleDeclaration(node) ||
      ts.isVariableDeclaration(node) ||
      ts.isPropertyAssignment(node) ||
      ts.isClassElement(node) ||
      ts.isTypeElement(node) ||
      ts.isMethodDeclaration(node);
    const isConstructor = ts.isConstructorDeclaration(node) && name === "constructor";
    if ((isDeclared && own === name) || isConstructor) {
      const above = wanted.slice(0, -1);
      if (above.every((owner) => owners.includes(owner)))
        found = wholeOf(node, ts.isVariableDeclaration(node));
    }
    const inside = isDeclared && own !== undefined ? [...owners, own] : owners;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(source, []);
  if (found === null) return null;
  const node = found as Node;
  const line = (at: number) => source.getLineAndCharacterOfPosition(at).line + 1;
  return { first: line(node.getStart(source)), last: line(node.getEnd()) };
}

/** The statement of `const name = …`, with its `export`. */
function wholeOf(node: Node, isVariable: boolean): Node {
  return isVariable ? (node.parent?.parent ?? node) : node;
}

function partsOf(symbol: string): readonly string[] {
  return symbol.split(/\.|::?/).filter((part) => part !== "");
}

function headingLines(text: string, symbol: string): Lines | null {
  const lines = text.split("\n");
  const slug = (title: string) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/[\s_-]+/g, "-");
  const headings = lines.flatMap((line, at) => {
    const match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    return match === null ? [] : [{ at, depth: (match[1] as string).length, slug: slug(match[2] as string) }];
  });
  const own = headings.find((heading) => heading.slug === slug(symbol));
  if (own === undefined) return null;
  const next = headings.find(({ at, depth }) => at > own.at && depth <= own.depth)?.at ?? lines.length;
  return { first: own.at + 1, last: next };
}

const DECLARES =
  /^\s*(?:@\w+\s+)?(?:(?:export|default|public|private|protected|internal|static|final|abstract|async|pub(?:\([^)]*\))?|unsafe|open|sealed|override|virtual)\s+)*(?:def|class|func|fun|fn|function|struct|enum|trait|interface|type|impl|module|namespace|record|const|let|var|val|static|protocol|extension|object|message|service|table|CREATE\s+TABLE)\b/i;

/** A declaration and what is indented below it; else the first line with the word. */
function wordLines(text: string, symbol: string): Lines | null {
  const name = partsOf(symbol).at(-1) ?? symbol;
  const word = new RegExp(`(?<![\\p{L}\\p{N}_$])${name.replace(/[$-]/g, "\\$&")}(?![\\p{L}\\p{N}_$])`, "u");
  const lines = text.replace(/\n$/, "").split("\n");
  const said = lines.flatMap((line, at) => (word.test(line) ? [at] : []));
  const declared = said.find((at) => DECLARES.test(lines[at] as string));
  const first = declared ?? said[0];
  if (first === undefined) return null;
  const indent = (line: string) => /^\s*/.exec(line)?.[0].length ?? 0;
  const own = indent(lines[first] as string);
  let last = first;
  for (let at = first + 1; declared !== undefined && at < lines.length; at++) {
    const line = lines[at] as string;
    if (line.trim() === "") continue;
    const isInside = indent(line) > own;
    const closes = indent(line) === own && /^\s*(?:[)\]}]|end\b)/.test(line);
    if (isInside || closes) last = at;
    if (!isInside) break;
  }
  return { first: first + 1, last: last + 1 };
}
