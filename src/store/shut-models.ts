// Which models does no build ask before a time, since they refused for longer than a build waits? One small file, replaced as
// a whole by whoever holds the build lock. Forgotten at any doubt of what it says: asking a model that refuses costs nothing.

import { join } from "node:path";
import type { Digest } from "../model/digest.ts";
import type { Failure } from "../model/failure.ts";
import { type Result, success } from "../model/result.ts";
import { readIfThere } from "../platform/files.ts";
import { writeDurably } from "./durable.ts";
import { DISK, type DurableIo } from "./durable-io.ts";

export interface ShutModel {
  /** Digest of what limits are counted by. */
  readonly place: Digest;
  /** When it may be asked again, in ms since the epoch. */
  readonly until: number;
  /** How often it was shut in a row. */
  readonly times: number;
  readonly refusal: Extract<Failure, { reason: "model-error" }>;
}

const FORMAT = 1;
const LIMIT = 4 * 1024 * 1024;

export class ShutModels {
  readonly #path: string;
  readonly #io: DurableIo;
  readonly #byPlace: Map<Digest, ShutModel>;

  private constructor(path: string, io: DurableIo, shut: readonly ShutModel[]) {
    this.#path = path;
    this.#io = io;
    this.#byPlace = new Map(shut.map((one) => [one.place, one]));
  }

  /** `store` is `.factory/store`. Fails where the file is there and cannot be read. */
  static open(store: string, io: DurableIo = DISK): Result<ShutModels> {
    const path = join(store, "calls", "shut.json");
    const read = readIfThere(path, LIMIT);
    if (!read.ok) return read;
    return success(new ShutModels(path, io, read.value === null ? [] : modelsIn(read.value)));
  }

  /** As it was shut last, also where its time has come; null where it answered since. */
  at(place: Digest): ShutModel | null {
    return this.#byPlace.get(place) ?? null;
  }

  shut(model: ShutModel): Promise<Result<void>> {
    this.#byPlace.set(model.place, model);
    return this.#write();
  }

  /** They answered, or are to be asked at once. Does nothing where none is shut. */
  async reopen(...places: readonly Digest[]): Promise<Result<void>> {
    const reopened = places.filter((place) => this.#byPlace.delete(place));
    return reopened.length > 0 ? this.#write() : success(undefined);
  }

  /** All of them are asked at once. */
  async reopenAll(): Promise<Result<void>> {
    if (this.#byPlace.size === 0) return success(undefined);
    this.#byPlace.clear();
    return this.#write();
  }

  #write(): Promise<Result<void>> {
    const text = `${JSON.stringify({ shut: FORMAT, models: [...this.#byPlace.values()] })}\n`;
    return writeDurably(this.#path, text, { derived: true, mode: 0o600, io: this.#io });
  }
}

function modelsIn(bytes: Uint8Array): readonly ShutModel[] {
  try {
    const file = JSON.parse(Buffer.from(bytes).toString("utf8")) as {
      shut?: unknown;
      models?: unknown;
    } | null;
    return file?.shut === FORMAT && Array.isArray(file.models) ? file.models.filter(isShutModel) : [];
  } catch {
    return [];
  }
}

function isShutModel(value: unknown): value is ShutModel {
  const { place, until, times, refusal } = (value ?? {}) as Partial<ShutModel>;
  const isTimed = Number.isFinite(until) && Number.isSafeInteger(times);
  return typeof place === "string" && isTimed && refusal?.reason === "model-error";
}
