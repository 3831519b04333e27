// How are sources read, and what is kept of each? Below one root, whole and of one moment, with a stamp and a digest of
// all that was looked at, also of what was not there. It does not know what a file means.

import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { spelledOut, unseenIn } from "../../model/path.ts";
import { type Entry, kindBehind, listIfThere, readSnapshot } from "../../platform/files.ts";
import { type Stamp, stampOf, UNKNOWN } from "../../platform/stamp.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import type { SourceFile } from "../../spec/read/source.ts";

/** What the parsers accept. A larger file is not read at all. */
const FILE_LIMIT = 1024 * 1024;

/** Files as somebody thinks of writing them, by path; they lie on no disk, and the readers of a build know none. */
export type Thought = ReadonlyMap<string, Uint8Array>;

export const NOTHING_THOUGHT: Thought = new Map();

export class Reader {
  readonly root: string;
  readonly stamps = new Map<string, Stamp>();
  readonly digests = new Map<string, Digest | null>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #thought: Thought;

  constructor(root: string, thought: Thought = NOTHING_THOUGHT) {
    this.root = root;
    this.#thought = thought;
  }

  /** `path` is relative to the root. Null where there is no such file. What is there and cannot be read is a finding. */
  file(path: string): SourceFile | null {
    const read = this.read(path);
    return read === "unreadable" ? null : read;
  }

  read(path: string): SourceFile | null | "unreadable" {
    const thought = this.#thought.get(path);
    if (thought !== undefined) {
      this.stamps.set(path, UNKNOWN);
      this.digests.set(path, digestOfBytes(thought));
      return { path, bytes: thought };
    }
    const read = readSnapshot(join(this.root, path), FILE_LIMIT);
    if (read.ok) {
      this.stamps.set(path, read.value.stamp);
      this.digests.set(path, digestOfBytes(read.value.bytes));
      return { path, bytes: read.value.bytes };
    }
    this.stamps.set(path, stampOf(join(this.root, path)));
    this.digests.set(path, null);
    if (read.failure.reason === "io" && read.failure.code === "ENOENT") return null;
    this.diagnostics.push(...unreadable(path, read.failure));
    return "unreadable";
  }

  /**
   * Names of the folders, or files, in a folder, also of those behind links; none where it does not exist. What cannot
   * be listed, and a link that leads nowhere, is a finding.
   */
  list(path: string, kind: "file" | "folder"): readonly string[] {
    this.stamps.set(path, stampOf(join(this.root, path)));
    const entries = listIfThere(join(this.root, path));
    if (!entries.ok) this.diagnostics.push(...unreadable(path, entries.failure));
    if (!entries.ok) return [];
    const names = entries.value.filter((entry) => this.#kindOf(path, entry) === kind).map(({ name }) => name);
    // Hidden files are nobody's sources, whatever they are called.
    const unseen = names.filter((name) => !name.startsWith(".") && unseenIn(name) !== null);
    for (const name of unseen) this.diagnostics.push(strangeName(path, name, kind));
    return unseen.length === 0 ? names : names.filter((name) => !unseen.includes(name));
  }

  #kindOf(folder: string, { name, kind }: Entry): Entry["kind"] {
    // Editors mark what they hold with hidden links that lead nowhere; nothing hidden is a source.
    if (kind !== "link" || name.startsWith(".")) return kind;
    const path = `${folder}/${name}`;
    const behind = kindBehind(join(this.root, path));
    if (behind.ok) return behind.value;
    this.stamps.set(path, stampOf(join(this.root, path)));
    this.diagnostics.push(...unreadable(path, behind.failure));
    return kind;
  }

  keep<T>({ value, diagnostics }: { readonly value: T | null; readonly diagnostics: readonly Diagnostic[] }) {
    this.diagnostics.push(...diagnostics);
    return value;
  }
}

/** What was looked at, by the operation that failed. */
const WHAT: Readonly<Record<string, "folder" | "link">> = { list: "folder", follow: "link" };

function strangeName(folder: string, name: string, kind: "file" | "folder"): Diagnostic {
  const fault = unseenIn(name) === "not-utf8" ? "is not UTF-8" : "holds a character that is not seen";
  return {
    severity: "error",
    code: "hostile-path",
    message: `The name of the ${kind} ${spelledOut(name)} in ${folder}/ ${fault}.`,
    target: null,
    file: folder,
    line: null,
    column: null,
    fix: `Rename the ${kind}.`,
  };
}

function unreadable(path: string, failure: Failure): readonly Diagnostic[] {
  if (failure.reason !== "io") return diagnosticOf(failure, null);
  const tooLarge = failure.code === "too-large";
  const what = WHAT[failure.operation] ?? "file";
  return [
    {
      severity: "error",
      code: tooLarge ? "file-too-large" : "file-unreadable",
      message: tooLarge
        ? "The file is larger than 1 MiB."
        : `The ${what} cannot be ${what === "link" ? "followed" : "read"}: ${failure.message}.`,
      target: null,
      file: path,
      line: 1,
      column: 1,
      fix: tooLarge
        ? "Split what it says into several features."
        : `Make it a ${what === "file" ? "regular file" : what} that can be ${what === "link" ? "followed, or remove it" : "read"}.`,
    },
  ];
}
