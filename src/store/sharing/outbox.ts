// What was paid for and has not reached the shared store yet? A file each, from before it is sent until it is there, so that
// a store that is away for a while, or a build that is killed, loses none. Derived: to lose one costs the team that much.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestOf, digestOfBytes, isDigest } from "../../model/digest.ts";
import { type Result, success } from "../../model/result.ts";
import { fileFailure, systemCode } from "../../platform/file-failure.ts";
import { listIfThere } from "../../platform/files.ts";
import { removeDurably, writeDurably } from "../durable.ts";

export const RECORD_KINDS = ["trace", "answer", "trial"] as const;

export type RecordKind = (typeof RECORD_KINDS)[number];

/** A document, and where it is found again. */
export interface SharedRecord {
  readonly kind: RecordKind;
  readonly key: Digest;
  readonly document: Uint8Array;
}

/** Something to send: blobs of this machine's store, and then the record that names them, if any. */
export interface Parcel {
  readonly blobs: readonly Digest[];
  readonly record: SharedRecord | null;
}

interface Head {
  readonly unsent: number;
  readonly blobs: readonly Digest[];
  readonly kind: RecordKind | null;
  readonly key: Digest | null;
}

const FORMAT = 1;

export class Outbox {
  readonly #folder: string;

  /** `store` is `.factory/store`. */
  constructor(store: string) {
    this.#folder = join(store, "unsent");
  }

  async add(parcel: Parcel): Promise<Result<void>> {
    const { blobs, record } = parcel;
    const { kind, key, document } = record ?? { kind: null, key: null, document: new Uint8Array() };
    const head: Head = { unsent: FORMAT, blobs, kind, key };
    const rest = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), document]);
    // The first line is the digest of all that comes after it: nobody waits for the disk here, so a power cut may tear it.
    const content = Buffer.concat([Buffer.from(`${digestOfBytes(rest)}\n`), rest]);
    return writeDurably(this.#pathOf(parcel), content, { mode: 0o600, derived: true });
  }

  async remove(parcel: Parcel): Promise<Result<void>> {
    return removeDurably(this.#pathOf(parcel), { derived: true });
  }

  /** Oldest names first, which is no order of time. One that is torn is gone; one of a later version stays. */
  async all(): Promise<Result<readonly Parcel[]>> {
    const entries = listIfThere(this.#folder);
    if (!entries.ok) return entries;
    const found: Parcel[] = [];
    for (const { name } of entries.value.filter((entry) => isDigest(entry.name))) {
      const path = join(this.#folder, name);
      let bytes: Buffer;
      try {
        bytes = readFileSync(path);
      } catch (error) {
        if (systemCode(error) === "ENOENT") continue;
        return fileFailure(path, "read", error);
      }
      const parcel = parcelIn(bytes);
      if (parcel === "torn") await removeDurably(path, { derived: true });
      else if (parcel !== "newer") found.push(parcel);
    }
    return success(found);
  }

  #pathOf({ blobs, record }: Parcel): string {
    const told = record === null ? [] : [record.kind, record.key, digestOfBytes(record.document)];
    const name = digestOf("unsent/1", [told, blobs]);
    return join(this.#folder, name);
  }
}

function parcelIn(bytes: Buffer): Parcel | "torn" | "newer" {
  const rest = bytes.subarray(65);
  if (bytes.subarray(0, 65).toString() !== `${digestOfBytes(rest)}\n`) return "torn";
  const end = rest.indexOf("\n");
  const { unsent, blobs, kind, key } = JSON.parse(rest.subarray(0, end).toString()) as Head;
  if (unsent > FORMAT) return "newer";
  const record = kind === null || key === null ? null : { kind, key, document: rest.subarray(end + 1) };
  return { blobs, record };
}
