// Which file of a repository uses which other? By the names that one declares and the other uses, as far as they tell the
// two apart, and by the paths that it imports.

import type { SketchedCode, SketchedFile } from "../model/sketch.ts";
import { familyOf } from "./map-order.ts";
import { outerSymbols } from "./outer-symbols.ts";

/** Each use of one thing is an entry of the four lists, in the order of the files that use. */
export interface Links {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Index of the symbol that is used; -1 where the file itself is. */
  readonly symbol: Int32Array;
  /** Of all that the file uses. */
  readonly share: Float64Array;
  /** The same, with all that one file uses of another as one. */
  readonly ways: { readonly from: Int32Array; readonly to: Int32Array; readonly share: Float64Array };
}

/** A name that more files declare says of none of them that it is meant. */
const DECLARED_BY = 12;

interface Declarer {
  readonly file: number;
  readonly symbol: number;
  readonly weight: number;
}

export function linksAmong({ names, files }: SketchedCode, places: Places): Links {
  const declared = declaredIn(files, names);
  const links = new LinkList(files.length);
  for (const [from, { path, sketch }] of files.entries()) {
    if (sketch === null) continue;
    const byName = declared.get(familyOf(path)) ?? [];
    for (const name of sketch.uses) {
      const found = byName[name];
      if (found === undefined || found.length > DECLARED_BY) continue;
      // What the file declares itself is what it means.
      if (found.some(({ file }) => file === from)) continue;
      for (const { file, symbol, weight } of found) links.use(file, symbol, weight / found.length);
    }
    for (const named of sketch.imports) {
      const to = places.find(path, named);
      if (to !== null && to !== from) links.use(to, -1, 1);
    }
    links.end(from);
  }
  return links.done();
}

/** Links are gathered file by file, and those from one file to another become one way. */
class LinkList {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #symbol: number[] = [];
  readonly #weight: number[] = [];
  readonly #ways = { from: [] as number[], to: [] as number[], share: [] as number[] };
  /** Of the file that is gathered: how much it uses each other, and which of them. */
  readonly #sums: Float64Array;
  #used: number[] = [];
  #begun = 0;

  constructor(files: number) {
    this.#sums = new Float64Array(files);
  }

  use(to: number, symbol: number, weight: number): void {
    this.#to.push(to);
    this.#symbol.push(symbol);
    this.#weight.push(weight);
    if (this.#sums[to] === 0) this.#used.push(to);
    this.#sums[to] = (this.#sums[to] as number) + weight;
  }

  end(from: number): void {
    const sums = this.#sums;
    const all = this.#used.reduce((sum, to) => sum + (sums[to] as number), 0);
    for (; this.#begun < this.#to.length; this.#begun++) {
      this.#from.push(from);
      this.#weight[this.#begun] = (this.#weight[this.#begun] as number) / all;
    }
    const { from: starts, to: ends, share } = this.#ways;
    for (const to of this.#used) {
      starts.push(from);
      ends.push(to);
      share.push((sums[to] as number) / all);
      sums[to] = 0;
    }
    this.#used = [];
  }

  done(): Links {
    const { from, to, share } = this.#ways;
    return {
      from: new Int32Array(this.#from),
      to: new Int32Array(this.#to),
      symbol: new Int32Array(this.#symbol),
      share: new Float64Array(this.#weight),
      ways: { from: new Int32Array(from), to: new Int32Array(to), share: new Float64Array(share) },
    };
  }
}

/** By family and the number of the name; each file once for each name. */
function declaredIn(
  files: readonly SketchedFile[],
  names: readonly string[],
): Map<string, (readonly Declarer[] | undefined)[]> {
  const all = new Map<string, Map<string, Declarer[]>>();
  for (const [file, { path, sketch }] of files.entries()) {
    if (sketch === null || sketch.symbols.length === 0) continue;
    const family = familyOf(path);
    let known = all.get(family);
    if (known === undefined) {
      known = new Map();
      all.set(family, known);
    }
    const outer = outerSymbols(sketch.symbols);
    for (const [symbol, { name, exported }] of sketch.symbols.entries()) {
      if (name.length < 3) continue;
      const found = known.get(name);
      if (found?.at(-1)?.file === file || (found?.length ?? 0) > DECLARED_BY) continue;
      const weight = distinct(name) * (exported ? 1 : 0.1) * (outer[symbol] ? 1 : 0.3);
      if (found === undefined) known.set(name, [{ file, symbol, weight }]);
      else found.push({ file, symbol, weight });
    }
  }
  return new Map([...all].map(([family, known]) => [family, names.map((name) => known.get(name))]));
}

/** A name of several words was made up for one thing. */
function distinct(name: string): number {
  const isMadeUp = name.length >= 8 && (/\p{Ll}\p{Lu}/u.test(name) || /\w_\w/.test(name));
  return isMadeUp ? 3 : 1;
}

/** Files that stand for their folder; where there are several, the last. */
const FOLDERS = ["mod", "__init__", "index"];

/** Where does a path lead that code or a manifest names, with or without an extension? */
export class Places {
  readonly #byStem = new Map<string, number>();
  readonly #byPath = new Map<string, number>();
  /** What a folder means that is named as if it were a file. */
  readonly #byFolder = new Map<string, number>();
  /** Modules that are named without a way to them, whoever names them. */
  readonly #elsewhere = new Map<string, number | null>();

  constructor(files: readonly SketchedFile[]) {
    for (const [index, { path, sketch }] of files.entries()) {
      this.#byPath.set(path, index);
      if (sketch === null) continue;
      const stem = withoutExtension(path);
      const isShorter = path.length < (files[this.#byStem.get(stem) ?? -1]?.path.length ?? Infinity);
      if (isShorter) this.#byStem.set(stem, index);
    }
    for (const name of FOLDERS) {
      for (const [stem, index] of this.#byStem)
        if (stem === name) this.#byFolder.set("", index);
        else if (stem.endsWith(`/${name}`)) this.#byFolder.set(stem.slice(0, -name.length - 1), index);
    }
  }

  find(from: string, named: string): number | null {
    const folder = from.slice(0, from.lastIndexOf("/") + 1);
    const isRelative = /^\.\.?(?:\/|$)/.test(named);
    // A script that names no way means a package, wherever it stands.
    const beside = isRelative || familyOf(from) !== "script" ? this.at(reached(folder, named)) : null;
    if (beside !== null || isRelative) return beside;
    let found = this.#elsewhere.get(named);
    if (found === undefined) {
      found = null;
      for (const base of ["", "src/", "lib/", "include/"]) found ??= this.at(normal(base + named));
      this.#elsewhere.set(named, found);
    }
    return found;
  }

  at(path: string): number | null {
    const exact = this.#byPath.get(path);
    if (exact !== undefined) return exact;
    return (
      this.#byStem.get(withoutExtension(path)) ?? this.#byStem.get(path) ?? this.#byFolder.get(path) ?? null
    );
  }

  /** What a manifest names is often what is built from sources elsewhere. */
  entry(manifest: string, named: string): number | null {
    const folder = manifest.slice(0, manifest.lastIndexOf("/") + 1);
    const path = normal(named);
    const source = path.replace(/^(?:dist|build|lib|out|es|esm|cjs)\//, "");
    for (const candidate of [
      path,
      `src/${source}`,
      `src/${source.replace(/^[^/]+\//, "")}`,
      `lib/${source}`,
    ]) {
      const found = this.at(normal(folder + candidate));
      if (found !== null) return found;
    }
    return null;
  }
}

function withoutExtension(path: string): string {
  return path.replace(/(?:\.d)?\.[A-Za-z]\w*$/, "");
}

/** Most ways begin with a few steps up and hold no others. */
function reached(folder: string, named: string): string {
  let base = folder;
  let rest = named;
  while (rest.startsWith("./") || rest.startsWith("../")) {
    if (rest.startsWith("../")) base = base.slice(0, base.lastIndexOf("/", base.length - 2) + 1);
    rest = rest.slice(rest.indexOf("/") + 1);
  }
  return normal(base + rest);
}

function normal(path: string): string {
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
