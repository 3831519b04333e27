// What does a window show of an upstream output? As much as its language lets us tell apart from its bodies, contracts as
// they are, and of all else that it is there. Compiler and grammars are loaded only when they are needed.

import { digestOfBytes } from "../model/digest.ts";
import type { Interface } from "../model/surface.ts";
import type { SyntaxTrees } from "../model/syntax-tree.ts";
import { briefly } from "./brief-declarations.ts";
import { contractSurface, isContract } from "./contract-surface.ts";
import { languageOf, readable } from "./tree-languages.ts";
import { treeSurface } from "./tree-surface.ts";
import { typescriptSurface } from "./typescript-surface.ts";

/** Bumped when the extraction changes, so that remembered interfaces of an older one are not trusted. */
export const INTERFACE_VERSION = 5;

/** A longer one, such as a lockfile, is none that anybody reads. */
const LONGEST_CONTRACT = 256 * 1024;

const TYPESCRIPT = /\.[cm]?[jt]sx?$/;

const TEST = [
  /(?:^|\/)(?:tests?|__tests__)\//,
  /(?:^|\/)(?:[\w.]*[a-z.]Tests?)\/.*\.(?:cs|fs|vb|swift|java|kt)$/,
  /(?:^|\/)spec\/.*\.rb$/,
  /\.(?:test|spec)\.\w+$/,
  /\.test-d\.[cm]?ts$/,
  /(?:^|\/)(?:test_[^/]*|[^/]*_(?:test|spec))\.\w+$/,
  /(?:Test|Tests|IT)\.(?:java|kt|cs|php|swift|scala)$/,
];

/** Whether windows show the path: tests are nobody's foundation. */
export function hasInterface(path: string): boolean {
  return !TEST.some((pattern) => pattern.test(path));
}

/** Extracted from the one file alone and therefore deterministic. */
export async function declaredInterface(
  path: string,
  content: Uint8Array,
  grammars: SyntaxTrees,
): Promise<Interface> {
  const source = Buffer.from(content).toString("utf8");
  const lines = source.replace(/\n$/, "").split("\n").length;
  const told = { path, lines };
  if (TYPESCRIPT.test(path)) {
    const surface = await typescriptSurface(path, source);
    if (surface !== null) {
      return { ...told, ...surface, declarations: briefly(path, surface.declarations) };
    }
  }
  const language = languageOf(path);
  if (language !== null) {
    const text = readable(language, source);
    const surface = await grammars.read(language.grammar, text, (root) =>
      treeSurface(language, source, root),
    );
    if (surface !== null) {
      return {
        ...told,
        rung: "heads",
        text: surface.text,
        declarations: briefly(path, surface.declarations),
      };
    }
  }
  if (isContract(path) && content.byteLength <= LONGEST_CONTRACT && !content.includes(0))
    return { ...told, rung: "contract", ...contractSurface(source) };
  return named(path, content, lines);
}

/** The bottom of the ladder: every change of the file counts. */
function named(path: string, content: Uint8Array, lines: number): Interface {
  const text = `(${content.byteLength} bytes, sha256 ${digestOfBytes(content).slice(0, 16)})`;
  return { path, text, rung: "named", declarations: [], lines };
}
