// Which machines work for builds of a workspace, and can that be their address? No file may hold the key to them.

import { type FleetDeclaration, fleetVariables } from "../../model/fleet-declaration.ts";
import type { Findings } from "../findings/findings.ts";
import type { WorkspaceShape } from "../schema/schema.ts";
import type { Places } from "../yaml/yaml.ts";

export function fleetOf(
  shape: WorkspaceShape,
  { places, findings }: { readonly places: Places; readonly findings: Findings },
): { readonly fleet?: FleetDeclaration } {
  const { fleet, store } = shape;
  if (fleet === undefined) return {};
  const place = places.of(shape, "fleet") ?? places.root;
  const { url, verify = true } = fleet;
  const subject = { target: null, place: places.of(fleet, "url") ?? place };
  if (store === undefined)
    findings.error("fleet-without-store", subject, {
      message: "A fleet is declared, and no store through which trees get to its workers.",
      fix: "Add store: {url: …} (see `factory help shared-store`), or take fleet out.",
    });
  const password = /^rediss?:\/\/[^@/]*:([^@/]*)@/i.exec(url)?.[1] ?? "";
  if (password !== "" && fleetVariables({ url: password }).length === 0)
    findings.error("fleet-address", subject, {
      message: "The url of the fleet holds a password.",
      fix: "Take it out, and write rediss://:$NAME@host:6379 with a variable of the environment.",
    });
  return { fleet: { url, verify, place } };
}
