// What is in a repository, in one text that fits a window? Folders, files and what they export; never what is inside
// them, so that the map of a repository changes only when its structure does.

export interface MappedFile {
  readonly path: string;
  /** Signatures as `exportedSignatures` reads them; absent for files that have none. */
  readonly exports?: readonly string[];
}

/**
 * The same text for the same files in whatever order, never more than `limit` bytes. What does not fit goes by rank: first
 * the signatures, then the names, then the files of folders, the deepest first, which become counts.
 */
export function repoMap(files: readonly MappedFile[], limit: number): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const head = headline(sorted);
  const fits = (text: string) => Buffer.byteLength(text, "utf8") <= limit;
  for (const exportsOf of [signaturesOf, namesOf, nothingOf]) {
    const text = [head, ...treeLines(sorted, exportsOf)].join("\n");
    if (fits(text)) return text;
  }
  const deepest = Math.max(0, ...sorted.map(({ path }) => path.split("/").length - 1));
  for (let depth = deepest; depth > 0; depth--) {
    const text = [head, ...countedLines(sorted, depth)].join("\n");
    if (fits(text)) return text;
  }
  return fits(head) ? head : "";
}

type ExportsOf = (file: MappedFile) => readonly string[];

const signaturesOf: ExportsOf = ({ exports }) => unique(exports ?? []);
const namesOf: ExportsOf = ({ exports }) => unique((exports ?? []).map(nameIn));
const nothingOf: ExportsOf = () => [];

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.replace(/\s+/g, " ").trim()))].filter((text) => text !== "");
}

function headline(files: readonly MappedFile[]): string {
  const folders = new Set(files.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/")))));
  folders.delete("");
  const exporting = files.filter((file) => signaturesOf(file).length > 0).length;
  const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return `${count(files.length, "file")} in ${count(folders.size, "folder")}, ${exporting} with exports`;
}

/** Each folder once, its files below it, and below each file what it exports. */
function treeLines(files: readonly MappedFile[], exportsOf: ExportsOf): string[] {
  const byFolder = new Map<string, MappedFile[]>();
  for (const file of files) {
    const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
    const inside = byFolder.get(folder);
    if (inside === undefined) byFolder.set(folder, [file]);
    else inside.push(file);
  }
  return [...byFolder].flatMap(([folder, inside]) => {
    const margin = folder === "" ? "" : "  ";
    const lines = inside.flatMap((file) => {
      const name = visible(file.path.slice(folder.length));
      return [`${margin}${name}`, ...exportsOf(file).map((told) => `${margin}  ${told}`)];
    });
    return folder === "" ? lines : [visible(folder), ...lines];
  });
}

/** Files of folders at `depth` and below are counted at the folder of that depth. */
function countedLines(files: readonly MappedFile[], depth: number): string[] {
  const counts = new Map<string, number>();
  for (const { path } of files) {
    const parts = path.split("/");
    const isDeep = parts.length > depth;
    const place = isDeep ? `${parts.slice(0, depth).join("/")}/` : path;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts].map(([place, number]) =>
    place.endsWith("/") ? `${visible(place)} (${number} file${number === 1 ? "" : "s"})` : visible(place),
  );
}

/** A path in one line, whatever a stranger has put into it. */
function visible(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}

const NAME =
  /^(?:async )?(?:function\*?|class|interface|type|const|let|var|enum|namespace|abstract class) +([\w$]+)/;

function nameIn(signature: string): string {
  return NAME.exec(signature)?.[1] ?? signature.slice(0, 60);
}

const SCRIPT = /\.[cm]?[jt]sx?$/;
const EXPORT =
  /^export +(?:default +)?(?:declare +)?((?:async +)?function\*?|(?:abstract +)?class|interface|type|const|let|var|(?:const +)?enum|namespace)\b/gm;
const LONGEST = 200;

/**
 * What a TypeScript or JavaScript file exports, each up to where its body begins: enough for a map, and far cheaper than
 * a parser. Other languages: none.
 */
export function exportedSignatures(path: string, text: string): string[] {
  if (!SCRIPT.test(path)) return [];
  return [...text.matchAll(EXPORT)].map((match) => {
    const keyword = match[1] as string;
    const from = match.index + match[0].length;
    const window = text.slice(from, from + LONGEST);
    const end = /type|namespace|enum/.test(keyword) ? nameEnd(window) : bodyStart(window);
    const signature = end < 0 ? window.slice(0, nameEnd(window)) : window.slice(0, end);
    return `${keyword.replace(/\s+/g, " ")} ${signature.replace(/\s+/g, " ").trim()}`.replace(/[,;]$/, "");
  });
}

function nameEnd(text: string): number {
  return /^\s*[\w$]*/.exec(text)?.[0].length ?? 0;
}

/** Offset of the brace, `=` or `;` that ends a signature; -1 where it lies too far away. */
function bodyStart(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    const isType = /[:|&]\s*$/.test(text.slice(0, at));
    if (depth === 0 && (character === ";" || (character === "{" && !isType))) return at;
    if (depth === 0 && character === "=" && text[at + 1] !== ">") return at;
    if (
      depth === 0 &&
      character === "\n" &&
      /[)\w$>\]}]\s*$/.test(text.slice(0, at)) &&
      !/^\s*[{:|&=(<]|^\s+(?:extends|implements)/.test(text.slice(at))
    )
      return at;
    if (/[([{]/.test(character)) depth++;
    if (/[)\]}]/.test(character)) depth--;
  }
  return -1;
}
