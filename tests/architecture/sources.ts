// What does the source code look like from outside: which files are there, what does each import and use?

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Import {
  /** Path from the root for a file of ours, otherwise the name of the package or of Node's module. */
  readonly target: string;
  readonly ours: boolean;
  readonly kind: "value" | "type" | "lazy";
}

export interface SourceFile {
  /** Path from the root of the repository. */
  readonly path: string;
  /** First folder below src/; `main.ts` for the door itself. */
  readonly folder: string;
  readonly text: string;
  readonly imports: readonly Import[];
  readonly tree: ts.SourceFile;
}

export function sourceFiles(): readonly SourceFile[] {
  return pathsBelow("src").map((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
    return { path, folder: path.split("/")[1] as string, text, imports: importsOf(tree), tree };
  });
}

/** TypeScript files below a folder, as paths from the root, sorted. */
export function pathsBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return entries
    .filter((entry) => /\.tsx?$/.test(entry))
    .map((entry) => join(folder, entry))
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** Every node of the tree that is code and not a type or a comment. */
export function nodesOf(tree: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    nodes.push(node);
    // Not `getChildren`, which reads the text again for every bracket and comma.
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return nodes;
}

function importsOf(tree: ts.SourceFile): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, kind: Import["kind"]) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const ours = specifier.text.startsWith(".");
    const target = ours ? normalize(join(dirname(tree.fileName), specifier.text)) : specifier.text;
    found.push({ target, ours, kind });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node) ? "type" : "value");
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly ? "type" : "value");
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], "lazy");
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, "type");
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isTypeOnly(declaration: ts.ImportDeclaration): boolean {
  const clause = declaration.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}
