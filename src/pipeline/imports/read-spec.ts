// What is in the folder of a foreign spec? Its files with their texts, within bounds; a link and a special file are left out and
// told. A folder or a document that cannot be read is an error.

import { dirname, join, relative, sep } from "node:path";
import type { SourceLine } from "../../model/imported.ts";
import { listFolder, readFileCapped } from "../../platform/files.ts";
import type { ForeignSpec, Notes } from "../../spec/imports/foreign.ts";
import { capabilityAt } from "../../spec/imports/openspec.ts";
import type { SourceFile } from "../../spec/read/source.ts";
import type { FoundSpec } from "./find-specs.ts";

const MIB = 1024 * 1024;
/** A tasks.json holds all features of a repository, each other file one of them. */
const JSON_MIB = 32;
const FILE_MIB = 1;
const DOCUMENT = /\.(?:md|json)$/i;
const MAX_FILES = 500;
const MAX_DEPTH = 6;

/** `show` makes an absolute path one that a person would name. */
export function readSpec(found: FoundSpec, show: (path: string) => string, notes: Notes): ForeignSpec {
  const { format, name, path, root } = found;
  const isJson = format === "task-master" || format === "github";
  const isFile = isJson || path.endsWith(".md");
  const reader = new Reader(show, notes, isJson ? JSON_MIB : FILE_MIB);
  const base = isFile ? dirname(path) : path;
  if (isFile) reader.read(path);
  else reader.walk(path, 0);
  const files = new Map(reader.files.map(({ absolute, file }) => [below(base, absolute), file]));
  const around = new Map<string, SourceFile>();
  if (format === "openspec" && !isFile && !files.has("spec.md")) {
    const beside = new Reader(show, notes, FILE_MIB);
    const home = dirname(dirname(path));
    for (const key of files.keys()) {
      const capability = capabilityAt(key);
      if (capability === null) continue;
      const place = join(home, "specs", ...capability.split("/"));
      const file = beside.read(join(place, "spec.md"), false) ?? beside.read(`${place}.md`, false);
      if (file !== null) around.set(capability, file);
    }
  }
  return { format, name, source: show(path), root, files, around };
}

function below(base: string, path: string): string {
  return relative(base, path).split(sep).join("/");
}

class Reader {
  readonly files: { readonly absolute: string; readonly file: SourceFile }[] = [];
  private readonly show: (path: string) => string;
  private readonly notes: Notes;
  private readonly mostMib: number;

  constructor(show: (path: string) => string, notes: Notes, mostMib: number) {
    this.show = show;
    this.notes = notes;
    this.mostMib = mostMib;
  }

  walk(folder: string, depth: number): void {
    const entries = listFolder(folder);
    if (!entries.ok) {
      this.notes.error("unreadable", this.spot(folder), "The folder cannot be read.");
      return;
    }
    for (const { name, kind } of entries.value) {
      const path = join(folder, name);
      if (kind === "link" || kind === "special")
        this.notes.warn("not-a-file", this.spot(path), "This is a link or no regular file, and is not read.");
      else if (kind === "folder" && depth >= MAX_DEPTH)
        this.notes.warn("too-deep", this.spot(path), "Folders as deep as this one are not read.");
      else if (kind === "folder") this.walk(path, depth + 1);
      else if (this.files.length >= MAX_FILES) {
        this.notes.warn("too-many-files", this.spot(path), `Only the first ${MAX_FILES} files are read.`);
        return;
      } else this.read(path);
    }
  }

  read(path: string, tellMissing = true): SourceFile | null {
    const bytes = readFileCapped(path, this.mostMib * MIB);
    if (bytes.ok) {
      const file = { path: this.show(path), bytes: bytes.value };
      this.files.push({ absolute: path, file });
      return file;
    }
    const isMissing = bytes.failure.reason === "io" && bytes.failure.code === "ENOENT";
    const isLarge = bytes.failure.reason === "io" && bytes.failure.code === "too-large";
    const [code, message] = isLarge
      ? (["file-too-large", `The file is larger than ${this.mostMib} MiB, and is not read.`] as const)
      : (["unreadable", "The file cannot be read."] as const);
    // Nothing is read in pictures and the like that lie beside the documents.
    if (!DOCUMENT.test(path)) this.notes.warn(code, this.spot(path), message);
    else if (!isMissing || tellMissing) this.notes.error(code, this.spot(path), message);
    return null;
  }

  private spot(path: string): SourceLine {
    return { file: this.show(path), line: 1 };
  }
}
