// Which derived findings hold, such as "these gates pass on this tree"? Each is a file named by its digest; losing one
// costs one more inspection.

import { statSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import { systemCode } from "../platform/file-failure.ts";
import { writeDurably } from "./durable.ts";

export type PassedCheckKind = "canary" | "pass" | "product";

export class PassedChecks {
  readonly #folder: string;

  /** `store` is `.factory/store`. */
  constructor(store: string) {
    this.#folder = join(store, "marks");
  }

  has(kind: PassedCheckKind, digest: Digest): boolean {
    // Whatever keeps the answer back, or lies there instead, costs an inspection and vouches for nothing.
    try {
      return statSync(join(this.#folder, kind, digest)).isFile();
    } catch (error) {
      systemCode(error);
      return false;
    }
  }

  async set(kind: PassedCheckKind, digest: Digest): Promise<void> {
    await writeDurably(join(this.#folder, kind, digest), "", { mode: 0o600, derived: true });
  }
}
