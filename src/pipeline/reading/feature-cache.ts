// Where does a parsed feature wait until it is needed again? Whole features lie by digest in the store; the outline
// of each (feature-outline.ts) is enough to link ten thousand tasks and to see that they are still sound.

import { join } from "node:path";
import { type Digest, digestOfBytes } from "../../model/digest.ts";
import type { Feature } from "../../model/feature.ts";
import { readFileCapped } from "../../platform/files.ts";
import { writeDurably } from "../../store/durable.ts";

const LIMIT = 64 * 1024 * 1024;

/** Derived state: what cannot be read back is parsed again. */
export class FeatureCache {
  readonly #folder: string;

  constructor(root: string) {
    this.#folder = join(root, ".factory", "store", "features");
  }

  async keep(feature: Feature): Promise<Digest> {
    const bytes = Buffer.from(JSON.stringify(feature));
    const digest = digestOfBytes(bytes);
    await writeDurably(this.#pathOf(digest), bytes, { mode: 0o600, derived: true });
    return digest;
  }

  load(digest: Digest): Feature | null {
    const read = readFileCapped(this.#pathOf(digest), LIMIT);
    if (!read.ok || digestOfBytes(read.value) !== digest) return null;
    return JSON.parse(Buffer.from(read.value).toString("utf8")) as Feature;
  }

  #pathOf(digest: Digest): string {
    return join(this.#folder, digest.slice(0, 2), `${digest.slice(2)}.json`);
  }
}
