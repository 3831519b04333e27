// What is told of a fleet: who is there, and what it did not do of what a build asked? Each time this machine does that itself.

import type { Diagnostic } from "../model/diagnostic.ts";
import type { FleetSight, FleetState } from "../model/fleet-state.ts";
import type { Place } from "../model/place.ts";
import { type StoreDeclaration, shownStore } from "../model/store-declaration.ts";
import { count } from "./figures.ts";
import { plain } from "./plain.ts";

export type FleetNews =
  /** The queue is out of reach, or an order was lost in it. */
  | { readonly news: "left"; readonly detail: string }
  /** No worker of our kind is there. */
  | { readonly news: "alone" }
  /** The store does not take a tree. */
  | { readonly news: "store"; readonly detail: string }
  /** A worker could not do it. */
  | { readonly news: "unable"; readonly worker: string; readonly detail: string }
  /** What a worker said is no answer to what it was asked. */
  | { readonly news: "refused"; readonly worker: string }
  /** A worker had begun a draft, or may have, and nobody can tell what it came to. */
  | { readonly news: "draft-lost"; readonly task: string; readonly detail: string }
  /** What came back for a draft is none that was asked for; what was paid for it is not known. */
  | { readonly news: "draft-refused"; readonly worker: string }
  /** A worker was interrupted, and ended the program that made a draft. */
  | { readonly news: "draft-given-up"; readonly worker: string; readonly task: string }
  /** A gate failed there, and passes here on the same tree. */
  | { readonly news: "disagrees"; readonly worker: string; readonly gate: string; readonly evidence: string };

export interface FleetWords {
  /** Its address, as people may read it. */
  readonly fleet: string;
  /** Where it is declared; null: on the command line. */
  readonly place: Place | null;
  readonly store: StoreDeclaration;
}

export const START_A_WORKER =
  "Start `factory worker` on another machine, of the same version, platform and major version of Node.";

export function fleetWarning(news: FleetNews, { fleet, place, store }: FleetWords): Diagnostic {
  const at = {
    severity: "warning",
    target: null,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
  } as const;
  switch (news.news) {
    case "left":
      return {
        ...at,
        code: "fleet-left-alone",
        message: `The fleet ${fleet} ${news.detail}. Gates run here meanwhile.`,
        fix: "Nothing is lost. `factory doctor --fleet` tries the queue, the store and each worker.",
      };
    case "alone":
      return {
        ...at,
        code: "fleet-without-workers",
        message: `The fleet ${fleet} has no worker that takes stages of this version and platform. Gates run here meanwhile.`,
        fix: `${START_A_WORKER} \`factory status\` tells of those that take nothing.`,
      };
    case "store":
      return {
        ...at,
        code: "fleet-store-refused",
        message: `The shared store ${shownStore(store)} ${news.detail}, so no tree gets to the fleet. Gates run here meanwhile.`,
        fix: "`factory doctor` tries the store.",
      };
    case "unable":
      return {
        ...at,
        code: "fleet-worker-unable",
        message: `The worker ${news.worker} could not do its part: ${news.detail}. This machine does it instead.`,
        fix: "Look at that machine: it needs what the setup and the gates need, and the way to the store.",
      };
    case "refused":
      return {
        ...at,
        code: "fleet-answer-refused",
        message: `What the worker ${news.worker} said does not answer what it was asked, and is not used. The gates run here instead.`,
        fix: "Look at who may write to the queue, and at that machine.",
      };
    case "draft-lost":
      return {
        ...at,
        code: "fleet-draft-lost",
        message: `The fleet ${fleet} ${news.detail}: whether the draft of ${news.task} was paid for is not known.`,
        fix: "Look at that worker. The draft is made once more; `factory cost` counts what may have been paid.",
      };
    case "draft-refused":
      return {
        ...at,
        code: "fleet-answer-refused",
        message: `What the worker ${news.worker} said is no draft that it was asked for, and is not used. The draft is made here instead.`,
        fix: "Look at who may write to the queue and the store, and at that machine. `factory cost` counts what may have been paid.",
      };
    case "draft-given-up":
      return {
        ...at,
        code: "fleet-worker-unable",
        message: `The worker ${news.worker} was interrupted, and ended the program that made the draft of ${news.task}. It is made here instead.`,
        fix: "What it had cost is counted. Interrupt a worker when it makes no draft.",
      };
    case "disagrees":
      return {
        ...at,
        code: "fleet-disagrees",
        message: `Gate ${news.gate} failed on the worker ${news.worker} and passes here on the same tree. The worker's words: ${news.evidence}`,
        fix: "Install there what the gate needs. A gate that reads the history of git fails on every worker, which has none.",
      };
  }
}

/** Of a look at it: one line, and one for each worker of our kind. */
export function fleetLines(state: FleetState): readonly string[] {
  const { fleet } = state;
  if (state.fault !== null) return [plain(`fleet ${fleet}: ${state.fault}`)];
  const { workers, waiting } = state;
  const ours = workers.filter(({ serves }) => serves);
  const others = workers.length - ours.length;
  const told = [
    count(ours.length, "worker"),
    ...(others === 0 ? [] : [`${others} for builds of another version or platform`]),
    `${count(waiting, "stage")} waiting`,
  ];
  const rows = ours.map(({ name, slots, busy, rests, drafts, drafting }) => {
    const rooms = `${busy.length} of ${count(slots, "slot")} in use${listed(busy)}`;
    const drafted =
      drafts === 0 ? "" : `; ${drafting.length} of ${count(drafts, "draft")}${listed(drafting)}`;
    const resting = rests === null ? "" : `; takes nothing: ${rests}`;
    return plain(`  ${name}  ${rooms}${drafted}${resting}`);
  });
  return [plain(`fleet ${fleet}: ${told.join(", ")}`), ...rows];
}

/** In a few words. */
export function fleetSight(sight: FleetSight | null): string {
  if (sight === null) return "cannot be asked";
  const { workers, slots, busy, waiting } = sight;
  return `${count(workers, "worker")}, ${busy} of ${count(slots, "slot")} in use, ${count(waiting, "stage")} waiting`;
}

function listed(subjects: readonly string[]): string {
  return subjects.length === 0 ? "" : `: ${subjects.join(", ")}`;
}
