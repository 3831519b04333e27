// Which gates may work at the same time, and by which number do they tell themselves apart? Bounded in all by
// `limits.gates`; of a project, none works beside one that is `exclusive`. It does not know what a gate is run on.

import { Slots } from "../../platform/slots.ts";
import { SmallNumbers } from "../../platform/small-numbers.ts";
import { Turns } from "../../platform/turns.ts";

/** Room for the gates of one inspection, one after the other. */
export interface GatePlace {
  /** Nobody else at work has it: the gate's FACTORY_SLOT. */
  readonly slot: number;
  /** Runs one gate as soon as no other of its project stands in its way. */
  readonly take: <T>(gate: Turn, work: () => Promise<T>) => Promise<T>;
}

export interface Turn {
  readonly project: string;
  readonly exclusive: boolean;
}

export class GatePlaces {
  /** Of gates, agents and setups alike. */
  readonly numbers = new SmallNumbers();
  readonly #room: Slots;
  readonly #turns = new Map<string, Turns>();

  constructor(most: number) {
    this.#room = new Slots(most);
  }

  hold<T>(work: (place: GatePlace) => Promise<T>): Promise<T> {
    return this.#room.hold(() =>
      this.numbers.hold((slot) => work({ slot, take: (turn, run) => this.#take(turn, run) })),
    );
  }

  // Whoever waits for a turn gives the room to other projects meanwhile. So nobody who holds room waits for anything but
  // the end of a gate, and there is always one who goes on.
  async #take<T>({ project, exclusive }: Turn, work: () => Promise<T>): Promise<T> {
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
