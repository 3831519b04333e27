// What did a gate say of a tree that an agent asked about? Derived: losing one runs the gate once more.

import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import type { GateResult } from "../model/inspection.ts";
import { readFileCapped } from "../platform/files.ts";
import { writeDurably } from "./durable.ts";

const LIMIT = 16 * 1024 * 1024;

export class GateTrials {
  readonly #folder: string;

  /** `store` is `.factory/store`. */
  constructor(store: string) {
    this.#folder = join(store, "trials");
  }

  get(key: Digest): GateResult | null {
    const read = readFileCapped(join(this.#folder, key), LIMIT);
    if (!read.ok) return null;
    try {
      return JSON.parse(Buffer.from(read.value).toString("utf8")) as GateResult;
    } catch {
      // Torn by a crash: as if it were not there.
      return null;
    }
  }

  /** Names of the tests that passed when a gate last passed; empty where nobody saw it. */
  passed(key: Digest): readonly string[] {
    const read = readFileCapped(join(this.#folder, key), LIMIT);
    if (!read.ok) return [];
    try {
      return JSON.parse(Buffer.from(read.value).toString("utf8")) as string[];
    } catch {
      return [];
    }
  }

  async keepPassed(key: Digest, names: readonly string[]): Promise<void> {
    await writeDurably(join(this.#folder, key), JSON.stringify(names), { derived: true });
  }

  async keep(key: Digest, result: GateResult): Promise<void> {
    await writeDurably(join(this.#folder, key), JSON.stringify(result), { derived: true });
  }
}
