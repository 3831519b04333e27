// Which gates may work at the same time? Bounded in all by `limits.gates`; of a project, none works beside one that is
// `exclusive`. It does not know what a gate is run on.

import { Semaphore } from "../../platform/semaphore.ts";
import { Turns } from "../../platform/turns.ts";

export interface Turn {
  readonly project: string;
  readonly exclusive: boolean;
}

export class GatePlaces {
  readonly #room: Semaphore;
  readonly #turns = new Map<string, Turns>();

  constructor(most: number) {
    this.#room = new Semaphore(most);
  }

  /** Whether gates could begin at once. */
  get isIdle(): boolean {
    return this.#room.isFree;
  }

  /** Room for the gates of one inspection, one after the other. */
  hold<T>(work: () => Promise<T>): Promise<T> {
    return this.#room.hold(work);
  }

  /**
   * For who holds room: runs one gate as soon as no other of its project stands in its way. Whoever waits for that gives
   * the room to other projects meanwhile. So nobody who holds room waits for anything but the end of a gate, and there is
   * always one who goes on.
   */
  async take<T>({ project, exclusive }: Turn, work: () => Promise<T>): Promise<T> {
    const turns = this.#turns.get(project) ?? new Turns();
    this.#turns.set(project, turns);
    const waits = turns.wouldWait(exclusive);
    if (waits) this.#room.give();
    await turns.enter(exclusive);
    try {
      if (waits) await this.#room.take();
      return await work();
    } finally {
      turns.leave();
    }
  }
}
