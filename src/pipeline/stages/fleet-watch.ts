// What does a build see of its fleet while it goes on? It looks now and then, and tells what is other than before.

import type { FleetLink } from "../../fleet/fleet-link.ts";
import type { EventBody } from "../../model/event.ts";
import type { FleetDeclaration } from "../../model/fleet-declaration.ts";
import { sightOf } from "../../model/fleet-state.ts";
import { fleetState } from "./look-at-fleet.ts";

export interface WatchedFleet {
  readonly link: FleetLink;
  readonly declaration: FleetDeclaration;
  readonly emit: (event: EventBody) => void;
}

/** Workers say no more often what they do. */
const LOOK_MS = 2000;

export class FleetWatch {
  readonly #fleet: WatchedFleet;
  readonly #timer: NodeJS.Timeout;
  #told = "";
  #isLooking = false;
  #isOver = false;

  constructor(fleet: WatchedFleet) {
    this.#fleet = fleet;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
    void this.#look();
  }

  close(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { link, declaration, emit } = this.#fleet;
    const sight = sightOf(await fleetState(link, declaration));
    this.#isLooking = false;
    const told = JSON.stringify(sight);
    if (this.#isOver || told === this.#told) return;
    this.#told = told;
    emit({ type: "fleet-seen", sight });
  }
}
