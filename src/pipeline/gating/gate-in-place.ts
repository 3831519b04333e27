// What does a gate find around the tree that it judges? Its turn among the gates of its project, and the project's
// services.

import { type GateOrder, type GateRun, runGate } from "../../gates/gate.ts";
import type { Circumstance } from "../../model/circumstance.ts";
import type { EventBody } from "../../model/event.ts";
import { type Result, success } from "../../model/result.ts";
import { tellStep } from "../../platform/step-times.ts";
import { circumstanceText } from "../../report/circumstance-text.ts";
import { confinement } from "../projects/confinement.ts";
import { notHandedOn } from "../projects/not-handed-on.ts";
import type { ProjectState } from "../projects/project-state.ts";
import type { GatePlaces } from "./gate-places.ts";
import type { Services } from "./running-services.ts";

interface Around {
  readonly gatePlaces: GatePlaces;
  readonly services: Services;
  readonly emit: (event: EventBody) => void;
  readonly clock: () => number;
}

/**
 * For who holds room among the gates, and works in the slot of that number. Fails where a service of the project cannot be
 * had: the gate says nothing then.
 */
export function runInPlace(
  around: Around,
  state: ProjectState,
  placed: Omit<GateOrder, "network">,
  slot: number,
): Promise<Result<GateRun>> {
  const { exclusive, network = state.project.services.length > 0 } = placed.gate;
  const order = { ...placed, network };
  const since = around.clock();
  return around.gatePlaces.take({ project: state.project.id, exclusive }, async () => {
    tellStep(around, "slot", order.subject, since);
    const ran = await withServices(around, state, order, slot);
    if (!ran.ok || ran.value.result.passed || order.signal.aborted) return ran;
    const { result } = ran.value;
    const said = `${order.gate.run}\n${result.output}`;
    const missed = [
      ...(await notHandedOn(state.project.id, state, { allowed: order.gate.env, said })),
      ...confinement({ project: state.project.id, network, said: result.output }),
    ];
    if (missed.length === 0) return ran;
    const circumstances = [...(result.circumstances ?? []), ...missed];
    return success({ ...ran.value, result: { ...result, circumstances } });
  });
}

async function withServices(
  { services, emit }: Around,
  state: ProjectState,
  order: GateOrder,
  slot: number,
): Promise<Result<GateRun>> {
  const ready = await services.ready(state, slot);
  if (!ready.ok) return ready;
  const first = await runGate(order);
  if (!first.ok || first.value.result.passed || order.signal.aborted) return first;
  const gone = await services.ended(state, slot);
  if (gone.length === 0) return first;
  for (const each of gone) emit({ type: "diagnostic", diagnostic: warning(state, order, each) });
  // It failed without what it needs, which is no word about the tree. Once: a tree may itself bring the service down.
  const again = await services.ready(state, slot);
  if (!again.ok) return again;
  const second = await runGate(order);
  if (!second.ok || second.value.result.passed || order.signal.aborted) return second;
  const still = await services.ended(state, slot);
  if (still.length === 0) return second;
  const { cases, result } = second.value;
  return success({ cases, result: { ...result, circumstances: still } });
}

function warning({ project }: ProjectState, { gate, subject }: GateOrder, circumstance: Circumstance) {
  const { file, line, column } = project.place;
  return {
    severity: "warning" as const,
    code: "service-ended",
    message: `Gate ${gate.id}: ${circumstanceText(circumstance)}`,
    target: subject,
    file,
    line,
    column,
    fix: "The service starts again, and the gate runs once more; see its log for why it ended.",
  };
}
