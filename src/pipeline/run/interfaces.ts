// What do windows show of the outputs of other tasks? Extracted once per content and remembered in the store.

import { declaredInterface, hasInterface, INTERFACE_VERSION } from "../../context/declared-interface.ts";
import { type Digest, digestOf } from "../../model/digest.ts";
import type { Output } from "../../model/output.ts";
import { type Result, success } from "../../model/result.ts";
import type { Interface } from "../../model/surface.ts";
import { readFileCapped } from "../../platform/files.ts";
import { Grammars } from "../../platform/grammars.ts";
import { writeDurably } from "../../store/durable.ts";

const LIMIT = 4 * 1024 * 1024;

export class Interfaces {
  readonly #folder: string;
  readonly #isKept: boolean;
  readonly #grammars = new Grammars();
  readonly #known = new Map<string, Interface | null>();

  /** Where they are not kept, as by commands that only read, the next process extracts them again. */
  constructor(folder: string, { isKept }: { readonly isKept: boolean }) {
    this.#folder = folder;
    this.#isKept = isKept;
  }

  /** Null where the output shows nothing: deleted, a link, a test, without exports, or lost. */
  async of(
    output: Output,
    content: () => Promise<Result<Uint8Array | null>>,
  ): Promise<Result<Interface | null>> {
    if (output.digest === null || output.mode === "120000" || !hasInterface(output.path))
      return success(null);
    const key = digestOf("interface", [INTERFACE_VERSION, output.path, output.digest]);
    const known = this.#known.get(key);
    if (known !== undefined) return success(known);
    let shown = this.#remembered(key);
    if (shown === null) {
      const bytes = await content();
      // What nobody has is made anew before anybody builds on it: not remembered, so that it shows then.
      if (!bytes.ok || bytes.value === null) return bytes as Result<null>;
      shown = await this.#extract(key, output.path, bytes.value);
    }
    const result = shown.text === "" || shown.text === "export {};" ? null : shown;
    this.#known.set(key, result);
    return success(result);
  }

  #pathOf(key: Digest): string {
    return `${this.#folder}/${key.slice(0, 2)}/${key.slice(2)}.json`;
  }

  #remembered(key: Digest): Interface | null {
    const read = readFileCapped(this.#pathOf(key), LIMIT);
    if (!read.ok) return null;
    try {
      const value = JSON.parse(Buffer.from(read.value).toString("utf8")) as Interface;
      return typeof value.text === "string" ? value : null;
    } catch {
      // Derived state: what cannot be read is extracted again.
      return null;
    }
  }

  async #extract(key: Digest, path: string, content: Uint8Array): Promise<Interface> {
    const shown = await declaredInterface(path, content, this.#grammars);
    // Made again at once, and with a grammar it could be more.
    if (this.#isKept && shown.rung !== "named")
      await writeDurably(this.#pathOf(key), Buffer.from(JSON.stringify(shown)), {
        mode: 0o600,
        derived: true,
      });
    return shown;
  }
}
