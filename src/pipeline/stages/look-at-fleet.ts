// Which workers does a fleet have, and what waits for them? Asked by commands that look; nobody waits for it for long.

import type { FleetLink } from "../../fleet/fleet-link.ts";
import { listMembers } from "../../fleet/fleet-member.ts";
import { type FleetDeclaration, shownFleet } from "../../model/fleet-declaration.ts";
import type { FleetState } from "../../model/fleet-state.ts";

export async function lookAtFleet(
  declaration: Pick<FleetDeclaration, "url">,
  version: string,
): Promise<FleetState> {
  const { FleetLink } = await import("../../fleet/fleet-link.ts");
  const link = await FleetLink.open({ declaration, variables: process.env, version });
  if (!link.ok) return unknown(declaration, link.failure.detail);
  const state = await fleetState(link.value, declaration);
  await link.value.close();
  return state;
}

/** Over a connection that stays open. */
export async function fleetState(
  link: FleetLink,
  declaration: Pick<FleetDeclaration, "url">,
): Promise<FleetState> {
  try {
    const members = await listMembers(link.redis);
    const workers = members.map(({ fleet, ...member }) => ({
      ...member,
      ...{ serves: fleet === link.name, kind: fleet.replace(/^factory-/, "") },
    }));
    const waiting = await link.waiting();
    return { fleet: shownFleet(declaration), fault: null, workers, waiting };
  } catch (error) {
    return unknown(declaration, `cannot be asked: ${(error as Error).message}`);
  }
}

function unknown(declaration: Pick<FleetDeclaration, "url">, fault: string): FleetState {
  return { fleet: shownFleet(declaration), fault, workers: null, waiting: null };
}
