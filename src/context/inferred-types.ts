// Where does a source have to say a type so that it can be declared without its bodies? Each place that the compiler names
// is given a mark for a type, in the source's own syntax, so that the compiler prints all that surrounds it.

import type ts from "typescript";

/** Stands for a type that nobody wrote. */
export const INFERRED = "__inferred__";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The source with marks; null where one of the places can be given none, such as where it does not parse. */
export function annotated(
  compiler: typeof ts,
  path: string,
  source: string,
  diagnostics: readonly ts.Diagnostic[],
): string | null {
  const file = compiler.createSourceFile(path, source, compiler.ScriptTarget.ESNext, true);
  const edits: Edit[] = [];
  for (const { start, length = 0 } of diagnostics) {
    if (start === undefined) return null;
    const edit = editFor(compiler, file, nodeAt(compiler, file, start, start + length));
    if (edit === null) return null;
    const clashes = edits.some((one) => edit.start <= one.end && one.start <= edit.end);
    if (!clashes) edits.push(edit);
  }
  let text = source;
  for (const edit of edits.sort((a, b) => b.start - a.start)) {
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  return text === source ? null : text;
}

/** The smallest node that holds the whole range. */
function nodeAt(compiler: typeof ts, file: ts.SourceFile, start: number, end: number): ts.Node {
  let found: ts.Node = file;
  const visit = (node: ts.Node): void => {
    if (node.getStart(file) > start || node.end < end) return;
    found = node;
    compiler.forEachChild(node, visit);
  };
  compiler.forEachChild(file, visit);
  return found;
}

function editFor(compiler: typeof ts, file: ts.SourceFile, from: ts.Node): Edit | null {
  for (let node = from; node !== undefined && !compiler.isSourceFile(node); node = node.parent) {
    const edit = typed(compiler, file, node) ?? replaced(compiler, file, node);
    if (edit !== null) return edit;
  }
  return null;
}

/** Where a type can be written beside a name. */
function typed(compiler: typeof ts, file: ts.SourceFile, node: ts.Node): Edit | null {
  const insert = (at: number): Edit => ({ start: at, end: at, text: `: ${INFERRED}` });
  if (compiler.isParameter(node)) {
    if (node.type !== undefined) return null;
    const bare = compiler.isArrowFunction(node.parent) && closing(compiler, file, node.parent) === null;
    if (!bare) return insert((node.questionToken ?? node.name).end);
    return { start: node.getStart(file), end: node.end, text: `(${node.getText(file)}: ${INFERRED})` };
  }
  const isFunction =
    compiler.isFunctionDeclaration(node) ||
    compiler.isFunctionExpression(node) ||
    compiler.isArrowFunction(node) ||
    compiler.isMethodDeclaration(node) ||
    compiler.isGetAccessorDeclaration(node);
  if (isFunction && node.type === undefined) {
    const end = closing(compiler, file, node);
    if (end !== null) return insert(end);
    const [parameter] = node.parameters;
    if (parameter === undefined) return null;
    const text = `(${parameter.getText(file)}): ${INFERRED}`;
    return { start: parameter.getStart(file), end: parameter.end, text };
  }
  if (compiler.isPropertyDeclaration(node) && node.type === undefined) {
    return insert((node.questionToken ?? node.exclamationToken ?? node.name).end);
  }
  if (compiler.isVariableDeclaration(node) && node.type === undefined) {
    if (compiler.isIdentifier(node.name)) return insert((node.exclamationToken ?? node.name).end);
    const text = namesIn(compiler, node.name).map((name) => `${name}: ${INFERRED} = null!`);
    return { start: node.getStart(file), end: node.end, text: text.join(", ") };
  }
  return null;
}

/** What no type can be written beside gives way to a value of that type, or goes. */
function replaced(compiler: typeof ts, file: ts.SourceFile, node: ts.Node): Edit | null {
  const by = (at: ts.Node, text: string): Edit => ({ start: at.getStart(file), end: at.end, text });
  const value = `null! as ${INFERRED}`;
  if (compiler.isPropertyAssignment(node)) return by(node.initializer, value);
  if (compiler.isShorthandPropertyAssignment(node)) return by(node, `${node.name.text}: ${value}`);
  if (compiler.isExportAssignment(node)) return by(node.expression, value);
  if (compiler.isExpressionWithTypeArguments(node) && compiler.isHeritageClause(node.parent)) {
    return by(node, INFERRED);
  }
  if (compiler.isEnumMember(node)) return by(node, node.name.getText(file));
  if (compiler.isClassElement(node) || compiler.isObjectLiteralElement(node)) {
    return compiler.isClassElement(node) && !compiler.isConstructorDeclaration(node) ? by(node, "") : null;
  }
  // Properties that are put on a function afterwards.
  return compiler.isExpressionStatement(node) && compiler.isSourceFile(node.parent) ? by(node, ";") : null;
}

function closing(compiler: typeof ts, file: ts.SourceFile, node: ts.Node): number | null {
  const token = node.getChildren(file).find(({ kind }) => kind === compiler.SyntaxKind.CloseParenToken);
  return token?.end ?? null;
}

function namesIn(compiler: typeof ts, pattern: ts.BindingName): string[] {
  if (compiler.isIdentifier(pattern)) return [pattern.text];
  return pattern.elements.flatMap((element) =>
    compiler.isOmittedExpression(element) ? [] : namesIn(compiler, element.name),
  );
}
