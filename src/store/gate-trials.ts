// What did a gate say of what it looked at? Derived: losing one runs the gate once more. It does not know what a run
// tells beside the gate's result.

import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import { readFileCapped } from "../platform/files.ts";
import { writeDurably } from "./durable.ts";

const LIMIT = 16 * 1024 * 1024;

export class GateTrials {
  readonly #folder: string;

  /** `store` is `.factory/store`. */
  constructor(store: string) {
    this.#folder = join(store, "trials");
  }

  /** What was kept under this key, as whoever kept it knows it; null where nobody did. */
  get<T>(key: Digest): T | null {
    const read = readFileCapped(join(this.#folder, key), LIMIT);
    if (!read.ok) return null;
    try {
      return JSON.parse(Buffer.from(read.value).toString("utf8")) as T;
    } catch {
      // Torn by a crash: as if it were not there.
      return null;
    }
  }

  async keep(key: Digest, said: unknown): Promise<void> {
    await writeDurably(join(this.#folder, key), JSON.stringify(said), { mode: 0o600, derived: true });
  }
}
