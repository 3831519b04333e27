// What does the text of a TypeScript declaration offer by name? Parses only: nothing is resolved or type-checked, so
// the text of a window is all that it needs.

import type ts from "typescript";

export interface DeclaredExport {
  readonly kind: "interface" | "type" | "function" | "const" | "class";
  readonly name: string;
  /** Properties, for interfaces and object types; empty for all else. */
  readonly members: readonly DeclaredMember[];
  /** The declaration as it stands. */
  readonly text: string;
}

export interface DeclaredMember {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
}

export type ReadExports = (text: string) => readonly DeclaredExport[];

/** Loads the TypeScript parser, which is large: only for windows that hold an interface. */
export async function loadExportReader(): Promise<ReadExports> {
  const { default: compiler } = await import("typescript");
  return (text) => {
    const source = compiler.createSourceFile("interface.d.ts", text, compiler.ScriptTarget.ES2023, false);
    return source.statements.flatMap((statement) => exportsOf(compiler, source, statement));
  };
}

function exportsOf(
  compiler: typeof ts,
  source: ts.SourceFile,
  statement: ts.Statement,
): readonly DeclaredExport[] {
  const modifiers = compiler.canHaveModifiers(statement) ? compiler.getModifiers(statement) : undefined;
  if (!modifiers?.some((modifier) => modifier.kind === compiler.SyntaxKind.ExportKeyword)) return [];
  const text = statement.getText(source);
  const named = (kind: DeclaredExport["kind"], name: string, members: readonly DeclaredMember[] = []) => [
    { kind, name, members, text },
  ];
  if (compiler.isInterfaceDeclaration(statement)) {
    return named("interface", statement.name.text, membersOf(compiler, source, statement.members));
  }
  if (compiler.isTypeAliasDeclaration(statement)) {
    const { name, type } = statement;
    return named(
      "type",
      name.text,
      compiler.isTypeLiteralNode(type) ? membersOf(compiler, source, type.members) : [],
    );
  }
  if (compiler.isFunctionDeclaration(statement)) return named("function", statement.name?.text ?? "default");
  if (compiler.isClassDeclaration(statement)) return named("class", statement.name?.text ?? "default");
  if (compiler.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap((declaration) =>
      compiler.isIdentifier(declaration.name) ? named("const", declaration.name.text) : [],
    );
  }
  return [];
}

function membersOf(
  compiler: typeof ts,
  source: ts.SourceFile,
  members: ts.NodeArray<ts.TypeElement>,
): readonly DeclaredMember[] {
  return members.filter(compiler.isPropertySignature).map((member) => ({
    name: member.name.getText(source),
    type: member.type?.getText(source) ?? "unknown",
    optional: member.questionToken !== undefined,
  }));
}
