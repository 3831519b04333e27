// Which file of a repository uses which other? By the names that one declares and the other uses, as far as they tell the
// two apart, and by the paths that it imports.

import type { SketchedFile } from "../model/sketch.ts";
import { familyOf } from "./map-order.ts";

export interface Link {
  readonly from: number;
  readonly to: number;
  /** Index of the symbol that is used; -1 where the file itself is. */
  readonly symbol: number;
  readonly weight: number;
}

/** A name that more files declare says of none of them that it is meant. */
const DECLARED_BY = 12;

interface Declarer {
  readonly file: number;
  readonly symbol: number;
  readonly weight: number;
}

export function linksAmong(files: readonly SketchedFile[], places: Places): Link[] {
  const declarers = declarersIn(files);
  const links: Link[] = [];
  for (const [from, { path, sketch }] of files.entries()) {
    if (sketch === null) continue;
    const names = declarers.get(familyOf(path));
    if (names !== undefined && sketch.uses !== "") {
      for (const name of sketch.uses.split(" ")) {
        const found = names.get(name);
        if (found === undefined || found.length > DECLARED_BY) continue;
        // What the file declares itself is what it means.
        if (found.some(({ file }) => file === from)) continue;
        for (const { file, symbol, weight } of found) {
          links.push({ from, to: file, symbol, weight: weight / found.length });
        }
      }
    }
    for (const named of sketch.imports) {
      const to = places.find(path, named);
      if (to !== null && to !== from) links.push({ from, to, symbol: -1, weight: 1 });
    }
  }
  return links;
}

/** By family and name; each file once for each name. */
function declarersIn(files: readonly SketchedFile[]): Map<string, Map<string, Declarer[]>> {
  const all = new Map<string, Map<string, Declarer[]>>();
  for (const [file, { path, sketch }] of files.entries()) {
    if (sketch === null || sketch.symbols.length === 0) continue;
    const family = familyOf(path);
    let names = all.get(family);
    if (names === undefined) {
      names = new Map();
      all.set(family, names);
    }
    for (const [symbol, { name, exported, within }] of sketch.symbols.entries()) {
      if (name.length < 3) continue;
      const weight = distinct(name) * (exported ? 1 : 0.1) * (within === null ? 1 : 0.3);
      const known = names.get(name);
      if (known === undefined) names.set(name, [{ file, symbol, weight }]);
      else if (known.at(-1)?.file !== file && known.length <= DECLARED_BY)
        known.push({ file, symbol, weight });
    }
  }
  return all;
}

/** A name of several words was made up for one thing. */
function distinct(name: string): number {
  const isMadeUp = name.length >= 8 && (/\p{Ll}\p{Lu}/u.test(name) || /\w_\w/.test(name));
  return isMadeUp ? 3 : 1;
}

/** Where does a path lead that code or a manifest names, with or without an extension? */
export class Places {
  readonly #byStem = new Map<string, number>();
  readonly #byPath = new Map<string, number>();

  constructor(files: readonly SketchedFile[]) {
    for (const [index, { path, sketch }] of files.entries()) {
      this.#byPath.set(path, index);
      if (sketch === null) continue;
      const stem = withoutExtension(path);
      const isShorter = path.length < (files[this.#byStem.get(stem) ?? -1]?.path.length ?? Infinity);
      if (isShorter) this.#byStem.set(stem, index);
    }
  }

  find(from: string, named: string): number | null {
    const folder = from.slice(0, from.lastIndexOf("/") + 1);
    const isRelative = /^\.\.?(?:\/|$)/.test(named);
    const bases = isRelative ? [folder] : [folder, "", "src/", "lib/", "include/"];
    for (const base of bases) {
      const found = this.at(normal(base + named));
      if (found !== null) return found;
    }
    return null;
  }

  at(path: string): number | null {
    const exact = this.#byPath.get(path);
    if (exact !== undefined) return exact;
    const join = (name: string) => (path === "" ? name : `${path}/${name}`);
    for (const stem of [withoutExtension(path), path, join("index"), join("__init__"), join("mod")]) {
      const found = this.#byStem.get(stem);
      if (found !== undefined) return found;
    }
    return null;
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

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
