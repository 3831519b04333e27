// What is remembered of finished tasks? Traces by task and key, newest first, here or else in a store that a team shares. The
// name of each file says the digest of its content. It does not know which trace is selected (that is the lock's word) nor whether its blobs are there.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { featureOf, localIdOf, type TaskId } from "../model/address.ts";
import { type Digest, digestOf, digestOfBytes } from "../model/digest.ts";
import { failed, type Result, success } from "../model/result.ts";
import { ADOPTED, type FoundTrace, type Trace } from "../model/trace.ts";
import { fileFailure, systemCode } from "../platform/file-failure.ts";
import type { StoreOptions } from "./blobs.ts";
import { removeDurably, writeDurably } from "./durable.ts";
import { DISK, type DurableIo } from "./durable-io.ts";
import { LeftInPlace, Quarantine } from "./quarantine.ts";
import { sharedTrace } from "./shared-trace.ts";
import type { SharedStore } from "./sharing/shared-store.ts";

const FORMAT = 1;

/** A trace file by its name: `T01.000012.<key, 16 digits>.<content, 32 digits>.json`. */
interface TraceFile {
  readonly path: string;
  readonly task: string;
  /** Counts up per task, so that newest is told without trusting a clock. */
  readonly order: number;
  readonly key: string;
  readonly content: string;
}

export interface StoredTrace {
  /** Absolute. */
  readonly path: string;
  readonly trace: Trace;
}

interface SharedTrace {
  readonly trace: Trace;
  readonly document: Uint8Array;
}

/** What a file holds. `shared` is there where nobody here has judged what it tells. */
interface TraceDocument {
  readonly schema: number;
  readonly shared?: true;
  readonly trace: Trace;
}

/** Why a trace that others share may not be used; null where it may. */
type TraceCheck = (trace: Trace) => Promise<Result<string | null>>;

export class Traces {
  readonly quarantine: Quarantine;
  readonly #folder: string;
  readonly #io: DurableIo;
  readonly #shared: SharedStore | null;
  /** Keys whose traces came from there. */
  readonly #restored = new Set<Digest>();

  /** `store` is `.factory/store`. */
  constructor(store: string, io: DurableIo, { quarantine, shared = null }: StoreOptions = {}) {
    this.#folder = join(store, "traces");
    this.#io = io;
    this.#shared = shared;
    this.quarantine = quarantine ?? new Quarantine(join(store, "quarantine"), io);
  }

  /** For whoever only looks. */
  static reader(store: string): Traces {
    return new Traces(store, DISK, { quarantine: new LeftInPlace(join(store, "quarantine"), DISK) });
  }

  /**
   * Makes the trace the latest of its task. Its blobs must be in the store already: readers trust that order.
   * After success the trace of a paid output survives a power cut.
   */
  async record(trace: Trace, { paid }: { readonly paid: boolean }): Promise<Result<void>> {
    const bytes = documentOf({ schema: FORMAT, trace });
    const written = await this.#write(trace, bytes, paid);
    if (!written.ok || !paid) return written;
    const key = sharedKeyOf(trace.task, trace.key);
    // What was restored and taken over as it is stands there already; what people wrote travels with their lock.
    if (trace.agent === ADOPTED || (trace.attempts === 0 && this.#restored.has(key))) return written;
    const named = trace.outputs.flatMap(({ digest, base }) => [digest ?? [], base ?? []].flat());
    void this.#shared?.keep({ kind: "trace", key, document: bytes }, named);
    return written;
  }

  async #write(trace: Trace, bytes: Uint8Array, paid: boolean): Promise<Result<void>> {
    const files = this.#filesOf(trace.task);
    if (!files.ok) return files;
    const content = digestOfBytes(bytes).slice(0, 32);
    const order = (files.value[0]?.order ?? 0) + 1;
    const name = [
      encodeName(localIdOf(trace.task)),
      String(order).padStart(6, "0"),
      trace.key.slice(0, 16),
      content,
    ];
    const path = join(this.#folderOf(trace.task), `${name.join(".")}.json`);
    const written = await writeDurably(path, bytes, { mode: 0o600, derived: !paid, io: this.#io });
    if (!written.ok) return written;
    for (const twin of files.value.filter((file) => file.content === content)) {
      const removed = await removeDurably(twin.path, { derived: true, io: this.#io });
      if (!removed.ok) return removed;
    }
    return success(undefined);
  }

  /**
   * All traces of the task with this key that may be used, newest first: they may differ in what their agents read. Those that
   * others share are kept here, as theirs, where `faultOf` finds nothing; else they are set aside.
   */
  async restore(task: TaskId, key: Digest, faultOf: TraceCheck): Promise<Result<readonly FoundTrace[]>> {
    const here = await this.#findHere(task, key);
    if (!here.ok || here.value.length > 0 || this.#shared === null) return here;
    const sound: SharedTrace[] = [];
    for (const found of await this.#findShared(this.#shared, task, key)) {
      const fault = await faultOf(found.trace);
      if (!fault.ok) return fault;
      if (fault.value === null) sound.push(found);
      else await this.#shared.refuse({ task, document: found.document, fault: fault.value });
    }
    if (!this.#shared.onlyLooks) {
      for (const { trace } of [...sound].reverse()) {
        const kept = await this.#write(trace, documentOf({ schema: FORMAT, shared: true, trace }), true);
        if (!kept.ok) return kept;
      }
    }
    return success(sound.map(({ trace }) => ({ ...trace, isHearsay: true })));
  }

  /** The same for whoever only tells of them: what others share is neither looked into nor kept. */
  async find(task: TaskId, key: Digest): Promise<Result<readonly Trace[]>> {
    const here = await this.#findHere(task, key);
    if (!here.ok || here.value.length > 0 || this.#shared === null) return here;
    return success((await this.#findShared(this.#shared, task, key)).map(({ trace }) => trace));
  }

  async #findShared(shared: SharedStore, task: TaskId, key: Digest): Promise<readonly SharedTrace[]> {
    const at = sharedKeyOf(task, key);
    const found = await shared.records("trace", at, (document) => {
      const trace = sharedTrace(document, task, key);
      return trace === null ? null : { trace, document };
    });
    if (found.length > 0) this.#restored.add(at);
    return found;
  }

  async #findHere(task: TaskId, key: Digest): Promise<Result<readonly FoundTrace[]>> {
    const files = this.#filesOf(task);
    if (!files.ok) return files;
    const found: FoundTrace[] = [];
    for (const file of files.value.filter((one) => one.key === key.slice(0, 16))) {
      const trace = await this.#read(file);
      if (!trace.ok) return trace;
      if (trace.value?.key === key && trace.value.task === task) found.push(trace.value);
    }
    return success(found);
  }

  /** Every trace with its file: task by task, newest first. */
  async all(): Promise<Result<readonly StoredTrace[]>> {
    const found: StoredTrace[] = [];
    const features = namesIn(this.#folder);
    if (!features.ok) return features;
    for (const feature of features.value) {
      const files = filesIn(join(this.#folder, feature));
      if (!files.ok) return files;
      const ordered = [...files.value].sort((a, b) =>
        a.task === b.task ? b.order - a.order : a.task < b.task ? -1 : 1,
      );
      for (const file of ordered) {
        const trace = await this.#read(file);
        if (!trace.ok) return trace;
        if (trace.value !== null) found.push({ path: file.path, trace: trace.value });
      }
    }
    return success(found);
  }

  #folderOf(task: TaskId): string {
    return join(this.#folder, encodeName(featureOf(task)));
  }

  #filesOf(task: TaskId): Result<readonly TraceFile[]> {
    const files = filesIn(this.#folderOf(task), `${encodeName(localIdOf(task))}.`);
    return files.ok ? success([...files.value].sort((a, b) => b.order - a.order)) : files;
  }

  /** Null where the file is not what its name says; it is in quarantine then, unless one only looks. */
  async #read(file: TraceFile): Promise<Result<FoundTrace | null>> {
    let bytes: Buffer;
    try {
      bytes = readFileSync(file.path);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return success(null);
      return fileFailure(file.path, "read", error);
    }
    if (digestOfBytes(bytes).slice(0, 32) !== file.content) {
      const taken = await this.quarantine.take(file.path);
      return taken.ok ? success(null) : taken;
    }
    // The digest vouches that a factory wrote it, and the schema that this one knows its shape.
    const { schema, shared, trace } = JSON.parse(bytes.toString()) as TraceDocument;
    if (schema > FORMAT) {
      return failed({ reason: "newer-format", path: file.path, found: schema, known: FORMAT });
    }
    return success(shared === true ? { ...trace, isHearsay: true } : trace);
  }
}

function documentOf(document: TraceDocument): Buffer {
  return Buffer.from(`${JSON.stringify(document)}\n`);
}

function sharedKeyOf(task: TaskId, key: Digest): Digest {
  return digestOf("trace-key/1", [task, key]);
}

/** Those whose names begin with a prefix: features that were edited for years have thousands of them. */
function filesIn(folder: string, prefix = ""): Result<readonly TraceFile[]> {
  const names = namesIn(folder);
  if (!names.ok) return names;
  const wanted = names.value.filter((name) => name.startsWith(prefix));
  return success(
    wanted.flatMap((name) => {
      const [task, order, key, content, json, ...rest] = name.split(".");
      if (!task || !order || !key || !content || json !== "json" || rest.length > 0) return [];
      return [{ path: join(folder, name), task, order: Number(order), key, content }];
    }),
  );
}

function namesIn(folder: string): Result<readonly string[]> {
  try {
    return success(readdirSync(folder).sort());
  } catch (error) {
    return systemCode(error) === "ENOENT" ? success([]) : fileFailure(folder, "list", error);
  }
}

/** As one name that is safe in every file system: all but letters, digits, `-` and `_` by their code, dots too. */
function encodeName(id: string): string {
  return encodeURIComponent(id).replace(/[.!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}
