// Which declarations does a syntax tree of TypeScript or JavaScript hold, each as its head up to the body? Also reads what
// the compiler declared, to know its parts and the lines of the source that they come from.

import type ts from "typescript";
import { type Declaration, declarationsText } from "../model/surface.ts";

export interface Heads {
  readonly text: string;
  readonly declarations: readonly Declaration[];
}

/** Declarations of `file`, with the lines on which the same names stand in `original`. */
export function headsOf(compiler: typeof ts, file: ts.SourceFile, original: ts.SourceFile): Heads {
  const found = collected(compiler, file);
  if (file !== original) {
    const lines = new Map<string, Declaration>();
    const known = collected(compiler, original);
    for (const one of known) if (!lines.has(pathOf(known, one))) lines.set(pathOf(known, one), one);
    const declarations = found.map((one) => {
      const { first, last } = lines.get(pathOf(found, one)) ?? {
        first: 1,
        last: lineOf(original, original.end),
      };
      return { ...one, first, last };
    });
    return { text: declarationsText(declarations, () => true), declarations };
  }
  // A script that exports nothing offers all that stands at its top.
  const declarations = found.some((one) => one.exported) ? offered(found) : found;
  return { text: declarationsText(declarations, () => true), declarations };
}

function pathOf(all: readonly Declaration[], { name, within }: Declaration): string {
  return within === null ? name : `${(all[within] as Declaration).name}.${name}`;
}

/** Without what is private to the module. */
function offered(all: readonly Declaration[]): Declaration[] {
  const kept = all.map((one) => (one.within === null ? one : (all[one.within] as Declaration)).exported);
  const index = new Map<number, number>();
  const result: Declaration[] = [];
  for (const [at, one] of all.entries()) {
    if (kept[at] !== true) continue;
    index.set(at, result.length);
    result.push({ ...one, within: one.within === null ? null : (index.get(one.within) ?? null) });
  }
  return result;
}

function lineOf(file: ts.SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line + 1;
}

function collected(compiler: typeof ts, file: ts.SourceFile): Declaration[] {
  const found: Declaration[] = [];
  const listed = exportedNames(compiler, file);
  const add = (node: ts.Node, name: string, text: string, rest: Partial<Declaration> = {}) => {
    const first = lineOf(file, node.getStart(file));
    const exported = listed.has(name) || isExported(compiler, node);
    const plain = { tail: "", exported, repeats: isRepeated(compiler, node), within: null };
    found.push({ name, text, ...plain, first, last: lineOf(file, node.end), ...rest });
    return found.length - 1;
  };
  for (const statement of file.statements) {
    if (compiler.isClassDeclaration(statement) || compiler.isInterfaceDeclaration(statement)) {
      const head = upTo(file, statement, openBrace(compiler, file, statement));
      const name = statement.name?.text ?? "default";
      const exported = listed.has(name) || isExported(compiler, statement);
      const within = add(statement, name, `${head} {`, { tail: "}", exported });
      for (const member of statement.members) {
        const isPrivate = isHidden(compiler, file, member);
        const text = `    ${memberHead(compiler, file, member)}`;
        add(member, member.name?.getText(file) ?? "constructor", text, {
          within,
          exported: exported && !isPrivate,
        });
      }
    } else if (compiler.isVariableStatement(statement)) {
      const { declarations } = statement.declarationList;
      const opening = file.text.slice(statement.getStart(file), declarations[0]?.getStart(file)).trim();
      for (const one of declarations) {
        const exported = isExported(compiler, statement) || listed.has(one.name.getText(file));
        add(one, one.name.getText(file), `${opening} ${valueHead(compiler, file, one)};`, { exported });
      }
    } else if (compiler.isFunctionDeclaration(statement)) {
      const head = upTo(file, statement, statement.body?.getStart(file) ?? null);
      add(statement, statement.name?.text ?? "default", statement.body === undefined ? head : `${head};`);
    } else if (compiler.isExpressionStatement(statement)) {
      const assigned = commonJs(compiler, file, statement.expression, listed);
      if (assigned !== null) add(statement, assigned.name, assigned.text, { exported: true });
    } else if (compiler.isExportAssignment(statement)) {
      const head = `export default ${expressionHead(compiler, file, statement.expression)};`;
      add(statement, "default", head, { exported: true });
    } else if (!compiler.isImportDeclaration(statement) || file.isDeclarationFile) {
      const name = (statement as { readonly name?: ts.Node }).name?.getText(file);
      const isShown = name !== undefined || compiler.isExportDeclaration(statement) || file.isDeclarationFile;
      const exported = isExported(compiler, statement) || compiler.isExportDeclaration(statement);
      if (isShown) add(statement, name ?? "", plain(statement.getText(file)), { exported });
    }
  }
  return found;
}

function isExported(compiler: typeof ts, node: ts.Node): boolean {
  const modifiers = compiler.canHaveModifiers(node) ? compiler.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === compiler.SyntaxKind.ExportKeyword) ?? false;
}

/** An import says again what its own file declares, an override what the class above does. */
function isRepeated(compiler: typeof ts, node: ts.Node): boolean {
  if (compiler.isImportDeclaration(node) || compiler.isImportEqualsDeclaration(node)) return true;
  const modifiers = compiler.canHaveModifiers(node) ? compiler.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === compiler.SyntaxKind.OverrideKeyword) ?? false;
}

function isHidden(compiler: typeof ts, file: ts.SourceFile, member: ts.Node & { name?: ts.Node }): boolean {
  const modifiers = compiler.canHaveModifiers(member) ? compiler.getModifiers(member) : undefined;
  if (member.name?.getText(file).startsWith("#") === true) return true;
  return modifiers?.some(({ kind }) => kind === compiler.SyntaxKind.PrivateKeyword) ?? false;
}

/** Names that stand in `export { … }`, in `export default …` or in `module.exports = { … }`. */
function exportedNames(compiler: typeof ts, file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (compiler.isExportDeclaration(statement) && statement.exportClause !== undefined) {
      if (!compiler.isNamedExports(statement.exportClause)) continue;
      for (const one of statement.exportClause.elements) names.add((one.propertyName ?? one.name).text);
    } else if (compiler.isExportAssignment(statement) && compiler.isIdentifier(statement.expression)) {
      names.add(statement.expression.text);
    } else if (compiler.isVariableStatement(statement)) {
      // `const app = module.exports = …`
      for (const { name, initializer } of statement.declarationList.declarations) {
        const isOffered =
          initializer !== undefined && offeredValue(compiler, file, initializer) !== initializer;
        if (isOffered && compiler.isIdentifier(name)) names.add(name.text);
      }
    } else if (compiler.isExpressionStatement(statement)) {
      const { expression } = statement;
      const right = offeredValue(compiler, file, expression);
      if (right === expression) continue;
      if (compiler.isIdentifier(right)) names.add(right.text);
      if (!compiler.isObjectLiteralExpression(right)) continue;
      for (const one of right.properties) {
        if (compiler.isShorthandPropertyAssignment(one)) names.add(one.name.text);
        else if (compiler.isPropertyAssignment(one) && compiler.isIdentifier(one.initializer))
          names.add(one.initializer.text);
      }
    }
  }
  return names;
}

/** What `exports = module.exports = …` comes to; the expression itself where it is no such thing. */
function offeredValue(compiler: typeof ts, file: ts.SourceFile, expression: ts.Expression): ts.Expression {
  let value = expression;
  while (compiler.isBinaryExpression(value) && isOffer(file, value.left)) value = value.right;
  return value;
}

function isOffer(file: ts.SourceFile, node: ts.Node): boolean {
  return /^(?:module\.)?exports\b|\.prototype\.\w+$/.test(node.getText(file));
}

function commonJs(
  compiler: typeof ts,
  file: ts.SourceFile,
  expression: ts.Expression,
  listed: ReadonlySet<string>,
): { readonly name: string; readonly text: string } | null {
  if (!compiler.isBinaryExpression(expression)) return null;
  const left = expression.left.getText(file);
  // Properties that are put on what the file offers.
  const isMember = /^[\w$]+\.[\w$]+$/.test(left) && listed.has(left.slice(0, left.indexOf(".")));
  if (!isMember && !isOffer(file, expression.left)) return null;
  const name = left.split(".").at(-1) ?? left;
  const value = isMember ? expression.right : offeredValue(compiler, file, expression);
  return { name, text: `${left} = ${expressionHead(compiler, file, value)};` };
}

/** A value as others see it: parameters of a function, keys of an object, or that there is one. */
function expressionHead(compiler: typeof ts, file: ts.SourceFile, node: ts.Expression): string {
  if (compiler.isFunctionExpression(node)) return upTo(file, node, node.body.getStart(file));
  if (compiler.isArrowFunction(node)) return upTo(file, node, node.body.getStart(file));
  if (compiler.isClassExpression(node)) {
    const members = node.members.map((member) => `    ${memberHead(compiler, file, member)}`);
    return `${upTo(file, node, openBrace(compiler, file, node))} {\n${members.join("\n")}\n}`;
  }
  if (compiler.isObjectLiteralExpression(node)) {
    const keys = node.properties.map((one) => {
      if (compiler.isMethodDeclaration(one)) return upTo(file, one, one.body?.getStart(file) ?? null);
      if (!compiler.isPropertyAssignment(one)) return plain(one.getText(file));
      const isFunction =
        compiler.isFunctionExpression(one.initializer) || compiler.isArrowFunction(one.initializer);
      const name = one.name.getText(file);
      return isFunction ? `${name}: ${expressionHead(compiler, file, one.initializer)}` : name;
    });
    return keys.length === 0 ? "{}" : plain(`{ ${keys.join(", ")} }`);
  }
  if (compiler.isIdentifier(node)) return node.text;
  if (compiler.isBinaryExpression(node) && offeredValue(compiler, file, node) !== node)
    return expressionHead(compiler, file, offeredValue(compiler, file, node));
  if (compiler.isBinaryExpression(node) && node.operatorToken.kind === compiler.SyntaxKind.EqualsToken)
    return `${node.left.getText(file)} = ${expressionHead(compiler, file, node.right)}`;
  if (compiler.isCallExpression(node) && /^require\b/.test(node.getText(file)))
    return plain(node.getText(file));
  return "/* inferred */";
}

function valueHead(compiler: typeof ts, file: ts.SourceFile, node: ts.VariableDeclaration): string {
  if (node.initializer === undefined || node.type !== undefined) {
    return upTo(file, node, node.type === undefined ? null : node.type.end);
  }
  const value = expressionHead(compiler, file, node.initializer);
  const name = node.name.getText(file);
  return value === "/* inferred */" ? `${name} ${value}` : `${name} = ${value}`;
}

function memberHead(compiler: typeof ts, file: ts.SourceFile, member: ts.Node): string {
  const { body, initializer, type } = member as {
    readonly body?: ts.Node;
    readonly initializer?: ts.Expression;
    readonly type?: ts.Node;
  };
  if (compiler.isClassStaticBlockDeclaration(member)) return "static /* block */;";
  if (body !== undefined) return `${upTo(file, member, body.getStart(file))};`;
  if (initializer === undefined) return upTo(file, member, null);
  const name = (member as { readonly name?: ts.Node }).name as ts.Node;
  const head = upTo(file, member, (type ?? name).end);
  const isFunction = compiler.isFunctionExpression(initializer) || compiler.isArrowFunction(initializer);
  return isFunction && type === undefined
    ? `${head} = ${expressionHead(compiler, file, initializer)};`
    : `${head};`;
}

function openBrace(compiler: typeof ts, file: ts.SourceFile, node: ts.Node): number | null {
  const token = node.getChildren(file).find(({ kind }) => kind === compiler.SyntaxKind.OpenBraceToken);
  return token?.getStart(file) ?? null;
}

/** From where it begins, without comments before it, to a position within it; null: to its end. */
function upTo(file: ts.SourceFile, node: ts.Node, end: number | null): string {
  return plain(file.text.slice(node.getStart(file), end ?? node.end));
}

function plain(text: string): string {
  return text.replace(/\r\n/g, "\n").trimEnd();
}
