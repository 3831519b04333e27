// Which drafts of a task did a reviewer refuse in this build, and why? The same files again get the same answer, and
// nobody is paid to say it twice.

import { type Digest, digestOf } from "../../model/digest.ts";
import type { Failure } from "../../model/failure.ts";
import type { Output } from "../../model/output.ts";

export class RefusedDrafts {
  readonly #refusals = new Map<Digest, Failure>();

  /** What was said of these very files; null where nobody refused them. */
  refusalOf(outputs: readonly Output[]): Failure | null {
    return this.#refusals.get(digestOfOutputs(outputs)) ?? null;
  }

  /** Gives the refusal back. */
  refuse(outputs: readonly Output[], refusal: Failure): Failure {
    this.#refusals.set(digestOfOutputs(outputs), refusal);
    return refusal;
  }

  /** For a task that was written anew: what it asks for now is another question. */
  forget(): void {
    this.#refusals.clear();
  }
}

function digestOfOutputs(outputs: readonly Output[]): Digest {
  return digestOf(
    "outputs/1",
    outputs.map(({ path, mode, digest }) => [path, mode, digest]),
  );
}
