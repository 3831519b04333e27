// What may a disk hold after a crash? Records every operation of a DurableIo on the real disk, and lays out the files
// as a power cut after any prefix of them could have left them.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { DISK, type DurableIo } from "../../src/store/durable-io.ts";

type Operation =
  | { readonly do: "open"; readonly file: number; readonly path: string; readonly fresh: boolean }
  | { readonly do: "write"; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly do: "truncate"; readonly file: number; readonly length: number }
  | { readonly do: "sync"; readonly file: number }
  | { readonly do: "rename"; readonly from: string; readonly to: string }
  | { readonly do: "remove"; readonly path: string }
  | { readonly do: "make-folder"; readonly path: string }
  | { readonly do: "sync-folder"; readonly path: string }
  | { readonly do: "mark"; readonly name: string };

/** `all`: every call reached the disk. `synced`: only what was synced. `some`: that, and the rest by chance. */
export type Survival = "all" | "synced" | "some";

export class RecordingIo implements DurableIo {
  readonly operations: Operation[] = [];
  readonly #files = new Map<number, number>();
  readonly #known = new Map<string, number>();
  /** Where the next write goes; null for the end. */
  readonly #position = new Map<number, number | null>();
  #next = 1;

  /** Notes that the caller was told of success here: whatever it stands for must survive from now on. */
  mark(name: string): void {
    this.operations.push({ do: "mark", name });
  }

  open(path: string, flags: "wx" | "a" | "r+", mode: number): number {
    const descriptor = DISK.open(path, flags, mode);
    const known = this.#known.get(path);
    const file = known ?? this.#next++;
    this.#known.set(path, file);
    this.#files.set(descriptor, file);
    this.#position.set(descriptor, flags === "a" ? null : 0);
    this.operations.push({ do: "open", file, path, fresh: known === undefined });
    return descriptor;
  }

  write(descriptor: number, bytes: Uint8Array, offset: number): number {
    // Never more than half at once, so that callers must loop and crashes fall between the pieces.
    const piece = bytes.subarray(offset, offset + Math.max(1, Math.ceil((bytes.length - offset) / 2)));
    const count = DISK.write(descriptor, piece, 0);
    const file = this.#files.get(descriptor) as number;
    const at = this.#position.get(descriptor) ?? Number.POSITIVE_INFINITY;
    this.#position.set(descriptor, at === Number.POSITIVE_INFINITY ? null : at + count);
    this.operations.push({ do: "write", file, at, bytes: Buffer.from(piece.subarray(0, count)) });
    return count;
  }

  truncate(descriptor: number, length: number): void {
    DISK.truncate(descriptor, length);
    this.operations.push({ do: "truncate", file: this.#files.get(descriptor) as number, length });
  }

  async sync(descriptor: number): Promise<void> {
    const file = this.#files.get(descriptor) as number;
    await DISK.sync(descriptor);
    this.operations.push({ do: "sync", file });
  }

  syncData(descriptor: number): Promise<void> {
    return this.sync(descriptor);
  }

  close(descriptor: number): void {
    DISK.close(descriptor);
  }

  rename(from: string, to: string): void {
    DISK.rename(from, to);
    this.#known.set(to, this.#known.get(from) as number);
    this.#known.delete(from);
    this.operations.push({ do: "rename", from, to });
  }

  remove(path: string): void {
    DISK.remove(path);
    this.#known.delete(path);
    this.operations.push({ do: "remove", path });
  }

  makeFolder(path: string): string | null {
    const top = DISK.makeFolder(path);
    if (top !== null) {
      for (let folder = top; ; folder = join(folder, relative(folder, path).split("/")[0] as string)) {
        this.operations.push({ do: "make-folder", path: folder });
        if (folder === path) break;
      }
    }
    return top;
  }

  async syncFolder(path: string): Promise<void> {
    await DISK.syncFolder(path);
    this.operations.push({ do: "sync-folder", path });
  }
}

/** The names of the successes that were told before operation `count`. */
export function marksBefore(operations: readonly Operation[], count: number): ReadonlySet<string> {
  return new Set(operations.slice(0, count).flatMap((step) => (step.do === "mark" ? [step.name] : [])));
}

/**
 * Lays out in `target` what was under `root` after the first `count` operations and a crash. With `torn`, the last of
 * them, if it is a write, reached the disk only to that fraction.
 */
export function layOut(
  operations: readonly Operation[],
  root: string,
  target: string,
  crash: { count: number; survival: Survival; torn?: number; chance?: () => number },
): void {
  const disk = new Disk(root);
  operations.slice(0, crash.count).forEach((step, at) => {
    const last = at === crash.count - 1;
    if (last && step.do === "write" && crash.torn !== undefined) {
      disk.run({ ...step, bytes: step.bytes.subarray(0, Math.floor(step.bytes.length * crash.torn)) });
    } else disk.run(step);
  });
  for (const [path, bytes] of disk.files(crash.survival, crash.chance ?? Math.random)) {
    const place = join(target, relative(root, path));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, bytes);
  }
}

/** Entries and contents twice: as the running system sees them, and as they are certain to be after a power cut. */
class Disk {
  readonly #root: string;
  readonly #content = new Map<number, Buffer>();
  readonly #syncedContent = new Map<number, Buffer>();
  readonly #entries = new Map<string, number | "folder">();
  readonly #syncedEntries = new Map<string, number | "folder">();

  constructor(root: string) {
    this.#root = root;
  }

  run(step: Operation): void {
    switch (step.do) {
      case "open":
        if (step.fresh) this.#content.set(step.file, Buffer.alloc(0));
        if (!this.#entries.has(step.path)) this.#entries.set(step.path, step.file);
        return;
      case "write": {
        const before = this.#contentOf(step.file);
        const parts = [before.subarray(0, step.at), step.bytes, before.subarray(step.at + step.bytes.length)];
        this.#content.set(step.file, Buffer.concat(parts));
        return;
      }
      case "truncate":
        this.#content.set(step.file, this.#contentOf(step.file).subarray(0, step.length));
        return;
      case "sync":
        this.#syncedContent.set(step.file, this.#contentOf(step.file));
        return;
      case "rename":
        this.#entries.set(step.to, this.#entries.get(step.from) as number);
        this.#entries.delete(step.from);
        return;
      case "remove":
        this.#entries.delete(step.path);
        return;
      case "make-folder":
        this.#entries.set(step.path, "folder");
        return;
      case "sync-folder":
        this.#syncEntries(step.path);
        return;
      case "mark":
        return;
    }
  }

  files(survival: Survival, chance: () => number): Map<string, Buffer> {
    const kept = (synced: boolean) => survival === "all" || synced || (survival === "some" && chance() < 0.5);
    const entries = new Map<string, number | "folder">();
    for (const path of new Set([...this.#entries.keys(), ...this.#syncedEntries.keys()])) {
      const now = this.#entries.get(path);
      const then = this.#syncedEntries.get(path);
      const value = now === then || kept(false) ? now : then;
      if (value !== undefined) entries.set(path, value);
    }
    const files = new Map<string, Buffer>();
    for (const [path, file] of entries) {
      if (file === "folder" || !this.#reachable(path, entries)) continue;
      const synced = this.#syncedContent.get(file) ?? Buffer.alloc(0);
      files.set(path, kept(false) ? this.#contentOf(file) : synced);
    }
    return files;
  }

  #reachable(path: string, entries: ReadonlyMap<string, number | "folder">): boolean {
    const folder = dirname(path);
    return folder === this.#root || (entries.get(folder) === "folder" && this.#reachable(folder, entries));
  }

  #syncEntries(folder: string): void {
    for (const path of [...this.#syncedEntries.keys()]) {
      if (dirname(path) === folder && !this.#entries.has(path)) this.#syncedEntries.delete(path);
    }
    for (const [path, value] of this.#entries) {
      if (dirname(path) === folder) this.#syncedEntries.set(path, value);
    }
  }

  #contentOf(file: number): Buffer {
    return this.#content.get(file) as Buffer;
  }
}
