// What does a file declare, and which names does it use? Read from its syntax tree where its language has one. Cheaper than
// what windows show of a file: nothing is declared by the compiler and no types are resolved, because a map tells of thousands.

import { EMPTY_SKETCH, type SketchedSymbol, type SourceSketch } from "../model/sketch.ts";
import type { Declaration } from "../model/surface.ts";
import type { SyntaxTrees } from "../model/syntax-tree.ts";
import { languageOf, readable } from "./tree-languages.ts";
import { treeSurface } from "./tree-surface.ts";
import { headsOf } from "./typescript-heads.ts";

/** Bumped when sketches change, so that remembered ones are not trusted. */
export const SKETCH_VERSION = 4;

/** A longer source was written by a tool. */
const LONGEST = 512 * 1024;

/** A longer head tells more than a map can hold. */
const HEAD = 140;

const SCRIPT = /\.[cm]?[jt]sx?$/;
const MANIFEST = /(?:^|\/)(?:package\.json|pyproject\.toml|Cargo\.toml)$/;

/** What holds code, whether or not there is a tree for it. */
const CODE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|pyi?|go|rs|java|kts?|scala|groovy|cs|fs|vb|rb|rake|php|c|h|cc|cpp|cxx|hh|hpp|hxx|m|mm|swift|dart|ex|exs|erl|hs|ml|clj|lua|pl|pm|r|jl|zig|sh|bash)$/i;

export function isCode(path: string): boolean {
  return CODE.test(path);
}

/** Whether anything of the file has to be read. */
export function hasSketch(path: string): boolean {
  return isCode(path) || MANIFEST.test(path);
}

/** Of the file alone. Null where its grammar is not installed: the next look may find more. */
export async function sketchSource(
  path: string,
  content: Uint8Array,
  grammars: SyntaxTrees,
): Promise<{ readonly sketch: SourceSketch; readonly isWhole: boolean }> {
  if (content.byteLength > LONGEST || content.includes(0)) return { sketch: EMPTY_SKETCH, isWhole: true };
  const source = Buffer.from(content).toString("utf8");
  if (MANIFEST.test(path)) {
    return { sketch: { ...EMPTY_SKETCH, entries: entriesIn(path, source) }, isWhole: true };
  }
  const declared = await declarationsOf(path, source, grammars);
  const symbols = (declared ?? []).map(symbolOf);
  return { sketch: { symbols, ...usesIn(source), entries: [] }, isWhole: declared !== null };
}

async function declarationsOf(
  path: string,
  source: string,
  grammars: SyntaxTrees,
): Promise<readonly Declaration[] | null> {
  if (SCRIPT.test(path)) {
    const { default: compiler } = await import("typescript");
    const file = compiler.createSourceFile(path, source, compiler.ScriptTarget.ESNext, true);
    return headsOf(compiler, file, file).declarations;
  }
  const language = languageOf(path);
  if (language === null) return [];
  const text = readable(language, source);
  const found = await grammars.read(language.grammar, text, (root) => {
    return treeSurface(language, source, root)?.declarations ?? [];
  });
  return found;
}

function symbolOf({ name, text, exported, within, first, last }: Declaration): SketchedSymbol {
  const line = text
    .replace(/^\s*(?:export\s+(?:default\s+)?)?(?:declare\s+)?/, "")
    .replace(/\s+/g, " ")
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?")
    .replace(/(?:\s*\{|[;,:])\s*$/, "")
    .replace(/ ?\/\* inferred \*\//g, "")
    .trim();
  const plain = name.replace(/\s+/g, " ").slice(0, 80);
  return { name: plain, text: cut(line === "" ? plain : line), exported, within, first, last };
}

/** By bytes, so that no alphabet makes a line longer than a map expects. */
function cut(text: string): string {
  if (Buffer.byteLength(text) <= HEAD) return text;
  let kept = "";
  let bytes = 3;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > HEAD) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** Comments, texts and names, whichever comes first: what is said in a comment or a text is no use of a name. */
const TOKEN =
  /\/\*[\s\S]*?\*\/|(?<![:\w$])\/\/[^\n]*|(?<=^|\s)#(?!\s*(?:include|define|if|el|end|import)|!?\[)[^\n]*|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[\p{L}_$][\p{L}\p{N}_$]*/gu;

const IMPORT =
  /(?:\bfrom|\bimport|\brequire(?:_relative)?|\bsource|#\s*include|\buse|\binclude(?:_once)?|\brequire_once)\s*\(?\s*["'<]([^"'<>\n]+)["'>]/g;

/** Python says it with dots, Rust with colons. */
const MODULE = /^\s*(?:from\s+(\.*[\w.]+)\s+import|import\s+([\w.]+)|(?:pub\s+)?mod\s+(\w+)\s*;)/gm;

function usesIn(source: string): Pick<SourceSketch, "uses" | "imports"> {
  const names = new Set<string>();
  for (const [token] of source.matchAll(TOKEN)) {
    if (token.length > 2 && token.length <= 80 && /^[\p{L}_$]/u.test(token)) names.add(token);
  }
  const imports = new Set<string>();
  for (const [, path = ""] of source.matchAll(IMPORT)) imports.add(path);
  for (const [, from, plain, mod] of source.matchAll(MODULE)) {
    const named = from ?? plain ?? null;
    if (named !== null) imports.add(dotted(named));
    if (mod !== undefined) imports.add(`./${mod}`);
  }
  return { uses: [...names], imports: [...imports].slice(0, 200) };
}

function dotted(module: string): string {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const path = module.slice(dots).replaceAll(".", "/");
  return dots === 0 ? path : `${dots === 1 ? "./" : "../".repeat(dots - 1)}${path}`;
}

/** Files, and modules of Python as paths. A manifest that does not parse names none. */
function entriesIn(path: string, source: string): string[] {
  if (!path.endsWith(".json")) {
    const scripts = [...source.matchAll(/=\s*"([\w.]+):[\w.]+"/g)].map(([, module = ""]) => dotted(module));
    return [...scripts, ...[...source.matchAll(/^\s*path\s*=\s*"([^"]+)"/gm)].map(([, file = ""]) => file)];
  }
  let manifest: unknown;
  try {
    manifest = JSON.parse(source);
  } catch {
    return [];
  }
  if (typeof manifest !== "object" || manifest === null) return [];
  const { main, module, types, bin, exports } = manifest as Record<string, unknown>;
  return [...new Set([main, module, types, bin, exports].flatMap(textsIn))].slice(0, 100);
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
