// What does a file of TypeScript or JavaScript declare? The compiler is asked first. Where it cannot tell a type without
// reading bodies and other files, that one type is marked as inferred and all else is declared as ever.

import type ts from "typescript";
import type { Declaration, Rung } from "../model/surface.ts";
import { annotated, INFERRED } from "./inferred-types.ts";
import { headsOf } from "./typescript-heads.ts";

export interface Surface {
  readonly text: string;
  readonly rung: Rung;
  readonly declarations: readonly Declaration[];
}

/** A type that is marked can bring the next one to light, as a parameter behind a result. */
const ROUNDS = 6;

const SCRIPT = /\.[cm]?jsx?$/;

/**
 * Deterministic: extracted from that file alone. Comments are left out: they bind nobody. Null where the source does not
 * parse: nobody can tell where its bodies end.
 */
export async function typescriptSurface(path: string, source: string): Promise<Surface | null> {
  const { default: compiler } = await import("typescript");
  const original = compiler.createSourceFile(path, source, compiler.ScriptTarget.ESNext, true);
  const heads = () => headsOf(compiler, original, original);
  if (SCRIPT.test(path)) return parses(compiler, original) ? { rung: "heads", ...heads() } : null;
  if (/\.d\.[cm]?ts$/.test(path)) {
    return { text: source.trim(), rung: "declared", declarations: heads().declarations };
  }
  if (!parses(compiler, original)) return null;
  let text = source;
  for (let round = 0; round < ROUNDS; round++) {
    const { outputText, diagnostics = [] } = transpiled(compiler, path, text);
    if (diagnostics.length === 0) {
      const shown = outputText.trim().replaceAll(INFERRED, "/* inferred */ any");
      const declared = compiler.createSourceFile("shown.d.ts", shown, compiler.ScriptTarget.ESNext, true);
      const { declarations } = headsOf(compiler, declared, original);
      return { text: shown, rung: text === source ? "declared" : "heads", declarations };
    }
    const next = annotated(compiler, path, text, diagnostics);
    if (next === null) break;
    text = next;
  }
  return { rung: "heads", ...heads() };
}

/** Asks for what is wrong with the one tree that is there: nothing is resolved, checked or printed. */
function parses(compiler: typeof ts, file: ts.SourceFile): boolean {
  const options = { allowJs: true, noLib: true, noResolve: true, jsx: compiler.JsxEmit.Preserve };
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === file.fileName ? file : undefined),
    getDefaultLibFileName: () => "",
    writeFile: () => {},
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === file.fileName,
    readFile: () => undefined,
  };
  const program = compiler.createProgram({ rootNames: [file.fileName], options, host });
  return program.getSyntacticDiagnostics(file).length === 0;
}

function transpiled(compiler: typeof ts, path: string, source: string): ts.TranspileOutput {
  return compiler.transpileDeclaration(source, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: compiler.ScriptTarget.ESNext,
      module: compiler.ModuleKind.ESNext,
      strict: true,
      removeComments: true,
      isolatedDeclarations: true,
      newLine: compiler.NewLineKind.LineFeed,
    },
  });
}
