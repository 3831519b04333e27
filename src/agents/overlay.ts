// What has an attempt written so far? A layer over the snapshot, in memory: nothing here touches a disk, so a path that
// a model chose is only ever a name. Whether it may be written at all is tool-writing.ts.

import type { Digest } from "../model/digest.ts";
import type { Change } from "../model/output.ts";
import { type Result, success } from "../model/result.ts";
import type { SearchHit, Snapshot, SnapshotFile } from "./snapshot.ts";
import { textOf } from "./text-file.ts";

export const OVERLAY_LIMITS = { files: 500, fileBytes: 1024 * 1024, bytes: 8 * 1024 * 1024 } as const;

export type OverlayLimit = keyof typeof OVERLAY_LIMITS;

interface Layer {
  /** What the snapshot holds at this path. */
  readonly base: SnapshotFile;
  /** Null: deleted. */
  readonly content: Uint8Array | null;
}

export class Overlay {
  readonly #snapshot: Snapshot;
  readonly #layers = new Map<string, Layer>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Whether the path was written or deleted here: what is told about it is then no word of the snapshot's. */
  covers(path: string): boolean {
    return this.#layers.has(path);
  }

  /** The file as it is now. */
  async read(path: string): Promise<Result<SnapshotFile>> {
    const layer = this.#layers.get(path);
    if (layer === undefined) return this.#snapshot.read(path);
    const mode = layer.content === null ? null : modeOver(layer.base);
    return success({ content: layer.content, mode, digest: null });
  }

  /** The names as they are now, with the digest of the snapshot's answer. */
  async list(
    folder: string,
  ): Promise<Result<{ readonly names: readonly string[] | null; readonly digest: Digest | null }>> {
    const listed = await this.#snapshot.list(folder);
    if (!listed.ok) return listed;
    const { names, digest } = listed.value;
    const prefix = folder === "" ? "" : `${folder}/`;
    const now = new Set(names);
    for (const [path, { content }] of this.#layers) {
      if (content === null && path.startsWith(prefix)) now.delete(path.slice(prefix.length));
    }
    for (const [path, { content }] of this.#layers) {
      if (content === null || !path.startsWith(prefix)) continue;
      const [name = "", ...deeper] = path.slice(prefix.length).split("/");
      now.add(deeper.length > 0 ? `${name}/` : name);
    }
    return success({ names: names === null && now.size === 0 ? null : [...now].sort(), digest });
  }

  /** The lines as they are now, with the digest of the snapshot's answer. */
  async search(
    text: string,
  ): Promise<Result<{ readonly hits: readonly SearchHit[]; readonly digest: Digest | null }>> {
    const found = await this.#snapshot.search(text);
    if (!found.ok || this.#layers.size === 0) return found;
    const hits = found.value.hits.filter(({ path }) => !this.#layers.has(path));
    for (const [path, { content }] of this.#layers) {
      const lines = content === null ? [] : (textOf(content) ?? "").split("\n");
      for (const [index, line] of lines.entries()) {
        if (line.includes(text)) hits.push({ path, line: index + 1, text: line });
      }
    }
    hits.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1));
    return success({ hits, digest: found.value.digest });
  }

  /** Null content deletes. Answers with the limit that stands against it, or null where it is done. */
  async put(path: string, content: Uint8Array | null): Promise<Result<OverlayLimit | null>> {
    const over = this.#limitAgainst(path, content);
    if (over !== null) return success(over);
    const base = this.#layers.get(path)?.base;
    const read = base === undefined ? await this.#snapshot.read(path) : success(base);
    if (!read.ok) return read;
    this.#layers.set(path, { base: read.value, content });
    return success(null);
  }

  /** What differs from the snapshot, sorted by path. A file that exists keeps its mode. */
  changes(): readonly Change[] {
    const changes: Change[] = [];
    for (const [path, { base, content }] of this.#layers) {
      if (content === null) {
        if (base.content !== null) changes.push({ path, mode: base.mode ?? "100644", content });
      } else {
        const mode = modeOver(base);
        if (base.mode !== mode || base.content === null || !Buffer.from(content).equals(base.content)) {
          changes.push({ path, mode, content });
        }
      }
    }
    return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #limitAgainst(path: string, content: Uint8Array | null): OverlayLimit | null {
    if (!this.#layers.has(path) && this.#layers.size >= OVERLAY_LIMITS.files) return "files";
    if (content === null) return null;
    if (content.length > OVERLAY_LIMITS.fileBytes) return "fileBytes";
    let bytes = content.length;
    for (const [other, layer] of this.#layers) if (other !== path) bytes += layer.content?.length ?? 0;
    return bytes > OVERLAY_LIMITS.bytes ? "bytes" : null;
  }
}

/** A file that takes the place of a link is a plain file. */
function modeOver({ mode }: SnapshotFile): "100644" | "100755" {
  return mode === "100755" ? mode : "100644";
}
