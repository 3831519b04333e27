// What did a gate say of what it looked at? Derived: losing one runs the gate once more. It does not know what a run
// tells beside the gate's result.

import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import { readFileCapped } from "../platform/files.ts";
import { writeDurably } from "./durable.ts";
import type { SharedStore } from "./sharing/shared-store.ts";

const LIMIT = 16 * 1024 * 1024;
const FORMAT = 1;

/** In a shared store, where a document says itself what it is about. */
interface SharedTrial {
  readonly trial: number;
  readonly key: Digest;
  readonly said: unknown;
}

export class GateTrials {
  readonly #folder: string;
  readonly #shared: SharedStore | null;

  /** `store` is `.factory/store`. */
  constructor(store: string, { shared = null }: { readonly shared?: SharedStore | null } = {}) {
    this.#folder = join(store, "trials");
    this.#shared = shared;
  }

  /** What was kept under this key, where it has the shape that is asked for; else null. */
  async get<T>(key: Digest, isOne: (said: unknown) => said is T): Promise<T | null> {
    const here = this.#here(key);
    if (isOne(here)) return here;
    if (this.#shared === null) return null;
    const [said] = await this.#shared.records("trial", key, (document) => {
      const found = saidIn(document, key);
      return isOne(found) ? found : null;
    });
    if (said === undefined) return null;
    if (!this.#shared.onlyLooks) await this.#write(key, said);
    return said;
  }

  async keep(key: Digest, said: unknown): Promise<void> {
    await this.#write(key, said);
    const trial: SharedTrial = { trial: FORMAT, key, said };
    void this.#shared?.keep({ kind: "trial", key, document: Buffer.from(JSON.stringify(trial)) });
  }

  #here(key: Digest): unknown {
    const read = readFileCapped(join(this.#folder, key), LIMIT);
    if (!read.ok) return null;
    try {
      return JSON.parse(Buffer.from(read.value).toString("utf8"));
    } catch {
      // Torn by a crash: as if it were not there.
      return null;
    }
  }

  async #write(key: Digest, said: unknown): Promise<void> {
    await writeDurably(join(this.#folder, key), JSON.stringify(said), { mode: 0o600, derived: true });
  }
}

/** Null where it is no trial of this key, or one of a later version. */
function saidIn(document: Uint8Array, key: Digest): unknown {
  try {
    const trial = JSON.parse(Buffer.from(document).toString("utf8")) as SharedTrial | null;
    return trial?.trial === FORMAT && trial.key === key ? trial.said : null;
  } catch {
    return null;
  }
}
