// What does a step tell? An event, before the recorder stamps it with the time.

import type { Event } from "../model/event.ts";

export type Happening = Event extends infer E ? (E extends Event ? Omit<E, "at"> : never) : never;
