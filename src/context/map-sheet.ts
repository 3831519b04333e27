// How does a map read while it is filled? Each line has its size before it is written, so that what still fits is known,
// and all lines stand in the order of the paths, whichever came first.

import type { SketchedSymbol } from "../model/sketch.ts";
import type { RankedFile } from "./rank-files.ts";

interface FileLines {
  readonly names: Set<number>;
  readonly heads: Set<number>;
}

export class MapSheet {
  readonly #limit: number;
  readonly #hasLines: boolean;
  readonly #head: string;
  readonly #files: readonly RankedFile[];
  /** How many files lie in each folder and below it. */
  readonly #counts = new Map<string, number>();
  readonly #worth = new Map<string, { tier: number; rank: number }>();
  readonly #folders = new Set<string>();
  readonly #shown = new Map<RankedFile, FileLines>();
  #bytes: number;

  constructor(files: readonly RankedFile[], { limit, lines }: { limit: number; lines: boolean }) {
    this.#limit = limit;
    this.#hasLines = lines;
    // Files of a folder stand together, before the folders within it.
    this.#files = [...files].sort((a, b) => compare(folderOf(a), folderOf(b)) || compare(a.path, b.path));
    for (const { path, tier, rank } of files) {
      for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
        const folder = path.slice(0, at + 1);
        this.#counts.set(folder, (this.#counts.get(folder) ?? 0) + 1);
        const known = this.#worth.get(folder) ?? { tier, rank: 0 };
        this.#worth.set(folder, { tier: Math.min(tier, known.tier), rank: known.rank + rank });
      }
    }
    this.#head = headline(files, this.#counts.size, lines);
    this.#bytes = Buffer.byteLength(this.#head);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get hasRoom(): boolean {
    return this.#bytes <= this.#limit;
  }

  topFolders(): string[] {
    return this.folders().filter((folder) => folder.indexOf("/") === folder.length - 1);
  }

  /** Those above before those below, of one depth those whose files matter most. */
  folders(): string[] {
    const depth = (folder: string) => folder.split("/").length;
    const worth = (folder: string) => this.#worth.get(folder) ?? { tier: 0, rank: 0 };
    return [...this.#counts.keys()].sort(
      (a, b) =>
        depth(a) - depth(b) ||
        worth(a).tier - worth(b).tier ||
        worth(b).rank - worth(a).rank ||
        (a < b ? -1 : 1),
    );
  }

  addFolder(folder: string): boolean | null {
    if (folder === "" || this.#folders.has(folder)) return null;
    if (!this.#take(lineBytes(this.#folderLine(folder)))) return false;
    this.#folders.add(folder);
    return true;
  }

  /** Its folder has to be there. */
  addFile(file: RankedFile): boolean | null {
    if (this.#shown.has(file)) return null;
    const lines: FileLines = { names: new Set(), heads: new Set() };
    if (!this.#take(lineBytes(this.#fileLine(file, lines)))) return false;
    this.#shown.set(file, lines);
    return true;
  }

  /** Beside its file, which has to be there. */
  addName(file: RankedFile, symbol: number): boolean | null {
    const lines = this.#linesOf(file);
    const told = this.#nameOf(symbolOf(file, symbol));
    if (lines.names.has(symbol) || lines.heads.has(symbol) || told === "") return null;
    // The same name twice, as of overloads, says nothing more.
    const isTold = [...lines.names, ...lines.heads].some(
      (one) => symbolOf(file, one).name === symbolOf(file, symbol).name,
    );
    if (isTold) return null;
    if (!this.#take(2 + Buffer.byteLength(told))) return false;
    lines.names.add(symbol);
    return true;
  }

  /** Below its file and what it is a member of, which have to be there. Its name beside the file goes. */
  addHead(file: RankedFile, symbol: number): boolean | null {
    const lines = this.#linesOf(file);
    if (lines.heads.has(symbol)) return null;
    const told = lines.names.has(symbol) ? 2 + Buffer.byteLength(this.#nameOf(symbolOf(file, symbol))) : 0;
    if (!this.#take(lineBytes(this.#headLine(file, symbol)) - told)) return false;
    lines.names.delete(symbol);
    lines.heads.add(symbol);
    return true;
  }

  text(): string {
    const lines = [this.#head];
    const told = new Set<string>();
    for (const file of this.#files) {
      const { path } = file;
      for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
        const folder = path.slice(0, at + 1);
        if (told.has(folder) || !this.#folders.has(folder)) continue;
        told.add(folder);
        lines.push(this.#folderLine(folder));
      }
      const shown = this.#shown.get(file);
      if (shown === undefined) continue;
      lines.push(this.#fileLine(file, shown));
      for (const symbol of [...shown.heads].sort((a, b) => a - b)) lines.push(this.#headLine(file, symbol));
    }
    return lines.join("\n");
  }

  #linesOf(file: RankedFile): FileLines {
    const lines = this.#shown.get(file);
    if (lines === undefined) throw new Error(`bug: ${file.path} has no line yet`);
    return lines;
  }

  #take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#limit) return false;
    this.#bytes += bytes;
    return true;
  }

  #folderLine(folder: string): string {
    return `${visible(folder)} (${counted(this.#counts.get(folder) ?? 0, "file")})`;
  }

  #fileLine(file: RankedFile, { names }: FileLines): string {
    const name = visible(file.path.slice(file.path.lastIndexOf("/") + 1));
    const told = [...names].sort((a, b) => a - b).map((symbol) => this.#nameOf(symbolOf(file, symbol)));
    return `${marginOf(file)}${name}${told.map((one, at) => `${at === 0 ? ": " : ", "}${one}`).join("")}`;
  }

  #nameOf({ name, first, last }: SketchedSymbol): string {
    const plain = visible(name);
    return this.#hasLines && plain !== "" ? `${plain} ${linesText(first, last)}` : plain;
  }

  #headLine(file: RankedFile, index: number): string {
    const symbol = symbolOf(file, index);
    let margin = `${marginOf(file)}  `;
    for (let { within } = symbol; within !== null; within = symbolOf(file, within).within) margin += "  ";
    return `${margin}${symbol.text}${this.#hasLines ? `  [${linesText(symbol.first, symbol.last)}]` : ""}`;
  }
}

function headline(files: readonly RankedFile[], folders: number, lines: boolean): string {
  const declaring = files.filter(({ sketch }) => (sketch?.symbols.length ?? 0) > 0).length;
  return `${counted(files.length, "file")} in ${counted(folders, "folder")}, ${declaring} with declarations${lines ? ", told with their lines" : ""}`;
}

function symbolOf(file: RankedFile, index: number): SketchedSymbol {
  const symbol = file.sketch?.symbols[index];
  if (symbol === undefined) throw new Error(`bug: ${file.path} has no symbol ${index}`);
  return symbol;
}

function folderOf({ path }: RankedFile): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function marginOf({ path }: RankedFile): string {
  return path.includes("/") ? "  " : "";
}

function lineBytes(line: string): number {
  return Buffer.byteLength(line) + 1;
}

function linesText(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A text in one line, whatever a stranger has put into it. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}
