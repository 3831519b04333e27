// How are sources read, and what is kept of each? Below one root, whole and of one moment, with a stamp and a digest of
// all that was looked at, also of what was not there. It does not know what a file means.

import { lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../model/diagnostic.ts";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import { fileFailure } from "../../platform/file-failure.ts";
import { listIfThere, readSnapshot } from "../../platform/files.ts";
import { type Stamp, stampOf } from "../../platform/stamp.ts";
import { diagnosticOf } from "../../report/failure-diagnostic.ts";
import type { SourceFile } from "../../spec/source.ts";

/** What the parsers accept. A larger file is not read at all. */
const FILE_LIMIT = 1024 * 1024;

export class Reader {
  readonly root: string;
  readonly stamps = new Map<string, Stamp>();
  readonly digests = new Map<string, Digest | null>();
  readonly diagnostics: Diagnostic[] = [];

  constructor(root: string) {
    this.root = root;
  }

  /** `path` is relative to the root. Null where there is no such file. What is there and cannot be read is a finding. */
  file(path: string): SourceFile | null {
    const read = this.read(path);
    return read === "unreadable" ? null : read;
  }

  read(path: string): SourceFile | null | "unreadable" {
    const read = readSnapshot(join(this.root, path), FILE_LIMIT);
    if (read.ok) {
      this.stamps.set(path, read.value.stamp);
      this.digests.set(path, digestOfBytes(read.value.bytes));
      return { path, bytes: read.value.bytes };
    }
    this.stamps.set(path, stampOf(join(this.root, path)));
    this.digests.set(path, null);
    if (read.failure.reason === "io" && read.failure.code === "ENOENT" && !this.#isLink(path)) return null;
    this.diagnostics.push(...unreadable(path, read.failure));
    return "unreadable";
  }

  /**
   * Names of the folders, or files, in a folder, links followed; none where it does not exist. What cannot be listed,
   * and a link that leads nowhere, is a finding. Hidden links are left alone: editors keep locks as links to nothing.
   */
  list(path: string, kind: "file" | "folder"): readonly string[] {
    const folder = join(this.root, path);
    this.stamps.set(path, stampOf(folder));
    const entries = listIfThere(folder);
    if (!entries.ok) this.diagnostics.push(...unreadable(path, entries.failure));
    else if (entries.value.length === 0 && this.#isBrokenLink(path)) this.#tellBroken(path, "list");
    if (!entries.ok) return [];
    return entries.value
      .filter(({ name, kind: found }) => {
        if (found !== "link") return found === kind;
        return !name.startsWith(".") && this.#leadsTo(`${path}/${name}`, kind);
      })
      .map(({ name }) => name);
  }

  #leadsTo(path: string, kind: "file" | "folder"): boolean {
    // A link is mended where it leads, which changes nothing in the folder that holds it.
    this.stamps.set(path, stampOf(join(this.root, path)));
    try {
      const stats = statSync(join(this.root, path));
      return kind === "folder" ? stats.isDirectory() : stats.isFile();
    } catch (error) {
      const failure = fileFailure(path, kind === "folder" ? "list" : "read", error);
      if (!failure.ok) this.diagnostics.push(...unreadable(path, failure.failure));
      return false;
    }
  }

  /** True where nothing can be listed or read because the path is a link. */
  #isLink(path: string): boolean {
    return lstatSync(join(this.root, path), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  }

  #isBrokenLink(path: string): boolean {
    return this.#isLink(path) && statSync(join(this.root, path), { throwIfNoEntry: false }) === undefined;
  }

  #tellBroken(path: string, operation: string): void {
    const message = "the link leads to nothing";
    this.diagnostics.push(...unreadable(path, { reason: "io", path, operation, code: "ENOENT", message }));
  }

  keep<T>({ value, diagnostics }: { readonly value: T | null; readonly diagnostics: readonly Diagnostic[] }) {
    this.diagnostics.push(...diagnostics);
    return value;
  }
}

function unreadable(path: string, failure: Failure): readonly Diagnostic[] {
  if (failure.reason !== "io") return diagnosticOf(failure, null);
  const tooLarge = failure.code === "too-large";
  const isList = failure.operation === "list";
  return [
    {
      severity: "error",
      code: tooLarge ? "file-too-large" : "file-unreadable",
      message: tooLarge
        ? "The file is larger than 1 MiB."
        : `The ${isList ? "folder" : "file"} cannot be read: ${failure.message}.`,
      target: null,
      file: path,
      line: 1,
      column: 1,
      fix: tooLarge
        ? "Split what it says into several features."
        : `Make it a ${isList ? "folder" : "regular file"} that can be read.`,
    },
  ];
}
