// What does a reader make of texts that nobody means? Sound texts are damaged by chance, and each is given to one reader, which
// must come to an end with a value or with findings: whatever else it does is a fault. Texts that found one are kept below
// `corpus/`, a folder for each reader, and are tried first of all, always.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { chanceOf, report, times } from "../extent.ts";
import { mutant } from "./mutant.ts";

const CORPUS = join(import.meta.dirname, "corpus");

/** Where the text that a run found is laid, for whoever mends the fault and keeps it in the corpus. */
const FOUND = join(import.meta.dirname, "../../../node_modules/.cache/factory-fuzz");

const FEW = 60;
const MANY = 1500;
const ALL = 20_000;

export interface Reader {
  /** Also the folder of its corpus. */
  readonly name: string;
  /** Sound texts to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** What is wrong with what it made of the text; null where nothing is. */
  fault(bytes: Uint8Array): string | null | Promise<string | null>;
}

/** Every text of the corpus, and then so many that chance makes of these and of the seeds. */
export async function fuzz(reader: Reader): Promise<void> {
  const kept = corpusOf(reader.name);
  const faults: string[] = [];
  const chance = chanceOf(reader.name);
  const sources = [...reader.seeds, ...kept.map(({ bytes }) => bytes)];
  for (const bytes of reader.seeds) faults.push(...(await faultsOf(reader, bytes, "a seed")));
  for (const { name, bytes } of kept) faults.push(...(await faultsOf(reader, bytes, name)));
  const count = times(FEW, MANY, ALL);
  let held = 0;
  for (let round = 0; round < count; round++) {
    const found = await faultsOf(reader, mutant(sources, chance), null);
    if (found.length === 0) held++;
    faults.push(...found);
    if (faults.length > 5) break;
  }
  report({ what: `A text is damaged: ${reader.name}`, tried: count, held });
  expect(faults).toEqual([]);
}

async function faultsOf(reader: Reader, bytes: Uint8Array, name: string | null): Promise<readonly string[]> {
  const fault = await faultOf(reader, bytes);
  if (fault === null) return [];
  return [`${name ?? keep(reader.name, bytes)}: ${fault}`];
}

async function faultOf(reader: Reader, bytes: Uint8Array): Promise<string | null> {
  try {
    return await reader.fault(bytes);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

function corpusOf(name: string): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const folder = join(CORPUS, name);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((file) => ({ name: file, bytes: readFileSync(join(folder, file)) }));
}

function keep(reader: string, bytes: Uint8Array): string {
  mkdirSync(join(FOUND, reader), { recursive: true });
  const path = join(FOUND, reader, `${process.pid}-${process.hrtime.bigint()}`);
  writeFileSync(path, bytes);
  return path;
}
