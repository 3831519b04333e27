// Which syntax tree does a source have? One grammar is loaded when the first file of its language comes. The package that
// brings them is an optional one: without it there is no tree.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
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
  readonly Language: { load(path: string): Promise<unknown> };
}

const PACKAGE = "@vscode/tree-sitter-wasm";

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
      parser = parserFor(library, join(folder, `tree-sitter-${grammar}.wasm`));
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

async function parserFor({ Parser, Language }: TreeSitter, path: string): Promise<TreeParser> {
  const parser = new Parser();
  parser.setLanguage(await Language.load(path));
  return parser;
}
