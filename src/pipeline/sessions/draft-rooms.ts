// Can what a program hands in be kept? Known before it begins: it pays its models itself, and what it made could not be
// asked for again.

import { join } from "node:path";
import { type Result, success } from "../../model/result.ts";
import { freeRoom, keepRoom, type Room, sweepTemps } from "../../store/durable.ts";

/** More than drafts come to that people would look at. */
const BYTES = 1024 * 1024;

export class DraftRooms {
  readonly #folder: string;
  #swept: Promise<Result<void>> | null = null;

  /** `paid` is where paid content goes. */
  constructor(paid: string) {
    this.#folder = join(paid, "rooms");
  }

  /** Fails with `io` where there is no space, or no right to write. */
  async keep(): Promise<Result<Room>> {
    this.#swept ??= this.#sweep();
    const swept = await this.#swept;
    return swept.ok ? keepRoom(join(this.#folder, "draft"), BYTES, { mode: 0o600 }) : swept;
  }

  free(room: Room): void {
    freeRoom(room);
  }

  /** What builds that were killed kept. */
  async #sweep(): Promise<Result<void>> {
    const swept = await sweepTemps(this.#folder, Number.POSITIVE_INFINITY, 0);
    return swept.ok ? success(undefined) : swept;
  }
}
