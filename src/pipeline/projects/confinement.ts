// Did a command fail for what its sandbox keeps from it? Told by what it said. It is advice to a person.

import type { Circumstance } from "../../model/circumstance.ts";
import type { Network } from "../../model/network.ts";
import { refusedHosts } from "../../platform/host-proxy.ts";
import { isConfined } from "../../platform/sandbox.ts";

const WITHOUT_NETWORK =
  /\b(?:ENOTFOUND|EAI_AGAIN|ENETUNREACH)\b|getaddrinfo|[Nn]etwork is unreachable|[Cc]ould not resolve|name resolution|[Nn]o address associated/;
const WITHOUT_PLACE = /\bEROFS\b|[Rr]ead-only file system/;

/** `said`: what it printed. Empty where no sandbox is open. */
export function confinement(one: {
  readonly project: string;
  readonly network: Network;
  readonly said: string;
}): readonly Circumstance[] {
  const { network, project, said } = one;
  if (!isConfined({})) return [];
  const hosts = refusedHosts(said);
  if (hosts.length > 0) return [{ kind: "hosts-refused", project, hosts }];
  if (network === false && WITHOUT_NETWORK.test(said))
    return [{ kind: "confined", project, lacks: "network" }];
  return WITHOUT_PLACE.test(said) ? [{ kind: "confined", project, lacks: "place" }] : [];
}
