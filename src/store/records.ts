// How are records told apart in a log, and whole ones from damaged ones? A line each: length, checksum, JSON.
// It does not know what a record says.

import { crc32 } from "node:zlib";
import type { Json } from "../model/digest.ts";

export interface Records {
  readonly values: readonly Json[];
  /** Bytes up to the end of the last whole record or damaged line; what follows is a torn tail. */
  readonly whole: number;
  readonly torn: boolean;
  /** Stretches in the middle that are no record, each as long as the damage goes. */
  readonly damaged: number;
}

// "123 9ae0daaf {…}\n": bytes of the JSON, its CRC-32, the JSON. No record is longer than fits eight digits.
const HEADER = /^([1-9][0-9]{0,7}) ([0-9a-f]{8}) /;
const HEADER_BYTES = 18;
const NEWLINE = 10;

/** `text` is JSON without line breaks, as `JSON.stringify` writes it. */
export function recordLine(text: string): Buffer {
  const json = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${json.length} ${checksum(json)} `), json, Buffer.of(NEWLINE)]);
}

/**
 * Never fails: what is damaged is skipped up to the next line break and counted. Sound records whose JSON `wants` does
 * not want are left out unparsed.
 */
export function parseRecords(bytes: Uint8Array, wants: (json: Buffer) => boolean = () => true): Records {
  const log = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Json[] = [];
  let damaged = 0;
  let inDamage = false;
  let whole = 0;
  while (whole < log.length) {
    const json = jsonAt(log, whole);
    if (json !== null) {
      if (wants(json)) values.push(JSON.parse(json.toString()));
      inDamage = false;
      // A break that was hit itself costs no record: the length says where the next one starts.
      whole = Math.min(log.length, json.byteOffset - log.byteOffset + json.length + 1);
      continue;
    }
    const end = log.indexOf(NEWLINE, whole);
    if (end < 0) return { values, whole, torn: true, damaged };
    if (!inDamage) damaged += 1;
    inDamage = true;
    whole = end + 1;
  }
  return { values, whole, torn: false, damaged };
}

/** True where the log ends in a whole record whose line break did not reach the disk. */
export function lacksBreak(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.at(-1) !== NEWLINE;
}

function jsonAt(log: Buffer, start: number): Buffer | null {
  const header = HEADER.exec(log.toString("latin1", start, start + HEADER_BYTES));
  if (header === null) return null;
  const from = start + header[0].length;
  const json = log.subarray(from, from + Number(header[1]));
  return json.length === Number(header[1]) && checksum(json) === header[2] ? json : null;
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, "0");
}
