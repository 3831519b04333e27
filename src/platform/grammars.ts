// Which syntax tree does a source have? One grammar is loaded when the first file of its language comes. The package that
// brings most of them, and what reads them all, is an optional one: without it there is no tree.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { SyntaxTrees, TreeNode } from "../model/syntax-tree.ts";

interface Tree {
  readonly rootNode: TreeNode;
  delete(): void;
}

interface TreeParser {
  setLanguage(language: unknown): void;
  parse(source: string): Tree | null;
}

interface TreeSitter {
  readonly Parser: { init(): Promise<void>; new (): TreeParser };
  readonly Language: { load(source: string | Uint8Array): Promise<unknown> };
}

const PACKAGE = "@vscode/tree-sitter-wasm";

/** Come with this package, because that one has none of them. */
const OWN: ReadonlySet<string> = new Set(["kotlin", "swift"]);

export class Grammars implements SyntaxTrees {
  #library: Promise<{ readonly library: TreeSitter; readonly folder: string } | null> | null = null;
  readonly #parsers = new Map<string, Promise<TreeParser>>();

  /** What `read` makes of the tree; null where the grammars are not installed. */
  async read<T>(grammar: string, source: string, read: (root: TreeNode) => T): Promise<T | null> {
    this.#library ??= loaded();
    const found = await this.#library;
    if (found === null) return null;
    const { library, folder } = found;
    let parser = this.#parsers.get(grammar);
    if (parser === undefined) {
      const file = `tree-sitter-${grammar}.wasm`;
      parser = parserFor(library, OWN.has(grammar) ? ownGrammar(file) : join(folder, file));
      this.#parsers.set(grammar, parser);
    }
    const tree = (await parser).parse(source);
    if (tree === null) throw new Error(`bug: ${grammar} has no language set`);
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  }
}

/** Whether the package that brings the grammars is installed. */
export function hasGrammars(): boolean {
  return located() !== null;
}

function located(): string | null {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

async function loaded(): Promise<{ readonly library: TreeSitter; readonly folder: string } | null> {
  const path = located();
  if (path === null) return null;
  const library = createRequire(import.meta.url)(path) as TreeSitter;
  await library.Parser.init();
  return { library, folder: dirname(path) };
}

async function ownGrammar(file: string): Promise<Uint8Array> {
  const path = createRequire(import.meta.url).resolve(`#grammars/${file}.gz`);
  return promisify(gunzip)(await readFile(path));
}

async function parserFor(
  { Parser, Language }: TreeSitter,
  source: string | Promise<Uint8Array>,
): Promise<TreeParser> {
  const parser = new Parser();
  parser.setLanguage(await Language.load(await source));
  return parser;
}
