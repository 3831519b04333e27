// How does a map read while it is filled? Each line has its size before it is written, so that what still fits is known,
// and all lines stand in the order of the paths, whichever came first.

import type { SketchedSymbol } from "../model/sketch.ts";
import type { RankedFile } from "./rank-files.ts";

interface FileLines {
  readonly names: Set<number>;
  readonly heads: Set<number>;
}

interface FolderFacts {
  readonly name: string;
  readonly depth: number;
  /** How many files lie in it. */
  count: number;
  /** Of the best of them. */
  tier: number;
  rank: number;
}

export class MapSheet {
  readonly #limit: number;
  readonly #hasLines: boolean;
  readonly #head: string;
  readonly #files: readonly RankedFile[];
  /** Of each folder with all that is below it. */
  readonly #folderFacts = new Map<string, FolderFacts>();
  readonly #folders = new Set<string>();
  readonly #shown = new Map<RankedFile, FileLines>();
  #bytes: number;

  /** In the order in which they will stand. */
  constructor(files: readonly RankedFile[], { limit, lines }: { limit: number; lines: boolean }) {
    this.#limit = limit;
    this.#hasLines = lines;
    this.#files = files;
    for (const { path, tier, rank } of files)
      this.#count(path.slice(0, path.lastIndexOf("/") + 1), tier, rank);
    this.#head = headline(files, this.#folderFacts.size, lines);
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
    const facts = [...this.#folderFacts.values()];
    facts.sort(
      (a, b) => a.depth - b.depth || a.tier - b.tier || b.rank - a.rank || (a.name < b.name ? -1 : 1),
    );
    return facts.map(({ name }) => name);
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

  #count(folder: string, tier: number, rank: number): void {
    for (let name = folder; name !== ""; name = name.slice(0, name.lastIndexOf("/", name.length - 2) + 1)) {
      let facts = this.#folderFacts.get(name);
      if (facts === undefined) {
        facts = { name, depth: name.split("/").length, count: 0, tier, rank: 0 };
        this.#folderFacts.set(name, facts);
      }
      facts.count++;
      facts.tier = Math.min(tier, facts.tier);
      facts.rank += rank;
    }
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
    return `${visible(folder)} (${counted(this.#folderFacts.get(folder)?.count ?? 0, "file")})`;
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
