// What is seen of a fleet at one moment?

export type FleetState = {
  /** Its address, as people may read it. */
  readonly fleet: string;
} & (
  | {
      readonly fault: null;
      readonly workers: readonly WorkerState[];
      /** Stages that no worker has begun, of builds of this version and platform. */
      readonly waiting: number;
    }
  /** Why nothing is known of it, in words that follow the address. */
  | { readonly fault: string; readonly workers: null; readonly waiting: null }
);

/** What of it matters to a build that goes on: the workers that serve it, and what nobody has begun. */
export interface FleetSight {
  readonly workers: number;
  readonly slots: number;
  readonly busy: number;
  /** Stages. */
  readonly waiting: number;
}

export interface WorkerState {
  readonly id: string;
  readonly name: string;
  readonly slots: number;
  /** Tasks and projects whose gates it runs. */
  readonly busy: readonly string[];
  /** Why it takes nothing now, in its words; null: it does. */
  readonly rests: string | null;
  /** How many drafts by programs it makes at once, of which tasks it makes them now, and by which programs it could. */
  readonly drafts: number;
  readonly drafting: readonly string[];
  readonly programs: readonly string[];
  /** Programs that builds asked for of late and that it does not have. */
  readonly lacks: readonly string[];
  /** Whether it serves builds of this version, platform and major version of Node. */
  readonly serves: boolean;
  /** What it has in common with those that it serves. */
  readonly kind: string;
}

/** Null: it could not be asked. */
export function sightOf({ workers, waiting }: FleetState): FleetSight | null {
  if (workers === null) return null;
  const ours = workers.filter(({ serves }) => serves);
  return {
    workers: ours.length,
    slots: ours.reduce((sum, { slots }) => sum + slots, 0),
    busy: ours.reduce((sum, { busy }) => sum + busy.length, 0),
    waiting,
  };
}
