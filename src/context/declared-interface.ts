// What does a window show of an upstream output? For TypeScript, its declarations; for other languages, that it exists.
// The compiler is loaded only when an interface has to be extracted.

import type { Interface } from "../model/trace.ts";

/** Bumped when the extraction changes, so that remembered interfaces of an older one are not trusted. */
export const INTERFACE_VERSION = 1;

const TYPESCRIPT = /\.(?:ts|tsx|mts|cts)$/;
const TEST = /(?:^|\/)(?:tests?|__tests__)\/|\.(?:test|spec)\.[cm]?tsx?$/;

/** Whether the path can have an interface that windows show: a TypeScript source that is not a test. */
export function hasInterface(path: string): boolean {
  return TYPESCRIPT.test(path) && !TEST.test(path);
}

/**
 * The declarations of one TypeScript file, extracted from that file alone and therefore deterministic. Comments are left
 * out: they bind nobody. Where an exported name has no written type, its type would have to be inferred from bodies
 * and other files, so the whole text stands in and every change of it counts.
 */
export async function declaredInterface(path: string, source: string): Promise<Interface> {
  if (path.endsWith(".d.ts")) return { path, text: source.trim(), declared: true };
  const { default: ts } = await import("typescript");
  const { outputText, diagnostics } = ts.transpileDeclaration(source, {
    fileName: path,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.ESNext,
      strict: true,
      removeComments: true,
      isolatedDeclarations: true,
      newLine: ts.NewLineKind.LineFeed,
    },
  });
  if (diagnostics !== undefined && diagnostics.length > 0) {
    return { path, text: source.trim(), declared: false };
  }
  return { path, text: outputText.trim(), declared: true };
}
