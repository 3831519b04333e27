// Which drafts has a worker begun for others? One file for each, written before its program starts and again when it has ended: a
// worker that was killed knows when it starts again what may have been paid for.

import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDigest } from "../model/digest.ts";
import { type Result, success } from "../model/result.ts";
import { now } from "../platform/clock.ts";
import { fileFailure } from "../platform/file-failure.ts";
import { removeDurably, writeDurably } from "./durable.ts";

interface DraftRecord {
  readonly sending: number;
  /** Null: it has begun, and nothing more is known. */
  readonly answer: string | null;
}

const FORMAT = 1;
/** What nobody came back for is forgotten after so many ms. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

export class DraftRecords {
  readonly #folder: string;
  readonly #known = new Map<string, DraftRecord>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** What cannot be understood counts as begun: it may have been paid for. */
  static async open(folder: string): Promise<Result<DraftRecords>> {
    const records = new DraftRecords(folder);
    try {
      mkdirSync(folder, { recursive: true });
      for (const file of readdirSync(folder)) {
        const name = file.replace(/\.json$/, "");
        if (!isDigest(name)) continue;
        const { at, ...record } = recordIn(readFileSync(join(folder, file), "utf8"));
        if (at !== null && now() - at > KEPT_MS) await removeDurably(join(folder, file));
        else records.#known.set(name, record);
      }
    } catch (error) {
      return fileFailure(folder, "read the drafts that were begun", error);
    }
    return success(records);
  }

  find(name: string): DraftRecord | null {
    return this.#known.get(name) ?? null;
  }

  names(): readonly string[] {
    return [...this.#known.keys()];
  }

  begin(name: string, sending: number): Promise<void> {
    return this.#write(name, { sending, answer: null });
  }

  keep(name: string, answer: string): Promise<void> {
    return this.#write(name, { sending: this.find(name)?.sending ?? 1, answer });
  }

  async drop(name: string): Promise<void> {
    this.#known.delete(name);
    await removeDurably(this.#pathOf(name));
  }

  async #write(name: string, record: DraftRecord): Promise<void> {
    const text = JSON.stringify({ draft: FORMAT, at: now(), ...record });
    const written = await writeDurably(this.#pathOf(name), text, { mode: 0o600 });
    if (!written.ok) throw new Error(`a draft cannot be kept in ${this.#folder}`);
    this.#known.set(name, record);
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

function recordIn(text: string): DraftRecord & { readonly at: number | null } {
  try {
    const said = JSON.parse(text) as Partial<DraftRecord & { readonly at: number }>;
    const { sending, answer = null, at = null } = said;
    if (typeof sending === "number" && (answer === null || typeof answer === "string"))
      return { sending, answer, at };
  } catch {
    // As below.
  }
  return { sending: Number.MAX_SAFE_INTEGER, answer: null, at: null };
}
