// What happened in a build, event by event? One append-only file per build; every view of it is a fold.
// It knows no view, and decides nothing.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../model/digest.ts";
import type { Event } from "../model/event.ts";
import { failed, type Result, success } from "../model/result.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import { appendedTo } from "../platform/growing-file.ts";
import { AppendFile } from "./append-file.ts";
import { makeFolder, removeDurably } from "./durable.ts";
import { DISK, type DurableIo } from "./durable-io.ts";
import { parseRecords, recordLine } from "./records.ts";

const FORMAT = 1;
const KEPT_BUILDS = 50;

export interface JournalContent {
  readonly events: readonly Event[];
  /** The end of the file is half a record: the build did not end of its own accord, or is still writing. */
  readonly torn: boolean;
  /** Damaged stretches that were skipped. */
  readonly damaged: number;
}

/** Events are on their way to the file by the end of the turn in which they were appended. */
export class Journal {
  readonly path: string;
  readonly #file: AppendFile;
  #pending: Buffer[] = [];
  #flush: NodeJS.Immediate | null = null;
  #result: Result<void> = success(undefined);

  private constructor(file: AppendFile) {
    this.path = file.path;
    this.#file = file;
  }

  /** Starts the journal of a build and lets go of those of builds long past. An id may be used once. */
  static async create(folder: string, build: string, io: DurableIo = DISK): Promise<Result<Journal>> {
    const path = join(folder, `${build}.jsonl`);
    const made = await makeFolder(folder, { io });
    if (!made.ok) return made;
    try {
      io.close(io.open(path, "wx", 0o600));
    } catch (error) {
      return fileFailure(path, "create", error);
    }
    const file = await AppendFile.open(path, null, { io });
    if (!file.ok) return file;
    const journal = new Journal(file.value);
    journal.#add({ journal: FORMAT, build });
    const pruned = await prune(folder, path, io);
    return pruned.ok ? success(journal) : pruned;
  }

  /** A failure to write is told by the next `commit` or `close`. */
  append(event: Event): void {
    this.#add(event as unknown as Json);
  }

  /** Appends, and returns when the event and all before it would survive a power cut. */
  async commit(event: Event): Promise<Result<void>> {
    this.append(event);
    const flushed = this.flush();
    return flushed.ok ? this.#file.sync() : flushed;
  }

  /** Writes what is pending at once; for the last moments of a process. */
  flush(): Result<void> {
    if (this.#flush !== null) clearImmediate(this.#flush);
    this.#flush = null;
    if (this.#pending.length === 0) return this.#result;
    const written = this.#file.append(Buffer.concat(this.#pending));
    this.#pending = [];
    if (this.#result.ok) this.#result = written;
    return this.#result;
  }

  async close(): Promise<Result<void>> {
    const flushed = this.flush();
    const synced = flushed.ok ? await this.#file.sync() : flushed;
    const closed = this.#file.close();
    return synced.ok ? closed : synced;
  }

  #add(record: Json): void {
    this.#pending.push(recordLine(JSON.stringify(record)));
    this.#flush ??= setImmediate(() => this.flush());
  }
}

/** Reads what stands of a journal, also of one that is being written. Fails with `io`, or `newer-format`. */
export function readJournal(path: string, wants?: (json: Buffer) => boolean): Result<JournalContent> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return fileFailure(path, "read", error);
  }
  const { values, torn, damaged } = parseRecords(bytes, wants);
  const events: Event[] = [];
  for (const value of values as readonly (Event | { readonly journal: number })[]) {
    if (!("journal" in value)) events.push(value);
    else if (value.journal > FORMAT) {
      return failed({ reason: "newer-format", path, found: value.journal, known: FORMAT });
    }
  }
  return success({ events, torn, damaged });
}

/** What was appended since, for whoever reads along: `from` 0, and then the `next` of the time before. */
export function readOn(
  path: string,
  from: number,
): Result<{ readonly events: readonly Event[]; readonly next: number }> {
  const appended = appendedTo(path, from);
  if (!appended.ok) return appended;
  if (appended.value === null) return success({ events: [], next: from });
  const { bytes, next } = appended.value;
  const { values, whole } = parseRecords(bytes);
  const events = (values as readonly (Event | { readonly journal: number })[]).filter(isEvent);
  return success({ events, next: next - bytes.length + whole });
}

function isEvent(value: Event | { readonly journal: number }): value is Event {
  return !("journal" in value);
}

/** The events of one type alone, for those who look through many journals: nothing else in them is parsed. */
export function readEvents<T extends Event["type"]>(
  path: string,
  type: T,
): Result<readonly Extract<Event, { readonly type: T }>[]> {
  const mark = Buffer.from(`"type":"${type}"`);
  const opening = Buffer.from('{"journal":');
  const reading = readJournal(path, (json) => json.includes(mark) || json.indexOf(opening) === 0);
  if (!reading.ok) return reading;
  // The mark may stand in a text of another event.
  const events = reading.value.events.filter((event) => event.type === type);
  return success(events as Extract<Event, { readonly type: T }>[]);
}

/** The journals of a folder, latest build first. A folder that is not there has none. */
export function listJournals(folder: string): Result<readonly string[]> {
  try {
    const paths = readdirSync(folder)
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => join(folder, name))
      // A build that begins meanwhile takes the oldest away.
      .map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .sort((a, b) => b.at - a.at || (a.path < b.path ? 1 : -1))
      .map(({ path }) => path);
    return success(paths);
  } catch (error) {
    return systemCode(error) === "ENOENT" ? success([]) : fileFailure(folder, "list", error);
  }
}

/** `current` stays whatever the clock says of its age. */
async function prune(folder: string, current: string, io: DurableIo): Promise<Result<void>> {
  const listed = listJournals(folder);
  if (!listed.ok) return listed;
  const others = listed.value.filter((path) => path !== current);
  for (const path of others.slice(KEPT_BUILDS - 1)) {
    const removed = await removeDurably(path, { derived: true, io });
    if (!removed.ok) return removed;
  }
  return success(undefined);
}
