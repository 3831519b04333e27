// What does a build tell of its fleet? Of each worker, and of the fleet, each kind of news once.

import type { EventBody } from "../../model/event.ts";
import { type FleetDeclaration, shownFleet } from "../../model/fleet-declaration.ts";
import type { StoreDeclaration } from "../../model/store-declaration.ts";
import { type FleetNews, fleetWarning } from "../../report/fleet-text.ts";

export interface WarnedFleet {
  readonly declaration: FleetDeclaration;
  readonly store: StoreDeclaration;
  readonly emit: (event: EventBody) => void;
}

export class FleetWarnings {
  readonly #fleet: WarnedFleet;
  readonly #told = new Set<string>();

  constructor(fleet: WarnedFleet) {
    this.#fleet = fleet;
  }

  /** Null, for whoever has nothing else to say. */
  tell(news: FleetNews): null {
    const key = JSON.stringify([
      news.news,
      "worker" in news ? news.worker : "",
      "gate" in news ? news.gate : "",
      "task" in news ? news.task : "",
    ]);
    if (this.#told.has(key)) return null;
    this.#told.add(key);
    const { declaration, store, emit } = this.#fleet;
    const words = { fleet: shownFleet(declaration), place: declaration.place, store };
    emit({ type: "diagnostic", diagnostic: fleetWarning(news, words) });
    return null;
  }
}
