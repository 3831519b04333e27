// Where is the answer of a paid call kept? One file per call that names the call itself, so that it can be adopted
// without any journal. It does not know whether the call counts as done.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestOfBytes } from "../model/digest.ts";
import type { Usage } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { freeRoom, keepRoom, type Room, sweepTemps, writeDurably } from "./durable.ts";
import type { DurableIo } from "./durable-io.ts";
import type { Quarantine } from "./quarantine.ts";

export interface Answer {
  /** As they were received. */
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly usage: Usage;
}

interface Header {
  readonly answer: number;
  readonly key: Digest;
  readonly digest: Digest;
  readonly usage: Usage;
}

const FORMAT = 1;
const NEWLINE = 10;

export class Answers {
  /** For answers that are under way. */
  readonly #rooms = new Map<Digest, Room>();
  readonly #folder: string;
  readonly #quarantine: Quarantine;
  readonly #io: DurableIo;

  constructor(folder: string, quarantine: Quarantine, io: DurableIo) {
    this.#folder = folder;
    this.#quarantine = quarantine;
    this.#io = io;
  }

  pathOf(key: Digest): string {
    return join(this.#folder, key.slice(0, 2), key.slice(2));
  }

  /**
   * To be called before the question is sent: keeps at least `bytes` of the disk free for the answer. Whoever fails here
   * could not have kept it. Ends by `write` or `expectNone`.
   */
  async expect(key: Digest, bytes: number): Promise<Result<void>> {
    if (this.#rooms.has(key)) return success(undefined);
    const room = await keepRoom(this.pathOf(key), bytes, { mode: 0o600, io: this.#io });
    if (!room.ok) return room;
    this.#rooms.set(key, room.value);
    return success(undefined);
  }

  expectNone(key: Digest): void {
    const room = this.#rooms.get(key);
    if (room !== undefined) freeRoom(room, { io: this.#io });
    this.#rooms.delete(key);
  }

  expectNothing(): void {
    for (const key of this.#rooms.keys()) this.expectNone(key);
  }

  /** Gives back what processes that were killed kept free. */
  async sweep(): Promise<Result<void>> {
    const swept = await sweepTemps(this.#folder, Number.POSITIVE_INFINITY, 0);
    return swept.ok ? success(undefined) : swept;
  }

  async write(key: Digest, bytes: Uint8Array, usage: Usage): Promise<Result<Digest>> {
    const digest = digestOfBytes(bytes);
    const head = `${JSON.stringify({ answer: FORMAT, key, digest, usage } satisfies Header)}\n`;
    // The first line has its own digest in front, as usage is money too.
    const content = Buffer.concat([Buffer.from(`${digestOfBytes(head)} ${head}`), bytes]);
    const room = this.#rooms.get(key);
    this.#rooms.delete(key);
    const options = { mode: 0o600, io: this.#io, ...(room === undefined ? {} : { room }) };
    const written = await writeDurably(this.pathOf(key), content, options);
    return written.ok ? success(digest) : written;
  }

  /** Null where there is none. What is damaged goes into quarantine: `blob-corrupt`. */
  async read(key: Digest): Promise<Result<Answer | null>> {
    const path = this.pathOf(key);
    let content: Buffer;
    try {
      content = readFileSync(path);
    } catch (error) {
      return systemCode(error) === "ENOENT" ? success(null) : fileFailure(path, "read", error);
    }
    const header = headerOf(content);
    if (header !== null && header.answer > FORMAT) {
      return failed({ reason: "newer-format", path, found: header.answer, known: FORMAT });
    }
    const bytes = content.subarray(content.indexOf(NEWLINE) + 1);
    if (header !== null && header.key === key && digestOfBytes(bytes) === header.digest) {
      return success({ bytes, digest: header.digest, usage: header.usage });
    }
    const taken = await this.#quarantine.take(path, `answer-${key}`);
    return taken.ok ? failed({ reason: "blob-corrupt", digest: key, quarantined: taken.value }) : taken;
  }
}

function headerOf(content: Buffer): Header | null {
  const line = content.subarray(0, content.indexOf(NEWLINE) + 1).toString();
  const head = line.slice(65);
  return line[64] === " " && digestOfBytes(head) === line.slice(0, 64) ? (JSON.parse(head) as Header) : null;
}
