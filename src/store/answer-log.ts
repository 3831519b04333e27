// Where is the answer of a paid call kept? One file per call that names the call itself, so that it can be adopted
// without any journal; and in a store that a team shares, where there is one. It does not know whether the call counts as done.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Digest, digestOfBytes } from "../model/digest.ts";
import type { Usage } from "../model/output.ts";
import { failed, type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { freeRoom, keepRoom, type Room, sweepTemps, writeDurably } from "./durable.ts";
import type { DurableIo } from "./durable-io.ts";
import type { Quarantine } from "./quarantine.ts";
import type { SharedStore } from "./sharing/shared-store.ts";

export interface Answer {
  /** As they were received. */
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  readonly usage: Usage;
  /** Whether it came from a shared store: somebody else paid for it. */
  readonly shared: boolean;
}

interface Header {
  readonly answer: number;
  readonly key: Digest;
  readonly digest: Digest;
  readonly usage: Usage;
  readonly shared?: true;
}

const FORMAT = 1;
const NEWLINE = 10;

export class Answers {
  /** For answers that are under way. */
  readonly #rooms = new Map<Digest, Room>();
  readonly #folder: string;
  readonly #quarantine: Quarantine;
  readonly #io: DurableIo;
  readonly #shared: SharedStore | null;

  constructor(folder: string, quarantine: Quarantine, io: DurableIo, shared: SharedStore | null = null) {
    this.#folder = folder;
    this.#quarantine = quarantine;
    this.#io = io;
    this.#shared = shared;
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

  /** After success it is on the disk, and in the shared store, too, where that can be had. */
  async write(key: Digest, bytes: Uint8Array, usage: Usage): Promise<Result<Digest>> {
    const header: Header = { answer: FORMAT, key, digest: digestOfBytes(bytes), usage };
    const content = contentOf(header, bytes);
    const written = await this.#writeHere(key, content);
    if (!written.ok) return written;
    await this.#shared?.keep({ kind: "answer", key, document: content });
    return success(header.digest);
  }

  async #writeHere(key: Digest, content: Uint8Array): Promise<Result<void>> {
    const room = this.#rooms.get(key);
    this.#rooms.delete(key);
    const options = { mode: 0o600, io: this.#io, ...(room === undefined ? {} : { room }) };
    return writeDurably(this.pathOf(key), content, options);
  }

  /** Null where there is none. What is damaged goes into quarantine: `blob-corrupt`. */
  async read(key: Digest): Promise<Result<Answer | null>> {
    const path = this.pathOf(key);
    let content: Buffer;
    try {
      content = readFileSync(path);
    } catch (error) {
      return systemCode(error) === "ENOENT" ? this.#fromShared(key) : fileFailure(path, "read", error);
    }
    const header = headerOf(content);
    if (header !== null && header.answer > FORMAT) {
      return failed({ reason: "newer-format", path, found: header.answer, known: FORMAT });
    }
    const answer = answerIn(content, header, key);
    if (answer !== null) return success(answer);
    const taken = await this.#quarantine.take(path, `answer-${key}`);
    return taken.ok ? failed({ reason: "blob-corrupt", digest: key, quarantined: taken.value }) : taken;
  }

  /** What somebody else paid for is kept here as such. */
  async #fromShared(key: Digest): Promise<Result<Answer | null>> {
    const found = await this.#shared?.records("answer", key, (document) => {
      const content = Buffer.from(document);
      const header = headerOf(content);
      return header?.answer === FORMAT ? answerIn(content, header, key) : null;
    });
    const [answer] = found ?? [];
    if (answer === undefined) return success(null);
    const { bytes, digest, usage } = answer;
    const content = contentOf({ answer: FORMAT, key, digest, usage, shared: true }, bytes);
    const written = await this.#writeHere(key, content);
    return written.ok ? success({ ...answer, shared: true }) : written;
  }
}

/** The first line has its own digest in front, as usage is money too. */
function contentOf(header: Header, bytes: Uint8Array): Uint8Array {
  const head = `${JSON.stringify(header)}\n`;
  return Buffer.concat([Buffer.from(`${digestOfBytes(head)} ${head}`), bytes]);
}

/** Null where it is not the whole answer of this call. */
function answerIn(content: Buffer, header: Header | null, key: Digest): Answer | null {
  const bytes = content.subarray(content.indexOf(NEWLINE) + 1);
  if (header === null || header.key !== key || digestOfBytes(bytes) !== header.digest) return null;
  return { bytes, digest: header.digest, usage: header.usage, shared: header.shared === true };
}

function headerOf(content: Buffer): Header | null {
  const line = content.subarray(0, content.indexOf(NEWLINE) + 1).toString();
  const head = line.slice(65);
  return line[64] === " " && digestOfBytes(head) === line.slice(0, 64) ? (JSON.parse(head) as Header) : null;
}
