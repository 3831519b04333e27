// What do locks tell of a branch? They name what tasks put out by its digest alone: enough to know a generated content
// where no commit tells of it, and not what it held.

import { type Digest, digestOfBytes } from "../model/digest.ts";
import { withoutInserted } from "../model/inserted-lines.ts";
import type { Output } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import type { Oid, Tree, TreeEntry } from "../model/tree.ts";
import type { Git } from "./git.ts";
import { readBlobs, writeBlobs } from "./objects.ts";
import type { Put } from "./puts.ts";

export interface LockWords {
  /** What locks say that tasks made, by path: where no history tells it, a content of that digest is generated, too. */
  readonly recorded: ReadonlyMap<string, readonly Output[]>;
  /** Whether some lock in the history of the specs told of a content of that digest. */
  readonly wasRecorded: (digest: Digest) => Promise<Result<boolean>>;
  /** The bytes of a digest, wherever they are kept; null where they are nowhere. */
  readonly bytesOf: (digest: Digest) => Promise<Result<Uint8Array | null>>;
}

export class LockKnowledge {
  readonly #git: Git;
  readonly #words: LockWords;

  constructor(git: Git, words: LockWords) {
    this.#git = git;
    this.#words = words;
  }

  /** Of the paths, those that have the mode and the digest that a lock tells now. */
  async matching(paths: readonly string[], tree: Tree): Promise<Result<ReadonlyMap<string, Output>>> {
    const found = new Map<string, Output>();
    const files = paths.flatMap((path) => {
      const entry = this.#words.recorded.has(path) ? tree.get(path) : undefined;
      return entry === undefined || entry.mode === "160000" ? [] : [{ path, ...entry }];
    });
    const contents = await readBlobs(
      this.#git,
      files.map(({ oid }) => oid),
    );
    if (!contents.ok) return contents;
    for (const [at, { path, mode }] of files.entries()) {
      const digest = digestOfBytes(contents.value[at]!);
      const outputs = this.#words.recorded.get(path) ?? [];
      const output = outputs.find((one) => one.digest === digest && one.mode === mode);
      if (output !== undefined) found.set(path, output);
    }
    return success(found);
  }

  /** Whether a lock told, at any time, of what is there now. */
  async toldOf(path: string, now: TreeEntry): Promise<Result<boolean>> {
    if (!this.#isCreated(path, now.mode)) return success(false);
    const contents = await readBlobs(this.#git, [now.oid]);
    return contents.ok ? this.toldOfContent(path, now.mode, contents.value[0]!) : contents;
  }

  /** The same of a content that may be nowhere. */
  async toldOfContent(path: string, mode: TreeEntry["mode"], content: Uint8Array): Promise<Result<boolean>> {
    if (!this.#isCreated(path, mode)) return success(false);
    const digest = digestOfBytes(content);
    const isNow = this.#words.recorded.get(path)?.some((output) => output.digest === digest);
    return isNow ? success(true) : this.#words.wasRecorded(digest);
  }

  #isCreated(path: string, mode: TreeEntry["mode"]): boolean {
    return mode !== "160000" && this.createdAt(path)?.mode === mode;
  }

  /** The file that a task made where nobody had one: what people had below any other, a digest cannot tell. */
  createdAt(path: string): (Output & { readonly digest: Digest }) | null {
    for (const { digest, ...output } of this.#words.recorded.get(path) ?? []) {
      if (digest !== null && output.base === null) return { ...output, digest };
    }
    return null;
  }

  /** An edit of the newest of these contents that a task is recorded to have left there when it inserted lines; null for none. */
  editAmong(
    path: string,
    past: readonly Oid[],
    contents: readonly Uint8Array[],
  ): { readonly is: "edit"; readonly kind: "changed"; readonly by: Put } | null {
    const outputs = this.#words.recorded.get(path) ?? [];
    for (const [at, content] of contents.entries()) {
      const digest = digestOfBytes(content);
      const output = outputs.find((one) => one.digest === digest && one.inserted !== undefined);
      if (output === undefined) continue;
      const inserted = (output.inserted ?? []).map((run) => ({ ...run, task: null }));
      const by = { ...createdBy({ mode: output.mode, oid: past[at] as Oid }), inserted };
      return { is: "edit", kind: "changed", by };
    }
    return null;
  }

  /** What lay below lines that tasks inserted one after the other, the last of whom left the file as it is there. */
  async withoutInserted(now: TreeEntry, path: string): Promise<Result<TreeEntry>> {
    const contents = await readBlobs(this.#git, [now.oid]);
    if (!contents.ok) return contents;
    let [content] = contents.value as [Uint8Array];
    const open = (this.#words.recorded.get(path) ?? []).filter(({ inserted }) => (inserted ?? []).length > 0);
    const last = () => open.findIndex(({ digest }) => digest === digestOfBytes(content));
    for (let at = last(); at >= 0; at = last()) {
      const [output] = open.splice(at, 1);
      content = withoutInserted(content, output?.inserted ?? []);
    }
    const written = await writeBlobs(this.#git, [content]);
    return written.ok ? success({ mode: now.mode, oid: written.value[0]! }) : written;
  }

  /** The git blob of a digest; null where its bytes are nowhere. */
  async kept(digest: Digest): Promise<Result<Oid | null>> {
    const bytes = await this.#words.bytesOf(digest);
    if (!bytes.ok || bytes.value === null) return bytes.ok ? success(null) : bytes;
    const written = await writeBlobs(this.#git, [bytes.value]);
    return written.ok ? success(written.value[0]!) : written;
  }
}

/** A file that a task made where nobody had one, as if a commit had said it. */
export function createdBy(entry: TreeEntry): Put {
  return { commit: null, entry, before: null, human: null, held: false };
}
