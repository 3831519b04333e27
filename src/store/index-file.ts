// What did the last build know that would be slow to find out again? A cache in sections, of which a build with
// nothing to do reads the first alone; a section may be lines, of which a build parses those that it needs. At any
// doubt it is as if there were none. It does not know what sections say.
//
//   ┌ 256 bytes: magic, format, then length and CRC-32 of each section, writer ┐┌ head ┐┌ body ┐┌ … ┐

import { closeSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Result } from "../model/result.ts";
import { writeDurably } from "./durable.ts";
import { DISK, type DurableIo } from "./durable-io.ts";

const PREAMBLE_BYTES = 256;
const MAGIC = "factory-index 1";

/** The first section, and the key to the others of the very same file. */
export interface IndexHead<Head> {
  readonly path: string;
  readonly preamble: string;
  readonly value: Head;
}

interface Section {
  readonly from: number;
  readonly length: number;
  readonly crc: string;
}

/** A section of texts without line breaks, such as JSON. */
export class Lines {
  readonly bytes: Buffer;

  constructor(lines: readonly (Uint8Array | string)[]) {
    this.bytes = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), LINE_END]));
  }
}

const LINE_END = Buffer.from("\n");

/**
 * Writes the sections, lines as they are and all else as JSON, the head first. `writer` names the product version and
 * the shape of its sections: only the same writer reads them back, which is why they are not checked again then.
 */
export function writeIndex(
  path: string,
  writer: string,
  sections: readonly unknown[],
  io: DurableIo = DISK,
): Promise<Result<void>> {
  const bytes = sections.map((section) =>
    section instanceof Lines ? section.bytes : Buffer.from(JSON.stringify(section)),
  );
  const table = bytes.map((section) => `${section.length}:${crc32(section).toString(16)}`).join(",");
  const preamble = Buffer.alloc(PREAMBLE_BYTES, " ");
  const length = preamble.write(`${MAGIC} ${table} ${writer}\n`);
  if (length >= PREAMBLE_BYTES) throw new Error(`${sections.length} sections do not fit into the preamble`);
  return writeDurably(path, Buffer.concat([preamble, ...bytes]), { mode: 0o600, derived: true, io });
}

/**
 * What was read last. Whoever watches reads one index to look at an edit, to estimate it and to build it, and its
 * preamble names the length and the sum of all that it holds.
 */
let held: IndexHead<unknown> | null = null;
const SECTIONS = new WeakMap<IndexHead<unknown>, Map<number, unknown>>();

/** Null where there is no index, or none that this writer left whole. What it gives is shared: nobody may change it. */
export function readIndexHead<Head>(path: string, writer: string): IndexHead<Head> | null {
  return withFile(path, (descriptor) => {
    const preamble = readAt(descriptor, 0, PREAMBLE_BYTES)?.toString("latin1") ?? "";
    const head = sectionOf(preamble, 0);
    if (head === null || !preamble.startsWith(`${MAGIC} `) || writerOf(preamble) !== writer) return null;
    if (held?.path === path && held.preamble === preamble) return held as IndexHead<Head>;
    const bytes = readSection(descriptor, head);
    if (bytes === null) return null;
    const read = { path, preamble, value: JSON.parse(bytes.toString()) as Head };
    held = read;
    return read;
  });
}

/** Section `number` (the body is 1) of the file that `head` came from; null also where that was replaced since. */
export function readIndexSection<Body>(head: IndexHead<unknown>, number: number): Body | null {
  return readOnce(head, number, (bytes) => JSON.parse(bytes.toString()) as Body);
}

/** The JSON of a section as it stands there, for whoever looks for little in much. */
export function readIndexText(head: IndexHead<unknown>, number: number): string | null {
  return readLater(head, number, (bytes) => bytes.toString());
}

/** The lines of a section that was written as such, unparsed. */
export function readIndexLines(head: IndexHead<unknown>, number: number): readonly Buffer[] | null {
  return readOnce(head, number, (bytes) => {
    const lines: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LINE_END, at);
      lines.push(bytes.subarray(at, end));
      at = end + 1;
    }
    return lines;
  });
}

function readOnce<T>(head: IndexHead<unknown>, number: number, use: (bytes: Buffer) => T): T | null {
  const known = SECTIONS.get(head) ?? new Map<number, unknown>();
  SECTIONS.set(head, known);
  if (known.has(number)) return known.get(number) as T;
  const read = readLater(head, number, use);
  if (read !== null) known.set(number, read);
  return read;
}

function readLater<T>(head: IndexHead<unknown>, number: number, use: (bytes: Buffer) => T): T | null {
  return withFile(head.path, (descriptor) => {
    const section = sectionOf(head.preamble, number);
    if (section === null) return null;
    if (readAt(descriptor, 0, PREAMBLE_BYTES)?.toString("latin1") !== head.preamble) return null;
    const bytes = readSection(descriptor, section);
    return bytes === null ? null : use(bytes);
  });
}

/** A cache that cannot be read is no cache: the slow way tells whatever is wrong with the disk. */
function withFile<T>(path: string, read: (descriptor: number) => T | null): T | null {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(path, "r");
    return read(descriptor);
  } catch {
    return null;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function readSection(descriptor: number, section: Section): Buffer | null {
  const bytes = readAt(descriptor, section.from, section.length);
  return bytes === null || crc32(bytes).toString(16) !== section.crc ? null : bytes;
}

function readAt(descriptor: number, from: number, length: number): Buffer | null {
  const bytes = Buffer.allocUnsafe(length);
  for (let filled = 0; filled < length; ) {
    const count = readSync(descriptor, bytes, filled, length - filled, from + filled);
    if (count === 0) return null;
    filled += count;
  }
  return bytes;
}

function sectionOf(preamble: string, number: number): Section | null {
  const table = preamble.split(" ")[2]?.split(",") ?? [];
  let from = PREAMBLE_BYTES;
  for (const [at, entry] of table.entries()) {
    const [length, crc] = entry.split(":");
    if (at === number && crc !== undefined) return { from, length: Number(length), crc };
    from += Number(length);
  }
  return null;
}

function writerOf(preamble: string): string {
  return preamble.slice(0, preamble.indexOf("\n")).split(" ").slice(3).join(" ");
}
