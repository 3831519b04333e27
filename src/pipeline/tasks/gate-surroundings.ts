// What does a gate find around the tree that it judges? Its turn among the gates of its project, and the number by which it
// tells itself apart from the others at work.

import { type GateOrder, type GateRun, runGate } from "../../gates/gate.ts";
import type { Site } from "../projects/site.ts";
import type { GatePlace } from "./gate-places.ts";

export function runInPlace(site: Site, order: GateOrder, place: GatePlace): Promise<GateRun> {
  const { exclusive } = order.gate;
  const env = { ...order.env, FACTORY_SLOT: String(place.slot) };
  return place.take({ project: site.project.id, exclusive }, () => runGate({ ...order, env }));
}
