// Where does a file go that can no longer be trusted? Aside, never away: it may be all that is left of something paid.
// It does not judge: whoever read the file did.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { type Result, success } from "../model/result.ts";
import { makeFolder, renameDurably, writeDurably } from "./durable.ts";
import type { DurableIo } from "./durable-io.ts";

export class Quarantine {
  readonly folder: string;
  readonly #io: DurableIo;

  constructor(folder: string, io: DurableIo) {
    this.folder = folder;
    this.#io = io;
  }

  /** Moves the file and returns its new path. `name` defaults to the file's own. */
  async take(path: string, name: string = basename(path)): Promise<Result<string>> {
    const folder = await makeFolder(this.folder, { io: this.#io });
    if (!folder.ok) return folder;
    let target = join(this.folder, name);
    for (let copy = 2; existsSync(target); copy += 1) target = join(this.folder, `${name}.${copy}`);
    const moved = await renameDurably(path, target, { io: this.#io });
    return moved.ok ? success(target) : moved;
  }

  /** Keeps what came from elsewhere, and returns its path; null where nothing is kept. */
  async keep(name: string, bytes: Uint8Array): Promise<Result<string | null>> {
    const path = join(this.folder, name);
    const written = await writeDurably(path, bytes, { mode: 0o600, derived: true, io: this.#io });
    return written.ok ? success(path) : written;
  }
}

/** For whoever only looks: what it cannot trust stays where it is. */
export class LeftInPlace extends Quarantine {
  override async take(path: string): Promise<Result<string>> {
    return success(path);
  }

  override async keep(): Promise<Result<null>> {
    return success(null);
  }
}
